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
