import assert from "node:assert/strict";
import { fitSoftmaxRegression, predictSoftmax } from "../../../lib/model/few/softmax_regression.ts";
import { Random } from "../../../lib/random.ts";

const rng = new Random(8);
const n = 40, width = 3, classes = 3;
const y = Int32Array.from({ length: n }, (_, i) => i % classes);
// The third column is nearly the first: what makes plain gradients slow.
const x = Float64Array.from({ length: n * width }, () => rng.normal());
for (let i = 0; i < n; i++) {
  x[3 * i] += y[i];
  x[3 * i + 2] = 3 * x[3 * i] + 0.05 * x[3 * i + 2];
}

/** Mean cross-entropy with the penalty, by its definition. */
function loss(weights: ArrayLike<number>, penalty: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const scores = Array.from(
      { length: classes },
      (_, c) => [0, 1, 2].reduce((s, j) => s + weights[4 * c + j] * x[3 * i + j], weights[4 * c + 3]),
    );
    sum += Math.log(scores.reduce((s, v) => s + Math.exp(v), 0)) - scores[y[i]];
  }
  const squares = Array.from({ length: 12 }, (_, i) => i % 4 === 3 ? 0 : weights[i] ** 2);
  return (sum + penalty / 2 * squares.reduce((a, b) => a + b, 0)) / n;
}

Deno.test("fitSoftmaxRegression() ends where no weight can be changed for the better", () => {
  for (const penalty of [0.1, 1, 30]) {
    const { weights } = fitSoftmaxRegression(x, y, classes, { penalty });
    weights.forEach((_, i) => {
      const moved = (by: number) => loss(weights.map((w, j) => w + (i === j ? by : 0)), penalty);
      // The objective is convex: where all its slopes are 0, it is least.
      assert.ok(Math.abs(moved(1e-4) - moved(-1e-4)) / 2e-4 < 2e-5, `penalty ${penalty}, weight ${i}`);
    });
  }
});

Deno.test("with two alike classes either side of 0 the border is 0, and predictions are the larger score", () => {
  const fit = fitSoftmaxRegression(Float64Array.of(-2, -1, 1, 2), [0, 0, 1, 1], 2);
  assert.ok(Math.abs(fit.weights[1] - fit.weights[3]) < 1e-4 && fit.weights[2] > fit.weights[0]);
  assert.deepEqual([...predictSoftmax(fit, Float64Array.of(-0.1, 0.1, 5))], [0, 1, 1]);
});

Deno.test("fitSoftmaxRegression() has a penalty of 1 unless told, and ends where each slope is small enough", () => {
  const [told, untold, none] = [{ penalty: 1 }, {}, { penalty: 0.2 }].map((o) =>
    fitSoftmaxRegression(x, y, classes, o)
  );
  assert.deepEqual(told.weights, untold.weights);
  assert.notDeepEqual(none.weights, untold.weights);
  const slope = (weights: Float64Array) =>
    Math.max(...weights.map((_, i) => {
      const moved = (by: number) => loss(weights.map((w, j) => w + (i === j ? by : 0)), 1);
      return Math.abs(moved(1e-4) - moved(-1e-4)) / 2e-4;
    }));
  const rough = slope(fitSoftmaxRegression(x, y, classes, { tolerance: 1e-3 }).weights);
  assert.ok(rough <= 1e-3 + 1e-7 && rough > 1e-5, `${rough}`);
  assert.ok(slope(untold.weights) <= 1e-5 + 1e-7);
  // No round: nothing is known. More rounds never make it worse by much, and scores of thousands stay numbers.
  assert.deepEqual([...fitSoftmaxRegression(x, y, classes, { rounds: 0 }).weights], new Array(12).fill(0));
  const after = [1, 5, 25, 125].map((rounds) =>
    loss(fitSoftmaxRegression(x, y, classes, { rounds }).weights, 1)
  );
  for (let i = 1; i < 4; i++) assert.ok(after[i] < after[i - 1], `${after}`);
  const large = fitSoftmaxRegression(x.map((v) => 5000 * v), y, classes, { rounds: 30 });
  assert.ok(large.weights.every(Number.isFinite));
});

Deno.test("predictSoftmax() takes the first of equal scores, with a weight for each column and a constant", () => {
  const fit = { classes: 3, width: 2, weights: Float64Array.of(1, 0, 0, 0, 1, 0, -1, -1, 1) };
  const rows = [[2, 1], [1, 2], [1, 1], [0, 0], [-3, -3], [0.25, 0.5]];
  assert.deepEqual([...predictSoftmax(fit, Float64Array.from(rows.flat()))], [0, 1, 0, 2, 2, 1]);
});

Deno.test("fitSoftmaxRegression() starts its momentum again where a step leads uphill, so that few rounds are enough", () => {
  const after = (rounds: number) => fitSoftmaxRegression(x, y, classes, { rounds, tolerance: 1e-13 }).weights;
  const end = after(100_000);
  // Momentum that goes on over the summit is still 0.03 away after as many rounds.
  after(300).forEach((w, i) => assert.ok(Math.abs(w - end[i]) < 1e-5, `weight ${i}: ${w} ${end[i]}`));
});
