import assert from "node:assert/strict";
import quantize from "../../lib/steps/quantize.ts";
import { InputError } from "../../lib/errors.ts";
import { sampleModel } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const latents = {
  latents: new Float32Array([0, 0, 0, .3, -.7, 1.2, -.4, .9, -.2, 0, 0, 0]),
  dimensions: 3,
  classes: [],
  details: {},
};

Deno.test("quantize gives the published codes and their statistics", async () => {
  const { outputs, warnings } = await runStep(quantize, { latents }, { levels: [8, 6, 5] });
  const { codes, ...book } = outputs.codes;
  assert.deepEqual([...codes], [124, 205, 139, 124]);
  assert.deepEqual(book.counts, [[124, 2], [139, 1], [205, 1]]);
  assert.equal(book.codebookSize, 240);
  assert.equal(book.variant, "fsq/v1-offset-atanh");
  assert.equal(book.utilization, 3 / 240);
  assert.equal(book.entropyBits, 1.5);
  assert.deepEqual(warnings, []);
});

Deno.test("quantize takes the levels of the model, and warns of given levels below five", async () => {
  const model = sampleModel({ levels: [4, 4, 4] });
  const { outputs, warnings } = await runStep(quantize, { latents, model });
  assert.deepEqual([...outputs.codes.codes], [42, 54, 45, 42]);
  assert.deepEqual(warnings, []);
  const given = await runStep(quantize, { latents }, { levels: [4, 4, 4] });
  assert.deepEqual(given.outputs.codes.codes, outputs.codes.codes);
  assert.deepEqual(given.warnings, [], "a named preset");
  assert.match((await runStep(quantize, { latents }, { levels: [8, 4, 3] })).warnings[0], /2 below 5/);
});

Deno.test("quantize names the first window whose latent is not a number", async () => {
  const broken = { ...latents, latents: latents.latents.slice() };
  broken.latents[7] = NaN;
  await assert.rejects(
    runStep(quantize, { latents: broken }, { levels: [8, 6, 5] }),
    (error) => error instanceof InputError && /latent of window 2 is \[-0.4.*NaN/.test(error.message),
  );
});

Deno.test("quantize throws InputError when levels are missing, contradictory or unusable", async () => {
  const cases: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [{ latents }, {}, /no model is connected and no levels/],
    [{ latents, model: sampleModel({ levels: null, latent: 3 }) }, {}, /model has no quantiser/],
    [{ latents, model: sampleModel() }, { levels: [4, 4, 4] }, /differ from the model's \[8,6,5\]/],
    [{ latents }, { levels: [8, 6] }, /latents have 3 dimensions, levels \[8,6\] have 2/],
    [{ latents }, { levels: [2, 6, 5] }, /levels\[0\] is 2/],
    [{ latents }, { levels: [999, 999, 999, 999] }, /have 4/],
    [{ latents: { ...latents, dimensions: 4 } }, { levels: [999, 999, 999, 999] }, /more than a uint32/],
    [{ latents }, { levels: [8, 6, 5], variant: "fsq/ifsq" }, /not implemented/],
    [
      { latents, model: { ...sampleModel(), quantizer: "fsq/symmetric" } },
      {},
      /"fsq\/symmetric" .* not implemented/,
    ],
  ];
  for (const [inputs, params, message] of cases) {
    await assert.rejects(runStep(quantize, inputs, params), message);
  }
});
