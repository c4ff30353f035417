/** Arrays, and tables of public data sets. */
import { encodeNpy } from "../../../lib/artifacts/npy.ts";
import { channelsOf, type Layout, lines, signal, whole } from "../layout.ts";

const flat = (n: number, width = 3) => Array.from({ length: n }, (_, i) => channelsOf(i, width)).flat();
const npy = { source: "npy" };
/** An array under another type or order than this library writes. */
function header(descr: string, shape: string, data: Uint8Array, fortran = false): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;
  const padded = text.padEnd(117) + "\n";
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    118,
    0,
    ...new TextEncoder().encode(padded),
    ...data,
  ]);
}
const view = (n: number, bytes: number, set: (v: DataView, i: number) => void) => {
  const v = new DataView(new ArrayBuffer(n * bytes));
  for (let i = 0; i < n; i++) set(v, i);
  return new Uint8Array(v.buffer);
};
const counts = flat(100).map((v) => Math.round(v * 1000));

export const arrays: Layout[] = [
  {
    name: "columns first, as pandas keeps them",
    format: "npy",
    maker: "numpy.save of a data frame",
    source: "NumPy: the npy format, fortran_order",
    files: {
      "a.npy": header(
        "<f8",
        "(100, 3)",
        view(300, 8, (v, k) => v.setFloat64(8 * k, signal(k % 100, Math.floor(k / 100)), true)),
        true,
      ),
    },
    with: { ...npy, rate: 50 },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "most significant byte first",
    format: "npy",
    maker: "instruments and Java programs",
    source: "NumPy: byte order of data types",
    files: {
      "a.npy": header(">f4", "(100, 3)", view(300, 4, (v, k) => v.setFloat32(4 * k, flat(100)[k], false))),
    },
    with: { ...npy, rate: 50 },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "half precision",
    format: "npy",
    maker: "training pipelines",
    source: "NumPy: float16",
    files: {
      "a.npy": header(
        "<f2",
        "(100, 3)",
        view(300, 2, (v, k) => v.setUint16(2 * k, [0x3c00, 0xc000, 0x3555][k % 3], true)),
      ),
    },
    with: { ...npy, rate: 50 },
    expect: { rate: 50, recordings: [{ samples: 100, value: (_, c) => [1, -2, 0.333251953125][c] }] },
  },
  {
    name: "counts of 16 bits with a scale",
    format: "npy",
    maker: "sensors as they count",
    source: "Bosch BMI160 data sheet: sensitivity",
    files: { "a.npy": encodeNpy(Int16Array.from(counts), [100, 3]) },
    with: { ...npy, rate: 50, scale: 0.001 },
    expect: {
      rate: 50,
      recordings: [{ samples: 100, value: (i, c) => Math.round(signal(i, c) * 1000) / 1000 }],
    },
  },
  {
    name: "an array of windows",
    format: "npy",
    maker: "benchmarks of activity recognition",
    source: "arturjordao/WearableSensorData#5",
    files: { "X_train.npy": encodeNpy(new Float32Array(40 * 128 * 9), [40, 128, 9]) },
    with: { ...npy, rate: 50 },
    expect: { refused: /three dimensions, as 40 windows have[^]*import: \{ type: windows \}/ },
  },
  {
    name: "an array that is no array, left out",
    format: "npy",
    maker: "a copy that was cut short",
    source: "NumPy: the npy format",
    files: { "a.npy": encodeNpy(Float32Array.from(flat(100)), [100, 3]), "b.npy": new Uint8Array(40) },
    with: { ...npy, rate: 50, on_bad: "skip" },
    expect: { rate: 50, recordings: [whole(100)], warns: /cannot be read: b\.npy: .*not a \.npy file/ },
  },
  {
    name: "a window a row, of one channel a file",
    format: "txt",
    maker: "UCI HAR, Inertial Signals",
    source: "machinelearningmastery.com: how to model human activity from smartphone data",
    files: {
      "body_acc_x_train.txt": lines(
        "",
        40,
        (k) => Array.from({ length: 128 }, (_, i) => signal(64 * k + i, 0).toExponential(7)),
        " ",
      ),
    },
    with: { rate: 50 },
    expect: { refused: /128 columns are more than a sensor has channels[^]*import: \{ type: windows \}/ },
  },
  {
    name: "fifty-four columns, rows without a reading",
    format: "dat",
    maker: "PAMAP2",
    source: "UCI: PAMAP2 physical activity monitoring",
    files: {
      "subject101.dat": lines("", 300, (i) => [
        (8.38 + i * 0.01).toFixed(2),
        i < 150 ? 0 : 1,
        i % 10 === 0 ? 100 : "NaN",
        ...(i === 7 ? ["NaN", "NaN", "NaN"] : channelsOf(i)),
        ...channelsOf(i).map((v) => v + 1),
      ], " "),
    },
    with: {
      time: 1,
      label: 2,
      unlabelled: ["0"],
      label_names: { 1: "lying" },
      missing: "gap",
      sensors: { hand: [4, 5, 6], chest: [7, 8, 9] },
    },
    expect: {
      rate: 100,
      recordings: [{
        samples: 300,
        label: (i) => i < 150 ? "" : "lying",
        value: (i, c) => c < 3 ? i === 7 ? NaN : signal(i, c) : signal(i, c % 3) + 1,
      }],
    },
  },
  {
    name: "tabs, no header, the label at the end",
    format: "log",
    maker: "mHealth",
    source: "UCI: MHEALTH data set",
    files: { "mHealth_subject1.log": lines("", 200, (i) => [...channelsOf(i, 6), i < 100 ? 0 : 4], "\t") },
    with: {
      rate: 50,
      label: 7,
      unlabelled: ["0"],
      sensors: { chest: [1, 2, 3], ankle: [4, 5, 6] },
      subject: { from: "filename", pattern: "subject(\\d+)" },
    },
    expect: { rate: 50, recordings: [whole(200, { subject: "1", label: (i) => i < 100 ? "" : "4" })] },
  },
];
