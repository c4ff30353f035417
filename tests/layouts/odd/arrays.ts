/** Arrays that are odd in one thing. */
import { zipSync } from "fflate";
import { encodeNpy } from "../../../lib/artifacts/npy.ts";
import { channelsOf, type Odd, signal, whole } from "../layout.ts";

const n = 200;
const values = (factor = 1) =>
  Float64Array.from(
    Array.from({ length: n }, (_, i) => channelsOf(i)).flat(),
    (v) => factor * v,
  );
const samples = encodeNpy(values(), [n, 3]);
const labels = encodeNpy(Int32Array.from({ length: n }, (_, i) => i < 100 ? 0 : 1));
const npz = (arrays: Record<string, Uint8Array>) => ({
  "p1.npz": zipSync(Object.fromEntries(Object.entries(arrays).map(([name, own]) => [`${name}.npy`, own]))),
});
/** An array of elements that no number is: the header alone counts. */
const foreign = (descr: string) => {
  const bytes = encodeNpy(new Float32Array(n * 3), [n, 3]);
  const text = String.fromCharCode(...bytes).replace("'<f4'", descr);
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
};
const read = { source: "npy", rate: 50 };
const refused = (
  name: string,
  files: Record<string, Uint8Array>,
  words: RegExp,
  more: Record<string, unknown> = {},
): Odd => ({ name, files, with: { ...read, ...more }, expect: { refused: words } });
const timed = (step: number) => encodeNpy(Float64Array.from({ length: n }, (_, i) => i * step));

export const arrays: Odd[] = [
  {
    name: "reads the samples and labels of an .npz file",
    files: npz({ X: samples, y: labels }),
    with: { ...read, labels: ["sit", "walk"] },
    expect: { rate: 50, recordings: [whole(n, { id: "p1", label: (i) => i < 100 ? "sit" : "walk" })] },
  },
  {
    name: "puts arrays of an .npz file side by side",
    files: npz({ gyro: encodeNpy(values(2), [n, 3]), acc: samples }),
    with: { ...read, array: ["acc", "gyro"] },
    expect: {
      rate: 50,
      channels: ["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"],
      recordings: [whole(n, { value: (i, c) => c < 3 ? signal(i, c) : 2 * signal(i, c - 3) })],
    },
  },
  {
    name: "brings the samples of an .npz file to the rate by its times",
    files: npz({ X: samples, timestamp: timed(2e7), y: labels }),
    with: { ...read, labels: ["sit", "walk"] },
    expect: { rate: 50, recordings: [whole(n, { label: (i) => i < 100 ? "sit" : "walk" })] },
  },
  refused(
    "refuses to choose among arrays of an .npz file",
    npz({ acc: samples, gyro: samples }),
    /2 are \[T, channels\]\n.*array: \[<name>, <name>\].*acc \[200,3\], gyro \[200,3\]/,
  ),
  refused(
    "refuses an array that an .npz file has not",
    npz({ acc: samples, gyro: samples }),
    /Cannot find array "acx"\n.*"acc"/,
    { array: "acx" },
  ),
  refused(
    "refuses arrays of other lengths side by side",
    npz({ acc: samples, gyro: encodeNpy(new Float32Array(30), [10, 3]) }),
    /gyro is \[10,3\], acc is \[200,3\]/,
    { array: ["acc", "gyro"] },
  ),
  refused("refuses times that contradict the rate", npz({ X: samples, t: timed(0.02) }), /50\.0 samples/, {
    rate: 100,
  }),
  refused(
    "refuses a rate that contradicts the file's",
    npz({ X: samples, fs: encodeNpy(Float64Array.of(100)) }),
    /Cannot use rate 50: fs of the file is 100\n.*rate: 100/,
  ),
  refused("refuses Python objects", npz({ X: foreign("'|O'") }), /it holds Python objects\n.*astype/),
  refused(
    "refuses elements of several fields",
    { "a.npy": foreign("[('x', '<f4'), ('y', '<f4')]") },
    /several fields\n.*numpy\.stack/,
  ),
  refused(
    "refuses labels that are texts instead of forgetting them",
    npz({ X: samples, y: foreign("'<U4'") }),
    /Cannot use labels: .*<U4.*\n.*Save y as whole numbers/,
  ),
  refused(
    "points at import for windows in an .npz file",
    npz({ X: encodeNpy(new Float32Array(20 * 50 * 3), [20, 50, 3]), y: encodeNpy(new Int32Array(20)) }),
    /p1\.npz\/X: .*three dimensions, as 20 windows have\n.*import: \{ type: windows \}/,
  ),
  refused(
    "refuses an .npz file that is cut off",
    { "p1.npz": npz({ X: samples })["p1.npz"].slice(0, -30) },
    /p1\.npz/,
  ),
  refused(
    "refuses numbers in arrays that stand for missing samples",
    { "a.npy": encodeNpy(values().map((v, i) => i % 150 < 3 ? -9999 : v), [n, 3]) },
    /channel 1: 4 of its samples are -9999.*\n.*missing_values: \[-9999\]/,
  ),
  {
    name: "says that a channel of an array counts",
    files: {
      "a.npy": encodeNpy(
        Float64Array.from(Array.from({ length: n }, (_, i) => [i / 50, ...channelsOf(i)]).flat()),
        [n, 4],
      ),
    },
    with: read,
    expect: {
      rate: 50,
      recordings: [whole(n, { value: (i, c) => c === 0 ? i / 50 : signal(i, c - 1) })],
      warns: /Channel 1 rises or falls in every row/,
    },
  },
];
