import assert from "node:assert/strict";
import type { ActivationKind } from "../../../lib/artifacts/encoder_graph.ts";
import { plainActivation } from "../../../lib/model/graph/plain_activation.ts";

const places = [-9, -6.5, -3.2, -2.5, -1, -0.3, -1e-3, 0, 1e-3, 0.4, 1, 2.4, 2.6, 4, 6.5, 9];

/** The error function by Simpson's rule. */
function erf(x: number): number {
  const n = 4000, h = x / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    sum += Math.exp(-((i * h) ** 2)) * (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return 2 / Math.sqrt(Math.PI) * sum * h / 3;
}
const definitions: Record<Exclude<ActivationKind, "softmax">, (x: number, alpha: number) => number> = {
  relu: (x) => x > 0 ? x : 0,
  relu6: (x) => x > 6 ? 6 : x > 0 ? x : 0,
  leakyRelu: (x, alpha) => x >= 0 ? x : alpha * x,
  elu: (x, alpha) => x >= 0 ? x : alpha * (Math.exp(x) - 1),
  gelu: (x) => x * (1 + erf(x / Math.sqrt(2))) / 2,
  swish: (x) => x / (1 + Math.exp(-x)),
  tanh: (x) => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1),
  sigmoid: (x) => Math.exp(x) / (1 + Math.exp(x)),
  hardSigmoid: (x) => x < -2.5 ? 0 : x > 2.5 ? 1 : x / 5 + 0.5,
};

for (const [kind, of] of Object.entries(definitions)) {
  Deno.test(`${kind} is its definition below, at and above zero`, () => {
    for (const alpha of [0.3, 1.7]) {
      const y = plainActivation({ kind: kind as ActivationKind, alpha }, Float64Array.from(places), 4);
      y.forEach((value, i) =>
        assert.ok(
          Math.abs(value - of(places[i], alpha)) < 1e-11,
          `${places[i]}: ${value} ${of(places[i], alpha)}`,
        )
      );
    }
  });
}

Deno.test("softmax is taken over the channels of each place, of large numbers too", () => {
  const x = Float64Array.of(1, 2, 4, -1, 0, 0.5, 1000, 999, 990);
  const y = plainActivation({ kind: "softmax", alpha: 0 }, x, 3);
  for (let at = 0; at < 9; at += 3) {
    const row = [...x.subarray(at, at + 3)].map((v) => Math.exp(v - x[at]));
    const sum = row.reduce((a, b) => a + b);
    row.forEach((v, c) => assert.ok(Math.abs(y[at + c] - v / sum) < 1e-12));
  }
  assert.deepEqual([...plainActivation({ kind: "softmax", alpha: 0 }, Float64Array.of(-2, 0, 7), 1)], [
    1,
    1,
    1,
  ]);
});
