import assert from "node:assert/strict";
import fc from "fast-check";
import { differences } from "./compare_forward.ts";
import { cases, forwardOnly } from "./layer_cases.ts";
import { networkOf, plans } from "./random_network.ts";

for (const [name, layer] of Object.entries({ ...cases, ...forwardOnly })) {
  Deno.test(`forward, ${name}: TensorFlow.js, ONNX and the plain reference agree to 1e-5`, async () => {
    const { onnx, plain } = await differences(layer);
    assert.ok(onnx < 1e-5 && plain < 1e-5, `onnx ${onnx}, plain ${plain}`);
  });
}

/** Networks that are drawn; many more by hand. */
const numRuns = Number(Deno.env.get("MOTIFLOW_RANDOM_NETWORKS") ?? 25);

Deno.test("forward, random networks: TensorFlow.js, ONNX and the plain reference agree to 1e-5", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { onnx, plain } = await differences({ model: () => networkOf(plan), input: plan.input });
      assert.ok(onnx < 1e-5 && plain < 1e-5, `onnx ${onnx}, plain ${plain}`);
    }),
    { numRuns },
  );
});
