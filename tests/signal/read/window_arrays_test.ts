import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy } from "../../../lib/artifacts/npy.ts";
import { writeNpz } from "../../../lib/artifacts/npz.ts";
import { Windows } from "../../../lib/artifacts/windows.ts";
import { readWindowArrays, type WindowArrayOptions } from "../../../lib/signal/read/window_arrays.ts";

const [count, length, width] = [5, 8, 3];
const value = (n: number, t: number, c: number) => n * 100 + t * 10 + c;
const all = (f: (n: number, second: number, third: number) => number, second: number, third: number) =>
  Float32Array.from(
    { length: count * second * third },
    (_, i) => f(Math.floor(i / (second * third)), Math.floor(i / third) % second, i % third),
  );
const timeFirst = encodeNpy(all(value, length, width), [count, length, width]);
const channelsFirst = encodeNpy(all((n, c, t) => value(n, t, c), width, length), [count, width, length]);
const y = encodeNpy(new Int32Array([1, 1, 2, -1, 2]));
const groups = new TextEncoder().encode("who\nann\nann\nbob\nbob\nbob\n");

async function read(
  files: Record<string, Uint8Array>,
  options: Partial<WindowArrayOptions> = {},
  more: { npz?: Parameters<typeof writeNpz>[1]; beside?: boolean } = {},
) {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(dir, name), bytes);
    if (more.npz !== undefined) await writeNpz(join(dir, "set.npz"), more.npz);
    const paths = [...Object.keys(files), ...(more.npz === undefined ? [] : ["set.npz"])]
      .filter((name) => !/^(y|groups)\./.test(name)).sort().map((name) => join(dir, name));
    const beside = more.beside === false ? {} : {
      labels: join(dir, files["y.csv"] === undefined ? "y.npy" : "y.csv"),
      groups: join(dir, "groups.csv"),
    };
    const { windows, warnings } = await readWindowArrays(paths, beside, { rate: 20, ...options });
    const folder = join(dir, "out");
    await Deno.mkdir(folder);
    await Windows.write(folder, windows);
    return { windows: await Windows.read(folder), warnings };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function check({ recordings: set, labels, ...index }: Windows, names: string[], subjects: string[]): void {
  assert.deepEqual([set.recordings.length, index.length, set.rate], [count, length, 20]);
  assert.deepEqual(set.labelNames, names);
  assert.deepEqual([...labels].map((l) => names[l] ?? ""), [names[0], names[0], names[1], "", names[1]]);
  assert.deepEqual(set.recordings.map((r) => r.subject), subjects);
  for (const [n, { data }] of set.recordings.entries()) {
    data.forEach((v, i) => assert.equal(v, value(n, Math.floor(i / width), i % width)));
  }
}

const people = ["ann", "ann", "bob", "bob", "bob"];
Deno.test("arrays of windows are read with time before and behind channels, labels and groups beside", async () => {
  for (const X of [timeFirst, channelsFirst]) {
    const { windows, warnings } = await read({ "X.npy": X, "y.npy": y, "groups.csv": groups }, {
      classes: { 1: "walk", 2: "sit" },
    });
    check(windows, ["walk", "sit"], people);
    assert.deepEqual(windows.recordings.triads, [[0, 1, 2]]);
    assert.deepEqual(warnings, []);
  }
});

Deno.test("an archive has X, y and groups; without groups the user is warned of a leak", async () => {
  const X = { data: all(value, length, width), shape: [count, length, width] };
  const own = { X, y: { data: new Int32Array([1, 1, 2, -1, 2]), shape: [count] } };
  const whose = { data: new Int32Array([7, 7, 8, 8, 8]), shape: [count] };
  const known = await read({}, {}, { npz: { ...own, groups: whose }, beside: false });
  check(known.windows, ["1", "2"], ["7", "7", "8", "8", "8"]);
  const unknown = await read({}, {}, { npz: own, beside: false });
  assert.match(unknown.warnings.join(), /whose window each is/);
});

Deno.test("a table for each channel is called by what tells their names apart", async () => {
  const table = (c: number) =>
    new TextEncoder().encode(
      Array.from(
        { length: count },
        (_, n) => Array.from({ length }, (_, t) => value(n, t, c).toExponential(7)).join(" "),
      ).join("\n"),
    );
  const files = Object.fromEntries(["x", "y", "z"].map((a, c) => [`body_acc_${a}_train.txt`, table(c)]));
  const { windows } = await read({ ...files, "y.npy": y, "groups.csv": groups });
  check(windows, ["1", "2"], people);
  assert.deepEqual(windows.recordings.channels, ["body_acc_x", "body_acc_y", "body_acc_z"]);
});

const mistakes: [string, Uint8Array, Partial<WindowArrayOptions>, RegExp][] = [
  [
    "two dimensions",
    encodeNpy(new Float32Array(12), [4, 3]),
    {},
    /shape \[4,3\] has 2 dimensions, not three/,
  ],
  ["time as long as channels", encodeNpy(new Float32Array(5 * 9), [5, 3, 3]), {}, /State order/],
  ["another number of labels", encodeNpy(new Float32Array(4 * 6), [4, 3, 2]), {}, /4 windows, but 5 labels/],
  [
    "a sample that is NaN",
    encodeNpy(new Float32Array(30).fill(NaN, 7), [5, 3, 2]),
    {},
    /X\.npy:2: .*a sample is NaN/,
  ],
  ["channels that sensors do not share", timeFirst, { sensors: ["a", "b"] }, /3 channels are not 2 sensors/],
  [
    "a class without a name",
    timeFirst,
    { classes: ["walk", "sit"] },
    /no name for label 2[^]*classes: \{ 1: …/,
  ],
];
for (const [what, X, options, message] of mistakes) {
  Deno.test(`readWindowArrays() refuses ${what}`, async () => {
    await assert.rejects(read({ "X.npy": X, "y.npy": y, "groups.csv": groups }, options), {
      name: "InputError",
      message,
    });
  });
}

Deno.test("readWindowArrays() wants a name for the label constructor as for any other", async () => {
  const labels = new TextEncoder().encode("label\nconstructor\nconstructor\nsit\nsit\nsit\n");
  const given = { "X.npy": timeFirst, "y.csv": labels, "groups.csv": groups };
  await assert.rejects(read(given, { classes: { sit: "Sitting" } }), /no name for label constructor/);
});

const cube = { data: all(value, length, width), shape: [count, length, width] };
const flags = Uint8Array.from([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
type Npz = Parameters<typeof writeNpz>[1];
const labelled: [string, Npz, Partial<WindowArrayOptions>][] = [
  ["flags of each class", { X: cube, y: { data: flags, shape: [count, 3] } }, {}],
  ["a row of labels", { X: cube, y: { data: new Int32Array([1, 1, 2, -1, 2]), shape: [1, count] } }, {}],
  [
    "labels without a number",
    { X: cube, y: { data: Float64Array.of(1, 1, 2, NaN, 2), shape: [count] } },
    {},
  ],
  [
    "the labels of its own part",
    {
      X_train: cube,
      X_test: { data: cube.data.slice(0, length * width), shape: [1, length, width] },
      y_test: { data: Int32Array.of(2), shape: [1] },
      y_train: { data: new Int32Array([1, 1, 2, -1, 2]), shape: [count] },
    },
    { array: "X_train" },
  ],
];
for (const [what, npz, options] of labelled) {
  Deno.test(`windows take ${what}`, async () => {
    const { windows } = await read({}, options, {
      npz,
      beside: false,
    });
    const { recordings: { labelNames }, labels } = windows;
    assert.deepEqual([...labels].map((l) => labelNames[l] ?? ""), ["1", "1", "2", "", "2"]);
  });
}

Deno.test("windows for convolutions over images have a dimension of length one", async () => {
  for (
    const [X, shape] of [[timeFirst, [count, length, width, 1]], [channelsFirst, [
      count,
      1,
      width,
      length,
    ]]] as const
  ) {
    const data = new Float32Array(X.slice(X.length - 4 * count * length * width).buffer);
    const { windows } = await read({ "X.npy": encodeNpy(data, shape), "y.npy": y, "groups.csv": groups });
    check(windows, ["1", "2"], people);
  }
});

const unfit: [string, Npz[string], RegExp][] = [
  [
    "fewer labels than windows",
    { data: new Int32Array(4), shape: [4] },
    /set\.npz\/y: .*5 windows, but 4 labels[^]*label_array/,
  ],
  [
    "scores instead of labels",
    { data: new Float32Array(10).fill(0.5), shape: [count, 2] },
    /shape \[5,2\][^]*argmax/,
  ],
  [
    "labels that are no whole numbers",
    { data: new Float32Array(5).fill(0.5), shape: [count] },
    /0\.5 is no whole number/,
  ],
];
for (const [what, labels, message] of unfit) {
  Deno.test(`windows are not left unlabelled where there are ${what}`, async () => {
    const npz = { X: cube, y: labels };
    await assert.rejects(read({}, {}, { npz, beside: false }), { name: "InputError", message });
  });
}

Deno.test("readWindowArrays() refuses an array without windows", async () => {
  const X = encodeNpy(new Float32Array(0), [0, length, width]);
  await assert.rejects(read({ "X.npy": X, "y.npy": y, "groups.csv": groups }), /shape \[0,8,3\] holds none/);
});
