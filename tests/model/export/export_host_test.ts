import assert from "node:assert/strict";
import { hostHead } from "../../../lib/model/export/export_host.ts";
import { sampleModel } from "../sample_model.ts";

Deno.test("hostHead() writes the classifier's layers with activations between them, and none without a classifier", () => {
  const { layers, labels, temperature, variant } = hostHead(sampleModel());
  assert.deepEqual(layers.map(({ shape, activation }) => [shape, activation]), [
    [[16, 3], "relu"],
    [[4, 16], "none"],
  ]);
  assert.deepEqual(layers.map(({ weight, bias }) => [weight.length, bias.length]), [[48, 16], [64, 4]]);
  assert.deepEqual([labels.length, temperature, variant], [4, 1.7, "fsq/v1-offset-atanh"]);
  const bare = hostHead(sampleModel({ classes: 0, head: [] }));
  assert.deepEqual([bare.layers, bare.labels], [[], []]);
});

Deno.test("hostHead() states the levels' arithmetic: width, basis, ranges, and none without levels", () => {
  const head = hostHead(sampleModel());
  assert.deepEqual([head.levels, head.half_width, head.basis], [[8, 6, 5], [4, 3, 2], [1, 8, 48]]);
  assert.equal(head.bounded_ranges!.length, 3);
  // Even levels are shifted by half a step, odd ones are not.
  assert.deepEqual(head.offset, [0.5, 0.5, 0]);
  assert.deepEqual(head.shift!.map((s) => s > 0), [true, true, false]);
  const none = hostHead(sampleModel({ levels: null }));
  assert.deepEqual([none.levels, none.half_width, none.basis, none.shift], [null, [], [], undefined]);
});
