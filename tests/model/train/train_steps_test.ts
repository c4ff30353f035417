import assert from "node:assert/strict";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { argmaxRows } from "../../../lib/model/evaluate.ts";
import { epochBatches } from "../../../lib/model/train/batches.ts";
import { judge } from "../../../lib/model/train/judge.ts";
import { AdamW, learningRate } from "../../../lib/model/train/optimizer.ts";
import { train, type TrainOptions } from "../../../lib/model/train/train.ts";
import type { TrainingData } from "../../../lib/model/train/training_data.ts";
import { trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { TrainingState } from "../../../lib/model/train/training_state.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const rng = new Random(1);
const windows = makeWindows([0, 1, 2].map((s) => ({ subject: `s${s}`, samples: 45 })), {
  length: 8,
  hop: 4,
  label: (_, start) => start / 4 % 2,
});
for (const recording of windows.recordings.recordings) {
  recording.labels = Int32Array.from(recording.labels, (_, t) => Math.floor(t / 4) % 2);
  recording.data = Float32Array.from(recording.data, (_, t) => rng.normal() + 2 * (Math.floor(t / 4) % 2));
}
const rows = Int32Array.from(windows.start.keys());
const data: TrainingData = {
  windows,
  scaler: { center: [[1]], scale: [[1]] },
  labels: windows.labels,
  classOf: Int32Array.of(0, 1, -1),
  classWeights: Float64Array.of(1, 1),
  trainRows: rows.filter((row) => windows.recording[row] < 2),
  validationRows: rows.filter((row) => windows.recording[row] === 2),
};
const options: TrainOptions = {
  epochs: 3,
  patience: 9,
  keep: "best",
  batch: 8,
  learningRate: 0.01,
  warmupEpochs: 1,
  weightDecay: 1e-3,
  clip: 1,
  dropout: 0.2,
  auxiliary: 0.5,
  spread: 0.05,
  averaging: 0.8,
  labelSmoothing: 0.1,
  shift: 1,
  rotation: 0,
  scaling: 0.1,
  jitter: 0.05,
  offset: 0,
  timeWarp: 0,
  channelDropout: 0,
  sensorDropout: 0,
  threads: 1,
};
const base: Architecture = {
  input: [1, 1, 8],
  blocks: [{ channels: 3, kernel: [1, 3], pool: 2 }],
  pooling: ["mean", "max"],
  levels: [4, 3],
  latent: 2,
  head: [4],
  classes: 2,
};
const codebook: Architecture = { ...base, levels: null, codebook: 5 };
const vq = { decay: 0.8, deadShare: 0.3, commitment: 0.25, warmupEpochs: 2 };
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) < 1e-5 * (1 + Math.abs(expected[i])),
      `${what} ${i}: ${actual[i]} ${expected[i]}`,
    );
  }
};

/** The training loop by its description. */
async function reference(a: Architecture, o: TrainOptions) {
  const random = new Random(4),
    batch = Math.min(o.batch, data.trainRows.length),
    without = o.vq?.without ?? [];
  const graph = trainingGraph(a, {
    batch,
    dropout: o.dropout > 0,
    auxiliary: o.auxiliary,
    spread: o.spread,
    commitment: without.includes("commitment") ? 0 : o.vq?.commitment ?? 0,
    straightThrough: !without.includes("straight-through"),
  });
  const state = new TrainingState(a, graph, random.fork("weights"), o.vq);
  const optimizer = new AdamW(state.parameters, o),
    order = random.fork("order"),
    noise = random.fork("dropout");
  const session = await openSession(graph.onnx);
  const batches = (own: Random) =>
    epochBatches(windows, data.trainRows, data.classOf, data.classWeights, data.scaler, {
      ...o,
      batch,
      classes: 2,
    }, own);
  if (state.vq !== undefined) {
    const own = noise.fork("codebook");
    if (without.includes("initialisation")) {
      state.vq.load(Float32Array.from({ length: 2 * a.codebook! }, () => own.normal()));
    } else {
      const latents: number[] = [];
      for (const b of batches(own)) {
        const out = await session.run(state.feeds(b.window, b.target, 0, own));
        latents.push(...(out["vq.latent"].data as Float32Array).subarray(0, 2 * b.rows.length));
        // Eight latents a code are enough.
        if (latents.length >= 2 * 8 * a.codebook!) break;
      }
      state.vq.initialize(latents, batch, own);
    }
  }
  const epochs = [], restarts: number[] = [];
  for (let epoch = 0; epoch < o.epochs; epoch++) {
    const steps = Math.ceil(data.trainRows.length / batch);
    let loss = 0, right = 0, step = 0, rate = 0;
    const norms = { quantized: 0, latent: 0 };
    for (const b of batches(order)) {
      rate = learningRate(epoch + (step + 0.5) / steps, {
        peak: o.learningRate,
        epochs: o.epochs,
        warmupEpochs: o.warmupEpochs,
      });
      const warm = without.includes("warm-up") ? 1 : Math.min(1, (epoch + 1) / (o.vq?.warmupEpochs ?? 1));
      const out = await session.run(state.feeds(b.window, b.target, o.dropout, noise, warm));
      optimizer.step(state.gradients(out), rate);
      state.updateStatistics(out, epoch === 0 && step === 0);
      state.average(o.averaging);
      restarts.push(state.updateCodebook(out, b.rows.length, noise, !without.includes("restart")));
      for (const end of ["quantized", "latent"] as const) {
        norms[end] += Number((out[`norm.${end}`]?.data as Float32Array)?.[0] ?? NaN);
      }
      loss += (out.loss.data as Float32Array)[0] * b.rows.length;
      const guesses = argmaxRows(out.logits.data as Float32Array, 2);
      b.rows.forEach((row, i) => right += Number(guesses[i] === data.labels[row]));
      step++;
    }
    const weights = state.weights(), judged = await judge(a, weights, data, 1);
    epochs.push({
      weights,
      judged,
      loss: loss / data.trainRows.length,
      accuracy: right / data.trainRows.length,
      rate,
      norms: { quantized: norms.quantized / step, latent: norms.latent / step },
    });
  }
  await session.release();
  const score = epochs.map(({ judged }) => judged.macroF1! - 1e-3 * judged.loss!);
  const best = o.keep === "last" ? o.epochs - 1 : score.indexOf(Math.max(...score));
  return { epochs, best, restarts: restarts.reduce((x, y) => x + y) };
}

const cases: Record<string, [Architecture, Partial<TrainOptions>]> = {
  "levels": [base, {}],
  "levels, the last epoch kept": [base, { keep: "last", dropout: 0, auxiliary: 0, averaging: 0 }],
  "no quantiser and a batch of all": [{ ...base, levels: null }, { batch: 99, spread: 0 }],
  "a learned codebook": [codebook, { vq }],
  "a codebook that part of the windows begin": [{ ...codebook, codebook: 2 }, { vq, batch: 4 }],
  "a codebook without its fixes": [codebook, {
    vq: { ...vq, without: ["commitment", "initialisation", "restart", "straight-through"] },
  }],
  "a codebook without warm-up": [codebook, { vq: { ...vq, without: ["warm-up"] } }],
};
for (const [name, [architecture, changes]] of Object.entries(cases)) {
  Deno.test(`train() with ${name} takes the steps of its description`, async () => {
    const o = { ...options, ...changes };
    const expected = await reference(architecture, o);
    const found = await train(architecture, data, o, new Random(4), { onProgress: () => {} });
    assert.equal(found.bestEpoch, expected.best + 1);
    const kept = expected.epochs[expected.best];
    for (const [part, { data }] of Object.entries(kept.weights)) near(found.weights[part].data, data, part);
    near(found.validationLogits, kept.judged.logits, "logits");
    found.history.forEach((epoch, i) => {
      const own = expected.epochs[i];
      near([epoch.epoch, epoch.loss, epoch.accuracy!, epoch.learningRate], [
        i + 1,
        own.loss,
        own.accuracy,
        own.rate,
      ], "epoch");
      near(
        [epoch.validationLoss!, epoch.validationAccuracy!],
        [own.judged.loss!, own.judged.accuracy!],
        "validation",
      );
      assert.deepEqual([epoch.perplexity, epoch.topShare], [own.judged.perplexity, own.judged.topShare]);
      if (architecture.levels === null && architecture.codebook === undefined) {
        assert.equal(epoch.gradientNorms, undefined);
      } else {near([epoch.gradientNorms!.quantized, epoch.gradientNorms!.latent], [
          own.norms.quantized,
          own.norms.latent,
        ], "norms");}
    });
    assert.equal(found.health?.restarts, architecture.codebook === undefined ? undefined : expected.restarts);
  });
}

Deno.test("train() stops when patience is over, and without strangers keeps its last epoch", async () => {
  const still = { ...options, learningRate: 0, averaging: 0, epochs: 5, patience: 2, dropout: 0 };
  // Nothing is learnt but the statistics of batches, whose first epoch may be the best.
  const found = await train(base, data, still, new Random(4), { onProgress: () => {} });
  assert.ok(
    found.history.length === Math.min(5, found.bestEpoch + 2),
    `${found.history.length} ${found.bestEpoch}`,
  );
  const alone = { ...data, validationRows: new Int32Array() };
  const last = await train(base, alone, { ...options, epochs: 2, patience: 1 }, new Random(4), {
    onProgress: () => {},
  });
  assert.deepEqual([last.bestEpoch, last.history.length, last.health, last.validationLogits.length], [
    2,
    2,
    undefined,
    0,
  ]);
});
