import assert from "node:assert/strict";
import type { Architecture, Model } from "../../../lib/artifacts/model.ts";
import { argmaxRows } from "../../../lib/model/evaluate.ts";
import { learningRate } from "../../../lib/model/train/optimizer.ts";
import { train, type TrainHooks, type TrainOptions } from "../../../lib/model/train/train.ts";
import type { TrainingData } from "../../../lib/model/train/training_data.ts";
import { type VqFix, vqFixes } from "../../../lib/model/train/vq_fixes.ts";
import { Random } from "../../../lib/random.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const options: TrainOptions = {
  epochs: 4,
  patience: 10,
  keep: "best",
  batch: 32,
  learningRate: 5e-3,
  warmupEpochs: 1,
  weightDecay: 1e-4,
  clip: 1,
  dropout: 0.1,
  auxiliary: 0.5,
  spread: 0.05,
  averaging: 0.9,
  labelSmoothing: 0.1,
  shift: 4,
  rotation: 0,
  scaling: 0.1,
  jitter: 0.05,
  offset: 0,
  timeWarp: 0,
  channelDropout: 0,
  sensorDropout: 0,
  threads: 1,
};
const vq = { decay: 0.9, deadShare: 0.1, commitment: 0.25, warmupEpochs: 2 };

/** Two subjects to train on, one to judge by. */
function dataOf(model: Model): TrainingData {
  const windows = sampleWindows(model, 40);
  const rows = Int32Array.from(windows.start.keys());
  return {
    windows,
    scaler: model.scaler,
    labels: windows.labels,
    classOf: Int32Array.from(model.labels.keys()),
    classWeights: new Float64Array(model.labels.length).fill(1),
    trainRows: rows.filter((row) => windows.recording[row] < 2),
    validationRows: rows.filter((row) => windows.recording[row] === 2),
  };
}

function architectureOf(changes: Partial<Architecture>): Architecture {
  return sampleModel({ latent: 3, ...changes }).architecture;
}

function run(
  architecture: Architecture,
  changes: Partial<TrainOptions> = {},
  hooks: Partial<TrainHooks> = {},
) {
  const data = dataOf(sampleModel());
  return train(architecture, data, { ...options, ...changes }, new Random(3), { onProgress() {}, ...hooks });
}

for (
  const [name, changes] of [
    ["levels", {}],
    ["a learned codebook", { levels: null, codebook: 12 }],
    ["no quantiser", { levels: null }],
  ] as [string, Partial<Architecture>][]
) {
  const architecture = architectureOf(changes);
  const extra = architecture.codebook === undefined ? {} : { vq };

  Deno.test(`train() with ${name} learns, and equal seeds give equal weights`, async () => {
    const [a, b] = [await run(architecture, extra), await run(architecture, extra)];
    assert.deepEqual(a, b);
    assert.ok(a.history[3].loss < 0.9 * a.history[0].loss, JSON.stringify(a.history));
    assert.equal(a.health!.n, 40);
  });

  Deno.test(`train() with ${name} ends with the same bits when killed after epoch 2`, async () => {
    const whole = await run(architecture, extra);
    let saved: Uint8Array | undefined;
    let saves = 0;
    const kill = new AbortController();
    const first = run(architecture, extra, {
      signal: kill.signal,
      checkpoint: {
        load: () => undefined,
        save(state) {
          saved = state;
          if (++saves === 2) kill.abort(new Error("killed"));
        },
      },
    });
    await assert.rejects(first, /killed/);
    const epochs: string[] = [];
    const resumed = await run(architecture, extra, {
      checkpoint: { load: () => saved, save() {} },
      onProgress: (_, message) => epochs.push(message.split(" · ")[0]),
    });
    assert.equal(epochs[0], "epoch 3/4");
    assert.deepEqual(resumed, whole);
  });
}

Deno.test("T079 train() with a spread term uses more codes than without, over the same seeds", async () => {
  const perplexity = async (spread: number) => {
    let sum = 0;
    for (const seed of [3, 4, 5]) {
      const { history } = await train(
        architectureOf({}),
        dataOf(sampleModel()),
        { ...options, epochs: 6, spread },
        new Random(seed),
        { onProgress() {} },
      );
      sum += history.at(-1)!.perplexity!;
    }
    return sum / 3;
  };
  const [without, spread] = [await perplexity(0), await perplexity(1)];
  assert.ok(spread > without, `${spread} is not above ${without}`);
});

Deno.test("T211 train() with the step's defaults of the optimiser learns synthetic movements to more than 95 %", async () => {
  const model = sampleModel();
  const windows = sampleWindows(model, 300);
  // Every other window lies across a change of movement and has no right answer.
  const rows = Int32Array.from(windows.start.keys()).filter((row) =>
    windows.start[row] % windows.length === 0
  );
  const { history } = await train(
    architectureOf({}),
    {
      ...dataOf(model),
      windows,
      labels: windows.labels,
      trainRows: rows.filter((row) => windows.recording[row] < 2),
      validationRows: rows.filter((row) => windows.recording[row] === 2),
    },
    { ...options, epochs: 25, batch: 64, learningRate: 2e-3, spread: 0.005, averaging: 0.99, jitter: 0 },
    new Random(1),
    { onProgress() {} },
  );
  const best = Math.max(...history.map((e) => e.validationAccuracy!));
  assert.ok(best > 0.95, `${best}`);
});

Deno.test("T320 train() records the gradient before and behind the quantiser: equal with a straight-through codebook", async () => {
  const ratios = async (changes: Partial<Architecture>, extra: Partial<TrainOptions> = {}) =>
    (await run(architectureOf(changes), extra)).history.map(({ gradientNorms: g }) => {
      assert.ok(g === undefined || g.quantized > 0);
      return g === undefined ? null : g.latent / g.quantized;
    });
  const codebook = { levels: null, codebook: 12 };
  for (const ratio of await ratios(codebook, { vq })) assert.ok(Math.abs(ratio! - 1) < 1e-6, `${ratio}`);
  // The commitment loss starts at the latent and reaches the encoder all the same: it must not hide a broken path.
  assert.deepEqual(await ratios(codebook, { vq: { ...vq, without: ["straight-through"] } }), [0, 0, 0, 0]);
  // The slope of the bound over the half width is at most about 1 at the centre of each dimension.
  for (const ratio of await ratios({})) assert.ok(ratio! > 0.1 && ratio! < 1.1, `${ratio}`);
  assert.deepEqual(await ratios({ levels: null }), [null, null, null, null]);
});

Deno.test("T303 T313 train() without each fix of a learned codebook, one at a time: an outcome for each", async () => {
  const architecture = architectureOf({ levels: null, codebook: 40 });
  const outcome = async (without: VqFix[]) => {
    const seeds = await Promise.all([3, 4, 5].map((seed) =>
      train(
        architecture,
        dataOf(sampleModel()),
        { ...options, epochs: 6, vq: { ...vq, decay: 0.8, without } },
        new Random(seed),
        { onProgress() {} },
      )
    ));
    const mean = (of: (t: typeof seeds[number]) => number) => seeds.reduce((s, t) => s + of(t), 0) / 3;
    return {
      perplexity: mean((t) => t.history.at(-1)!.perplexity!),
      accuracy: mean((t) => t.history.at(-1)!.validationAccuracy!),
      loss: mean((t) => t.history.at(-1)!.loss),
      restarts: mean((t) => t.health!.restarts!),
    };
  };
  const table = new Map([["none", await outcome([])]]);
  for (const fix of vqFixes) table.set(fix, await outcome([fix]));
  table.set("all", await outcome([...vqFixes]));
  const all = table.get("none")!;
  // Every switch is connected: leaving a fix out changes the training.
  for (const fix of vqFixes) assert.notEqual(table.get(fix)!.loss, all.loss, fix);
  const without = (fix: VqFix) => table.get(fix)!;
  assert.ok(without("restart").perplexity < 0.7 * all.perplexity, "dead codes stay dead");
  assert.equal(without("restart").restarts, 0);
  assert.ok(all.restarts > 0);
  // Four classes: with a gradient that stops at the codebook the encoder learns nothing for the head.
  assert.ok(without("straight-through").accuracy <= 0.25 && all.accuracy > 0.3);
  assert.ok(table.get("all")!.perplexity < all.perplexity && table.get("all")!.accuracy < all.accuracy);
});

Deno.test("T209 T302 T307 train() warns once when a constant encoder puts all windows on one code, and keeps the epochs", async () => {
  const data = dataOf(sampleModel());
  const blind = { center: data.scaler.center, scale: data.scaler.scale.map((row) => row.map(() => 0)) };
  const warnings: string[] = [];
  const { health, history } = await train(
    architectureOf({}),
    { ...data, scaler: blind },
    { ...options, jitter: 0 },
    new Random(3),
    { onProgress() {}, onWarning: (text) => warnings.push(text) },
  );
  assert.deepEqual(history.map(({ perplexity, topShare }) => [perplexity, topShare]), Array(4).fill([1, 1]));
  assert.deepEqual(health!.collapsedEpochs, [2, 3, 4]);
  assert.deepEqual(health!.dimensions.map(({ entropyBits }) => entropyBits), [0, 0, 0]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /collapsed by epoch 2: perplexity 1\.00, 100 %/);
});

Deno.test("T082 T083 train() stops when nothing gets better and keeps the best epoch on strangers", async () => {
  const { history, bestEpoch } = await run(architectureOf({}), {
    epochs: 9,
    patience: 2,
    learningRate: 1e-12,
  });
  assert.equal(history.length, bestEpoch + 2);
  assert.ok(history.length < 9);
});

Deno.test("train() tells every step: the share done, the loss so far, the last epoch's marks and the time that is left", async () => {
  const told: { fraction: number; parts: string[] }[] = [];
  // 80 windows in batches of 32 are three steps an epoch.
  const plain = { epochs: 3, dropout: 0, shift: 0, scaling: 0, jitter: 0, keep: "last" as const };
  const { history, bestEpoch, validationLogits } = await run(architectureOf({}), plain, {
    onProgress: (fraction, message) => told.push({ fraction, parts: message.split(" · ") }),
  });
  assert.equal(told.length, 9);
  told.forEach(({ fraction, parts }, i) => {
    assert.ok(Math.abs(fraction - (i + 1) / 9) < 1e-12, `${fraction}`);
    const epoch = Math.floor(i / 3), before = history[epoch - 1];
    assert.equal(parts[0], `epoch ${epoch + 1}/3`);
    assert.match(parts.at(-1)!, /^\d+ s left$/);
    if (i % 3 === 2) assert.equal(parts[1], `loss ${history[epoch].loss.toFixed(3)}`);
    assert.deepEqual(
      parts.slice(2, -1),
      before === undefined ? [] : [
        `validation ${before.validationAccuracy!.toFixed(3)}`,
        `perplexity ${before.perplexity!.toFixed(1)}`,
      ],
    );
  });
  assert.equal(told.at(-1)!.parts.at(-1), "0 s left");
  assert.deepEqual(history.map(({ epoch }) => epoch), [1, 2, 3]);
  // The rate in the middle of the last of three steps.
  history.forEach((epoch, e) => {
    const rate = learningRate(e + 2.5 / 3, { peak: options.learningRate, epochs: 3, warmupEpochs: 1 });
    assert.ok(Math.abs(epoch.learningRate - rate) < 1e-15);
    // A share of all 80 windows.
    const right = 80 * epoch.accuracy!;
    assert.ok(right >= 0 && right <= 80 && Math.abs(right - Math.round(right)) < 1e-9);
  });
  assert.ok(history[2].accuracy! > history[0].accuracy!);
  assert.equal(bestEpoch, 3);
  // What is kept is what was judged last.
  const data = dataOf(sampleModel());
  const guesses = argmaxRows(validationLogits, 4);
  const right = guesses.filter((guess, i) => guess === data.labels[data.validationRows[i]]).length;
  assert.equal(right / 40, history[2].validationAccuracy);
});

Deno.test("train() refuses to train on nothing, and trains on fewer windows than a batch", async () => {
  const data = dataOf(sampleModel());
  const on = (rows: number) =>
    train(
      architectureOf({}),
      { ...data, trainRows: data.trainRows.slice(0, rows) },
      { ...options, epochs: 1 },
      new Random(3),
      {
        onProgress() {},
      },
    );
  await assert.rejects(on(0), /no labelled window is in the training part/);
  const { history } = await on(8);
  assert.ok(Math.abs(8 * history[0].accuracy! % 1) < 1e-9);
});
