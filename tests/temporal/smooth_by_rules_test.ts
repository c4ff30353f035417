import assert from "node:assert/strict";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { smoothByRules } from "../../lib/temporal/smooth_by_rules.ts";
import { judgementMotifs, judgementWindows } from "../steps/judgement_fixtures.ts";

/** Motifs of two classes; `rows` are the posteriors of the points, and `points` the point of each window. */
function given(labels: number[], points: number[], rows: number[][]): { motifs: Motifs; windows: any } {
  const windows = judgementWindows();
  const motifs: Motifs = {
    ...judgementMotifs(windows),
    labels: Int32Array.from(labels),
    points: Uint32Array.from(points),
    posterior: Float32Array.from(rows.flat()),
    k: 2,
  };
  return { motifs, windows };
}
const options = {
  hysteresis: { high: 0.6, low: 0.4 },
  maxHoldMs: 2000,
  modeWidth: 1,
  minDwellMs: 0,
  causal: false,
};
const soft = [[0.8, 0.2], [0.3, 0.7]];

function smoothed(
  input: ReturnType<typeof given>,
  changes = {},
  stretches = [[0, input.motifs.labels.length]],
  rate = 1,
) {
  const warnings: string[] = [];
  const parts = stretches.map(([from, to]) => ({ from, to, recording: 0 }));
  const result = smoothByRules(input as any, { ...options, ...changes } as any, parts, rate, warnings);
  return { ...result, warnings, labels: [...result.labels] };
}

Deno.test("smoothByRules() tells how many stretches are shorter than the dwell, each of which is one bout", () => {
  const input = given([0, 1, 0, 0, 1, 1, 0, 0], [0, 1, 0, 0, 1, 1, 0, 0], soft);
  const { warnings, labels, rules } = smoothed(input, { minDwellMs: 3000, hysteresis: undefined }, [[0, 2], [
    2,
    5,
  ], [5, 8]]);
  assert.match(
    warnings.join(),
    /^1 of 3 continuous stretches are shorter than the minimum dwell of 3 predictions/,
  );
  assert.equal(labels[0], labels[1]);
  assert.deepEqual([rules!.minDwell, rules!.hysteresis, rules!.modeWidth], [3, null, 1]);
  // Nothing is shorter than one prediction, which is told as having no effect.
  const [one, ...others] = smoothed(input, { minDwellMs: 1000, hysteresis: undefined }).warnings;
  assert.match(one, /^Minimum dwell of 1000 ms is no longer than one prediction/);
  assert.deepEqual(others, []);
  // What nobody asked for is not told.
  const byDefault = { minDwellMs: 1000, hysteresis: undefined, dwellByDefault: true };
  assert.deepEqual(smoothed(input, byDefault).warnings, []);
  // Stretches count by their length, wherever they lie.
  const two = { minDwellMs: 2000, hysteresis: undefined };
  assert.match(
    smoothed(input, two, [[0, 5], [5, 6], [6, 7], [7, 8]]).warnings.join(),
    /^3 of 4 .* 2 predictions/,
  );
  assert.deepEqual(smoothed(input, two, [[0, 5], [5, 8]]).warnings, []);
});

Deno.test("smoothByRules() warns from one in a hundred windows on whose motif is not the most probable", () => {
  const astray = (n: number) => {
    const labels = Array.from({ length: 200 }, (_, i) => (i < n ? 1 : 0));
    return smoothed(given(labels, labels.map(() => 0), soft)).warnings.join();
  };
  assert.equal(astray(2), "");
  assert.match(astray(3), /^In 1\.5 % of windows another motif than the assigned one/);
  // Two of 199 are more than one in a hundred.
  const few = Array.from({ length: 199 }, (_, i) => (i < 2 ? 1 : 0));
  assert.match(smoothed(given(few, few.map(() => 0), soft)).warnings.join(), /^In 1\.0 % of windows/);
  // A window is astray once, however many motifs are more probable, the last of them among these.
  const labels = Array.from({ length: 50 }, (_, i) => (i === 0 ? 0 : 2));
  const input = given(labels, labels.map(() => 0), [[0.2, 0.3, 0.5]]);
  input.motifs.k = 3;
  assert.match(smoothed(input).warnings.join(), /^In 2\.0 % of windows/);
  assert.match(smoothed(given([0, 1], [1, 1], soft)).warnings.join(), /^In 50\.0 % of windows/);
  assert.deepEqual(smoothed(given([-1], [0], soft)).warnings, []);
  // Windows without a motif, and equal posteriors, are not counted.
  const even = given([-1, 1, 0], [0, 2, 2], [...soft, [0.5, 0.5]]);
  assert.deepEqual(smoothed(even).warnings, []);
  assert.deepEqual(smoothed(given([1], [0], soft), { hysteresis: undefined }).warnings, []);
});

Deno.test("smoothByRules() says when hysteresis has no effect, and how often it let go", () => {
  const hard = given([0, 1], [0, 1], [[1, 0], [0, 1]]);
  assert.match(smoothed(hard).warnings.join(), /All posteriors are 0 or 1: hysteresis has no effect/);
  assert.deepEqual(smoothed(hard, { hysteresis: undefined }).warnings, []);
  assert.deepEqual(smoothed(given([0, 1], [0, 1], [[1, 0], [0.2, 0.8]])).warnings, []);
  // Motif 1 leads by 0.55 for four predictions, which is not enough to switch, until two have passed.
  const weak = given([0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [[0.9, 0.1], [0.45, 0.55]]);
  const { labels, warnings } = smoothed(weak);
  assert.deepEqual(labels, [0, 0, 0, 1, 1]);
  assert.match(
    warnings.join(),
    /^Hysteresis held 1 states for 2 predictions that no longer led, then let go$/,
  );
});

Deno.test("smoothByRules() in causal mode states its latency in predictions and seconds", () => {
  const input = given([0, 1, 0, 0, 1, 1, 0, 0], [0, 1, 0, 0, 1, 1, 0, 0], soft);
  const { details, kind, k } = smoothed(
    input,
    { causal: true, modeWidth: 5, minDwellMs: 1500, hysteresis: undefined },
    undefined,
    2,
  );
  // Half of five, and a dwell of three less one.
  assert.deepEqual(details.latency, { predictions: 4, seconds: 2 });
  assert.deepEqual([details.causal, kind, k], [true, "motif", 2]);
  assert.equal(smoothed(input).details.latency, null);
});
