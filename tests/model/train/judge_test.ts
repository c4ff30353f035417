import assert from "node:assert/strict";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { quantizerHealth } from "../../../lib/model/train/health.ts";
import { judge } from "../../../lib/model/train/judge.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const near = (actual: number | null, expected: number, tolerance = 1e-4) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);

for (const changes of [{}, { levels: null }, { levels: null, codebook: 7 }]) {
  Deno.test(`judge() marks by loss, accuracy, mean F1 and use of codes, for ${JSON.stringify(changes)}`, async () => {
    const model = sampleModel(changes);
    const windows = sampleWindows(model, 10);
    const rows = Int32Array.of(2, 3, 5, 8, 13, 21);
    const data = {
      windows,
      scaler: model.scaler,
      labels: windows.labels,
      classOf: Int32Array.of(0, 1, 2, 3),
      classWeights: new Float64Array(4).fill(1),
      trainRows: new Int32Array(0),
      validationRows: rows,
    };
    const weights = model.weights as Record<string, NpyArray<Float32Array>>;
    const marks = await judge(model.architecture, weights, data, 1);
    let loss = 0;
    const guesses: number[] = [], codes: string[] = [];
    for (const row of rows) {
      const window = new Float32Array(480);
      gatherWindows(windows, [row], model.scaler, window);
      const { logits, latent, bounded } = referenceForward(model, window);
      const e = Array.from(logits!.data, Math.exp), total = e.reduce((a, b) => a + b);
      loss -= Math.log(e[windows.labels[row]] / total) / rows.length;
      guesses.push(e.indexOf(Math.max(...e)));
      if (changes.codebook !== undefined) {
        const book = weights["vq.codebook"].data;
        const apart = Array.from(
          { length: 7 },
          (_, k) => latent.data.reduce((sum, z, j) => sum + (z - book[3 * k + j]) ** 2, 0),
        );
        codes.push(`${apart.indexOf(Math.min(...apart))}`);
      } else codes.push(`${new Quantizer([8, 6, 5]).codeOfBounded(bounded.data)}`);
    }
    near(marks.loss, loss);
    near(marks.accuracy, guesses.filter((g, i) => g === windows.labels[rows[i]]).length / 6);
    // Mean over the classes of the truth or the guesses.
    const seen = [0, 1, 2, 3].filter((c) => guesses.includes(c) || rows.some((r) => windows.labels[r] === c));
    const f1 = seen.map((c) => {
      const both = guesses.filter((g, i) => g === c && windows.labels[rows[i]] === c).length;
      return 2 * both /
        (guesses.filter((g) => g === c).length + rows.filter((r) => windows.labels[r] === c).length);
    });
    near(marks.macroF1, f1.reduce((a, b) => a + b) / seen.length);
    if (changes.levels === null && changes.codebook === undefined) {
      assert.deepEqual([marks.perplexity, marks.topShare], [null, null]);
    } else {
      const counts = [...Map.groupBy(codes, (code) => code).values()].map((own) => own.length / 6);
      near(marks.topShare, Math.max(...counts));
      near(marks.perplexity, Math.exp(-counts.reduce((sum, p) => sum + p * Math.log(p), 0)));
    }
    assert.deepEqual([marks.logits.length, marks.latents.length], [24, 18]);
    const none = await judge(model.architecture, weights, { ...data, validationRows: new Int32Array(0) }, 1);
    assert.deepEqual([none.loss, none.accuracy, none.macroF1, none.logits.length], [null, null, null, 0]);
  });
}

Deno.test("quantizerHealth() tells mean and deviation of each dimension, and levels where there are any", () => {
  const latents = Float32Array.of(0, 10, 2, 20, 4, 30, 2, 0);
  const { architecture } = sampleModel({ levels: null, latent: 2 });
  const plain = quantizerHealth(architecture, latents, [3, 4]);
  assert.deepEqual([plain.n, plain.collapsedEpochs], [4, [3, 4]]);
  near(plain.dimensions[0].mean, 2);
  near(plain.dimensions[0].deviation, Math.sqrt(2));
  near(plain.dimensions[1].mean, 15);
  near(plain.dimensions[1].deviation, Math.sqrt(125));
  const none = { saturated: null, entropyBits: null, level: null };
  const { saturated, entropyBits, level } = plain.dimensions[0];
  assert.deepEqual({ saturated, entropyBits, level }, none);
  const bounded = quantizerHealth({ ...architecture, levels: [8, 5] }, latents, []);
  assert.deepEqual(bounded.dimensions.map((d) => d.level), [8, 5]);
  near(bounded.dimensions[1].mean, 15);
  assert.ok(bounded.dimensions.every((d) => d.saturated !== null && d.entropyBits !== null));
});
