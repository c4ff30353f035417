import assert from "node:assert/strict";
import { InputError } from "../../lib/errors.ts";
import { callStep } from "../../lib/steps/call.ts";
import load from "../../lib/steps/load.ts";
import quantize from "../../lib/steps/quantize.ts";
import split from "../../lib/steps/split.ts";
import cut from "../../lib/steps/window.ts";

Deno.test("callStep() hands values from step to step, the same for the same seed", async () => {
  const { recordings } = await callStep(load, {}, { source: "simulate", subjects: 3, minutes: 1, seed: 5 });
  const { windows } = await callStep(cut, { recordings }, { length: 100, hop: 50 });
  const parts = () => callStep(split, { windows }, { by: "subject", folds: 3, fold: 0 }, { seed: 1 });
  assert.equal(windows.recordings.recordings.length, 3);
  assert.deepEqual((await parts()).split.part, (await parts()).split.part);
});

Deno.test("callStep() names wrong parameters and missing inputs", async () => {
  await assert.rejects(
    callStep(cut, {}, { length: -1, hops: 3 } as never),
    (error: Error) =>
      error instanceof InputError && /^Cannot call window: .*length.*hops/s.test(error.message),
  );
  await assert.rejects(
    callStep(cut, {}, { length: 100, hop: 50 }),
    /Cannot call window: the input recordings is missing/,
  );
});

Deno.test("callStep() takes what a caller computed, without files", async () => {
  const latents = { latents: new Float32Array([0, 0, 3, -3, 1, 1]), dimensions: 2, classes: [], details: {} };
  const warnings: string[] = [];
  const { codes } = await callStep(quantize, { latents }, { levels: [5, 4] }, {
    onWarning: (text) => warnings.push(text),
  });
  assert.equal(codes.codes.length, 3);
  assert.equal(codes.codebookSize, 20);
  assert.match(warnings.join("\n"), /below 5/);
});
