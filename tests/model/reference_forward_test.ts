import assert from "node:assert/strict";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { encodeWindows } from "../../lib/model/evaluate.ts";
import { referenceBehind, referenceForward } from "../../lib/model/reference_forward.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { gatherWindows } from "../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "./sample_model.ts";

const cases: [string, Partial<Architecture>][] = [
  ["mean and max are pooled", {}],
  ["mean and std are pooled", { pooling: ["mean", "std"] }],
  ["segments are pooled apart", { pooling: ["mean", "max", "std"], segments: 3 }],
  ["there is a neck", { neck: [9, 7] }],
  ["there is no quantiser", { levels: null, latent: 5 }],
  ["there is no head", { classes: 0, head: [] }],
  ["a codebook is learned", { levels: null, latent: 3, codebook: 5 }],
];

for (const [when, changes] of cases) {
  Deno.test(`referenceForward() agrees with model.onnx when ${when}`, async () => {
    const model = sampleModel(changes);
    const windows = sampleWindows(model, 4);
    const rows = [0, 3, 7, 11];
    const session = await openSession(model.onnx);
    const { latents, logits } = await encodeWindows(session, model, windows, rows);
    await session.release();
    const { latent: d, classes } = model.architecture;
    const size = model.architecture.input.reduce((a, b) => a * b, 1);
    const input = new Float32Array(rows.length * size);
    gatherWindows(windows, rows, model.scaler, input);
    rows.forEach((_, i) => {
      const out = referenceForward(model, input.subarray(i * size, (i + 1) * size));
      for (let j = 0; j < d; j++) assert.ok(Math.abs(out.latent.data[j] - latents[i * d + j]) < 5e-6);
      for (let c = 0; c < classes; c++) {
        assert.ok(Math.abs(out.logits!.data[c] - logits[i * classes + c]) < 5e-6);
      }
      assert.equal(out.logits === undefined, classes === 0);
    });
  });
}

Deno.test("referenceForward() throws RangeError when the window has another size", () => {
  assert.throws(() => referenceForward(sampleModel(), new Float32Array(7)), /has not 7 values/);
});

Deno.test("referenceBehind() makes of a latent what the whole network makes of its window", () => {
  // No file of elsewhere has a learned codebook.
  for (const [when, changes] of cases.filter(([, { codebook }]) => codebook === undefined)) {
    const model = sampleModel(changes);
    const size = model.architecture.input.reduce((a, b) => a * b, 1);
    for (let seed = 1; seed <= 3; seed++) {
      const window = Float32Array.from({ length: size }, (_, i) => Math.sin(seed * i + seed));
      const whole = referenceForward(model, window), behind = referenceBehind(model, whole.latent.data);
      for (const part of ["latent", "bounded", "logits"] as const) {
        assert.deepEqual(behind[part]?.data, whole[part]?.data, `${part} where ${when}`);
      }
    }
  }
});
