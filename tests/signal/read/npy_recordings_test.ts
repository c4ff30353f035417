import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy } from "../../../lib/artifacts/npy.ts";
import { type NpyOptions, readNpyRecordings } from "../../../lib/signal/read/npy_recordings.ts";

async function read(files: Record<string, Uint8Array>, more: Partial<NpyOptions> = {}) {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(dir, name), bytes);
    const paths = Object.keys(files).sort().map((name) => join(dir, name));
    return (await readNpyRecordings(paths, { rate: 20, missing: "error", maxGap: 0.2, ...more })).recordings;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const samples = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

Deno.test("readNpyRecordings() reads both shapes and the labels beside", async () => {
  const set = await read({
    "p1_a.npy": encodeNpy(samples(4 * 6), [4, 2, 3]),
    "p1_a.labels.npy": encodeNpy(new Int32Array([0, 0, -1, 2])),
    "p2_a.npy": encodeNpy(samples(5 * 6), [5, 6]),
  }, { sensors: ["hip", "wrist"], subject: { from: "filename", pattern: "^(p\\d)" } });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.samples]), [["p1_a", "p1", 4], [
    "p2_a",
    "p2",
    5,
  ]]);
  assert.deepEqual(set.channels, ["acc_x", "acc_y", "acc_z"]);
  assert.deepEqual(set.labelNames, ["0", "2"]);
  assert.deepEqual([...set.recordings[0].labels], [0, 0, -1, 1]);
  assert(set.recordings[1].labels.every((l) => l === -1));
  assert.equal(set.recordings[1].data[29], 29);
});

const mistakes: [string, Record<string, Uint8Array>, Partial<NpyOptions>, RegExp][] = [
  [
    "NaN",
    { "a.npy": encodeNpy(new Float32Array([1, 2, NaN, 4]), [2, 2]) },
    {},
    /a\.npy:2: Cannot use sample: it is NaN/,
  ],
  ["one dimension", { "a.npy": encodeNpy(samples(4)) }, {}, /shape \[4\]/],
  [
    "labels of another length",
    {
      "a.npy": encodeNpy(samples(4), [4, 1]),
      "a.labels.npy": encodeNpy(new Int32Array(3)),
    },
    {},
    /a\.labels\.npy: .*shape \[3\], expected \[4\]/,
  ],
  [
    "labels without a name",
    {
      "a.npy": encodeNpy(samples(2), [2, 1]),
      "a.labels.npy": encodeNpy(new Int32Array([0, 1])),
    },
    { labelNames: ["x"] },
    /a\.labels\.npy:2: Cannot use label 1: expected whole numbers from −1 to 0/,
  ],
  [
    "files of different width",
    {
      "a.npy": encodeNpy(samples(2), [2, 1]),
      "b.npy": encodeNpy(samples(4), [2, 2]),
    },
    {},
    /b\.npy: .*1 × 2 channels, the first file has 1 × 1/,
  ],
];
for (const [what, files, more, message] of mistakes) {
  Deno.test(`readNpyRecordings() refuses ${what}`, async () => {
    await assert.rejects(read(files, more), { name: "InputError", message });
  });
}

Deno.test("labels that count from 1 make no class without samples", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(
      `${dir}/a.npy`,
      encodeNpy(Float32Array.from({ length: 90 }, (_, i) => Math.sin(i)), [30, 3]),
    );
    await Deno.writeFile(
      `${dir}/a.labels.npy`,
      encodeNpy(Int32Array.from({ length: 30 }, (_, i) => [1, 4, -1][i % 3])),
    );
    const paths = [`${dir}/a.labels.npy`, `${dir}/a.npy`];
    const { recordings } = await readNpyRecordings(paths, { rate: 10, missing: "error", maxGap: 0.2 });
    assert.deepEqual(recordings.labelNames, ["1", "4"]);
    assert.deepEqual([...recordings.recordings[0].labels.subarray(0, 3)], [0, 1, -1]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
