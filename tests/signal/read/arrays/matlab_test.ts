import assert from "node:assert/strict";
import { readMatlab } from "../../../../lib/signal/read/arrays/matlab.ts";
import { InputError } from "../../../../lib/errors.ts";
import { Random } from "../../../../lib/random.ts";
import { lookAtSet, openArrays } from "../../../../lib/signal/read/arrays/array_sets.ts";
import reference from "../../../reference/matlab.json" with { type: "json" };

const files = reference.files.map((text) => Uint8Array.fromBase64(text));
const file = (bytes: Uint8Array) => ({ name: "a.mat", place: "a.mat", read: () => bytes });

for (const [k, bytes] of files.entries()) {
  Deno.test(`readMatlab() gives what SciPy wrote, ${k === 0 ? "plain" : "compressed"}`, () => {
    const { arrays, texts, others } = readMatlab(bytes);
    assert.deepEqual([...arrays.keys()].sort(), Object.keys(reference.arrays).sort());
    for (const [name, { shape, values }] of Object.entries(reference.arrays)) {
      const found = arrays.get(name)!;
      assert.deepEqual(found.shape, shape, name);
      assert.deepEqual(Array.from(found.data as ArrayLike<number | bigint>, Number), values, name);
    }
    assert.deepEqual(Object.fromEntries(texts), reference.texts);
    assert.deepEqual(Object.fromEntries(others), { cells: "a cell array of other than texts", z: "complex" });
    assert(
      arrays.get("counts")!.data instanceof Int16Array && arrays.get("whole")!.data instanceof Float64Array,
    );
  });
}

Deno.test("openArrays() takes samples, labels, times and rate of a .mat file", async () => {
  const set = await openArrays(file(files[1]), { array: ["acc", "counts"] }, 50);
  assert.deepEqual(set.samples.shape, [7, 6]);
  assert.equal(set.labels!.name, "a.mat/y");
  assert.deepEqual([...set.times!.values].slice(0, 2), [0, 0.02]);
  await assert.rejects(
    openArrays(file(files[0]), { array: "acc" }, 25),
    /Cannot use rate 25: fs of the file is 50/,
  );
  // The rate that stands beside the samples is theirs: trial.info.rate.
  const trial = await openArrays(file(files[0]), { array: "trial/acc" }, 25);
  assert.deepEqual(trial.samples.shape, [3, 3]);
  await assert.rejects(openArrays(file(files[0]), { array: "cells" }, 50), /cells is a cell array/);
});

Deno.test("openArrays() refuses what is none of MATLAB's files, with the cure", async () => {
  const later = files[0].slice();
  later.set([0, 2], 124);
  for (
    const [bytes, message] of [[later, /version 7\.3, but no HDF5/], [
      new Uint8Array(200),
      /no MATLAB file/,
    ]] as const
  ) {
    await assert.rejects(openArrays(file(bytes), {}, 50), (error: Error) => {
      assert.equal(error.name, "InputError");
      assert.match(error.message, message);
      assert.match(error.message, /save\(file, '-v7'/);
      return true;
    });
  }
});

Deno.test("damaged .mat files are read or refused, and nothing else happens", async () => {
  const random = new Random(3);
  let refused = 0;
  for (let i = 0; i < 1000; i++) {
    let bytes = files[i % 2].slice();
    if (random.uniform() < 0.3) bytes = bytes.slice(0, random.below(bytes.length));
    else for (let k = 0; k < 3; k++) bytes[128 + random.below(bytes.length - 128)] = random.below(256);
    try {
      await openArrays(file(bytes), { array: "acc" }, 50);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw new Error(`case ${i}`, { cause });
      refused++;
    }
  }
  assert(refused > 100);
});

Deno.test("lookAtSet() tells the arrays of the longest recording, and the rate that a number or times tell", async () => {
  assert.deepEqual(await lookAtSet(file(files[1])), {
    array: ["acc", "single", "counts"],
    rate: 50,
    labelled: true,
  });
});
