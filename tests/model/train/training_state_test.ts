import assert from "node:assert/strict";
import { trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { TrainingState } from "../../../lib/model/train/training_state.ts";
import { Random } from "../../../lib/random.ts";
import { sampleArchitecture } from "../sample_model.ts";

const options = { batch: 2, dropout: true, auxiliary: 0.3, spread: 0 };
const make = (changes = {}, seed = 1) => {
  const architecture = { ...sampleArchitecture, ...changes };
  return new TrainingState(architecture, trainingGraph(architecture, options), new Random(seed));
};
const out = (state: TrainingState, change: (old: number) => number) =>
  Object.fromEntries(
    ["block0.bn.mean", "block0.bn.variance", "block1.bn.mean", "block1.bn.variance"].map((name) => [
      name,
      { data: state.arrays()[`statistic/${name}`].map(change) as Float32Array },
    ]),
  );
const near = (actual: ArrayLike<number>, expected: number, tolerance = 1e-6) => {
  for (const value of Array.from(actual)) {
    assert.ok(Math.abs(value - expected) < tolerance, `${value} ${expected}`);
  }
};

Deno.test("TrainingState takes the first batch's statistics, then a tenth of each", () => {
  const state = make();
  const mean = state.arrays()["statistic/block0.bn.mean"],
    variance = state.arrays()["statistic/block1.bn.variance"];
  assert.deepEqual([mean.length, variance.length], [8, 12]);
  near(mean, 0);
  near(variance, 1);
  state.updateStatistics(out(state, () => 3), true);
  near(mean, 3);
  state.updateStatistics(out(state, () => 5), false);
  near(mean, 0.9 * 3 + 0.1 * 5);
  near(variance, 3.2);
});

Deno.test("TrainingState averages what it passes through, forgetting faster while it is young", () => {
  const state = make();
  const beta = state.parameters["block0.bn.beta"];
  let mean: number | undefined;
  for (let step = 1; step <= 30; step++) {
    beta.fill(step);
    state.average(0.7);
    const keep = Math.min(0.7, step / (step + 10));
    mean = mean === undefined ? step : keep * mean + (1 - keep) * step;
    near(state.weights()["block0.bn.beta"].data, mean, 1e-4);
  }
  assert.equal(state.steps, 30);
});

Deno.test("weights() are the averages in the model's layout, with zero biases before the normalisation, and a copy", () => {
  const state = make();
  state.average(0.9);
  const weights = state.weights();
  near(weights["block0.bias"].data, 0);
  assert.deepEqual(weights["block0.bias"].shape, [8]);
  assert.equal(Object.keys(weights).some((name) => name.startsWith("auxiliary")), false);
  const { data, shape } = weights["projection.weight"];
  const [to, from] = shape;
  Array.from(data).forEach((value, i) =>
    assert.equal(value, state.parameters["projection.weight"][(i % from) * to + Math.floor(i / from)])
  );
  data[0] = 99;
  assert.notEqual(state.weights()["projection.weight"].data[0], 99);
});

Deno.test("restore() continues from the arrays of another state", () => {
  const [state, other] = [make({}, 1), make({}, 2)];
  state.average(0.9);
  state.parameters["block0.bn.beta"].fill(7);
  state.average(0.9);
  state.updateStatistics(out(state, () => 4), true);
  other.restore(state.steps, structuredClone(state.arrays()));
  assert.deepEqual(other.arrays(), state.arrays());
  assert.equal(other.steps, 2);
  for (const s of [state, other]) s.average(0.9);
  assert.deepEqual(other.weights(), state.weights());
});

Deno.test("feeds() has windows, targets, parameters and masks that keep the mean", () => {
  const state = make({ head: [4000] });
  const window = new Float32Array(2 * 480), target = new Float32Array(8);
  const feeds = state.feeds(window, target, 0.25, new Random(3));
  assert.deepEqual([feeds.window.shape, feeds.target.shape], [[2, 6, 2, 40], [2, 4]]);
  assert.equal(feeds.window.data, window);
  assert.equal(feeds["projection.bias"].data, state.parameters["projection.bias"]);
  const mask = Array.from(feeds["head0.mask"].data as Float32Array);
  assert.deepEqual([mask.length, feeds["head0.mask"].shape], [8000, [2, 4000]]);
  const kept = mask.filter((value) => value !== 0);
  near(kept, 4 / 3);
  // Of 8000 draws three quarters stay, give or take 0.5 %.
  assert.ok(Math.abs(kept.length / 8000 - 0.75) < 0.02);
  assert.ok(
    (state.feeds(window, target, 0, new Random(3))["head0.mask"].data as Float32Array).every((m) => m === 1),
  );
  assert.equal("vq.codebook" in feeds, false);
});

Deno.test("a state with a learned codebook feeds, moves and keeps it; without one there is nothing to move", () => {
  const changes = { levels: null, codebook: 3 };
  const architecture = { ...sampleArchitecture, ...changes };
  const graph = trainingGraph(architecture, { ...options, commitment: 0.25 });
  const state = new TrainingState(architecture, graph, new Random(1), { decay: 0.5, deadShare: 0.5 });
  state.vq!.load([0, 0, 0, 1, 1, 1, 9, 9, 9]);
  const feeds = state.feeds(new Float32Array(960), new Float32Array(8), 0, new Random(1), 0.4);
  assert.deepEqual(feeds["vq.codebook"].shape, [3, 3]);
  near(feeds["vq.weight"].data as Float32Array, 0.4);
  const step = {
    // The third row only fills the batch.
    "vq.latent": { data: Float32Array.of(0, 0, 0, 1, 1, 1, 5, 5, 5) },
    "vq.codes": { data: BigInt64Array.of(0n, 1n, 2n) },
  };
  assert.equal(state.updateCodebook(step, 2, new Random(1), false), 0);
  near(state.vq!.counts.subarray(0, 2), 1);
  near(state.vq!.counts.subarray(2), 0.5);
  for (let i = 0; i < 3; i++) state.updateCodebook(step, 2, new Random(1), false);
  assert.equal(state.updateCodebook(step, 2, new Random(1)), 1);
  assert.ok(state.vq!.codebook.subarray(6).every((x) => x < 2));
  state.average(0.9);
  assert.deepEqual(state.weights()["vq.codebook"].data, state.vq!.codebook);
  assert.equal(state.arrays()["vq/counts"], state.vq!.counts);
  assert.equal(make().updateCodebook(step, 2, new Random(1)), 0);
  assert.equal(make().arrays()["vq/counts"], undefined);
});
