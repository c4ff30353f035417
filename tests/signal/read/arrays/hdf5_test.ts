/** Files that h5py wrote (tests/reference/hdf5.py), some as MATLAB lays them out. */
import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { encodeNpy } from "../../../../lib/artifacts/npy.ts";
import { InputError } from "../../../../lib/errors.ts";
import { Random } from "../../../../lib/random.ts";
import { openHdf5 } from "../../../../lib/signal/read/arrays/hdf5.ts";
import { lookAtSet, openArrays } from "../../../../lib/signal/read/arrays/array_sets.ts";
import { readNpyRecordings } from "../../../../lib/signal/read/npy_recordings.ts";
import { readWindowArrays } from "../../../../lib/signal/read/window_arrays.ts";
import reference from "../../../reference/hdf5.json" with { type: "json" };

const bytes = {
  h5: Uint8Array.fromBase64(reference.files.h5),
  mat: Uint8Array.fromBase64(reference.files.mat),
};
const file = (content: Uint8Array, ending: string) => ({
  name: `a.${ending}`,
  place: `a.${ending}`,
  read: () => content,
});
type Arrays = Record<string, { shape: number[]; values: number[] }>;

for (const kind of ["h5", "mat"] as const) {
  Deno.test(`openHdf5() gives what h5py wrote into a .${kind} file`, async () => {
    const { arrays, others, facts } = await openHdf5(bytes[kind].slice(), kind === "mat");
    for (const [name, { shape, values }] of Object.entries<Arrays[string]>(reference.arrays[kind])) {
      const found = arrays.get(name)!;
      assert.deepEqual([...found.shape], shape, name);
      const { data } = await found.read();
      assert.deepEqual(Array.from(data as ArrayLike<number | bigint>, Number), values, name);
    }
    if (kind === "mat") {
      assert.deepEqual(Object.fromEntries(others), { name: "text", cells: "a cell array" });
      return;
    }
    assert.equal(facts.get("imu@fs"), 50);
    // A link that leads back to its own group ends there.
    assert.deepEqual([...arrays.keys()].filter((name) => name.includes("circle")), []);
    await assert.rejects(
      async () => await arrays.get("lzf")!.read(),
      /packed by lzf, which nothing here unpacks/,
    );
    assert.deepEqual(await arrays.get("fixed")!.texts!(), ["walk", "run"]);
    assert.deepEqual(await arrays.get("free")!.texts!(), ["walk", "läuft"]);
    assert.deepEqual(
      Object.fromEntries([...others].sort()),
      {
        away: "in another file",
        complex: "a list of records",
        half: "of numbers of 16 bits",
        lost: "a link to nothing",
        nothing: "empty",
        vast: "of 13194139533312 bytes, as it claims, which is too much",
      },
    );
  });
}

Deno.test("openArrays() finds arrays of an HDF5 file by their paths, with the labels and the rate beside them", async () => {
  const own = file(bytes.h5, "h5");
  for (const array of ["imu/acc", "/imu/acc"]) {
    const { samples, labels } = await openArrays(own, { array }, 50);
    assert.deepEqual(samples.shape, [40, 3]);
    assert.equal(labels!.name, "a.h5/imu/label");
  }
  const both = await openArrays(own, { array: ["imu/acc", "imu/gyro"] }, 50);
  assert.deepEqual(both.samples.shape, [40, 6]);
  await assert.rejects(
    openArrays(own, { array: "imu/acc" }, 100),
    /Cannot use rate 100: imu@fs of the file is 50/,
  );
  await assert.rejects(openArrays(own, { array: "imu/ac" }, 50), /Cannot find array "imu\/ac"[^]*imu\/acc/);
  await assert.rejects(openArrays(own, { array: "half" }, 50), /half is of numbers of 16 bits/);
  await assert.rejects(openArrays(own, {}, 50), /Cannot tell which array holds samples: [^]*array: <name>/);
});

Deno.test("openArrays() reads a .mat file of version 7.3 as one of version 7", async () => {
  const own = file(bytes.mat, "mat");
  const { samples, labels, times } = await openArrays(own, { array: "acc" }, 50);
  assert.deepEqual(samples.shape, [40, 3]);
  assert.equal(labels!.name, "a.mat/y");
  assert.equal(times!.values.length, 40);
  assert.deepEqual((await openArrays(own, { array: "trial.acc" }, 50)).samples.shape, [5, 3]);
  await assert.rejects(openArrays(own, { array: "cells" }, 50), /cells is a cell array[^]*save\(file, '-v7'/);
  assert.deepEqual(await lookAtSet(own), { array: ["acc", "single"], rate: 50, labelled: true });
});

Deno.test("windows and labels as texts come out of HDF5 files and archives of NumPy", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/w.h5`;
    await Deno.writeFile(path, bytes.h5);
    const { windows } = await readWindowArrays([path], {}, {
      rate: 50,
      array: "/cube",
      order: "time-channels",
      labelArray: "free",
      groupArray: "fixed",
    });
    assert.deepEqual(windows.recordings.labelNames, ["läuft", "walk"]);
    assert.deepEqual([...windows.labels], [1, 0]);
    assert.deepEqual(windows.recordings.recordings.map((r) => r.subject), ["walk", "run"]);
    assert.deepEqual(
      [...windows.recordings.recordings[1].data],
      Array.from({ length: 12 }, (_, i) => 12 + i),
    );
    await assert.rejects(
      readWindowArrays([path], {}, { rate: 50, array: "counts" }),
      /2 dimensions, not three/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("labels of samples may be texts, which are classes over all files", async () => {
  const texts = (words: string[]) => {
    const head = `{'descr': '<U4', 'fortran_order': False, 'shape': (${words.length},), }`.padEnd(117) + "\n";
    const body = words.flatMap((word) => Array.from({ length: 4 }, (_, i) => word.codePointAt(i) ?? 0));
    const latin = Uint8Array.from(`\x93NUMPY\x01\x00\x76\x00${head}`, (c) => c.charCodeAt(0));
    return Uint8Array.of(...latin, ...new Uint8Array(Uint32Array.from(body).buffer));
  };
  const dir = await Deno.makeTempDir();
  try {
    const samples = encodeNpy(Float32Array.from({ length: 6 }, (_, i) => Math.sin(i)), [3, 2]);
    for (const [name, words] of [["a", ["walk", "sit", ""]], ["b", ["run", "walk", "walk"]]] as const) {
      const archive = zipSync({ "x.npy": samples, "label.npy": texts([...words]) });
      await Deno.writeFile(`${dir}/${name}.npz`, archive);
    }
    const paths = [`${dir}/a.npz`, `${dir}/b.npz`];
    const { recordings } = await readNpyRecordings(paths, { rate: 50, missing: "error", maxGap: 0.2 });
    assert.deepEqual(recordings.labelNames, ["run", "sit", "walk"]);
    assert.deepEqual(recordings.recordings.map((r) => [...r.labels]), [[2, 1, -1], [0, 2, 2]]);
    await assert.rejects(
      readNpyRecordings(paths, { rate: 50, missing: "error", maxGap: 0.2, labelNames: ["walk", "sit"] }),
      /Cannot use label "run": expected walk, sit/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("damaged HDF5 files are read or refused, and nothing else happens", async () => {
  const cases = Number(Deno.env.get("MOTIFLOW_DEVICE_CASES") ?? 60);
  const random = new Random(3);
  let refused = 0;
  for (let i = 0; i < cases; i++) {
    const kind = i % 2 === 0 ? "h5" : "mat";
    let content = bytes[kind].slice();
    if (random.uniform() < 0.3) content = content.slice(0, random.below(content.length));
    else for (let k = 0; k < 3; k++) content[random.below(content.length)] = random.below(256);
    try {
      await openArrays(file(content, kind), { array: kind === "h5" ? ["imu/acc", "counts"] : "acc" }, 50);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw new Error(`case ${i}`, { cause });
      refused++;
    }
  }
  assert(refused > cases / 10 && refused < cases);
  // The library is as good as before.
  const { samples } = await openArrays(file(bytes.h5, "h5"), { array: "imu/acc" }, 50);
  assert.deepEqual(samples.shape, [40, 3]);
});
