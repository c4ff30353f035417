/** Activation functions over float64. */
import type { ActivationKind, LayerOf } from "../../artifacts/encoder_graph.ts";

/**
 * Applies a function to rows of `channels` numbers.
 *
 * ```ts
 * import { plainActivation } from "./plain_activation.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...plainActivation({ kind: "relu6", alpha: 0 }, Float64Array.of(-1, 2, 9), 3)], [0, 2, 6]);
 * ```
 */
export function plainActivation(
  { kind, alpha }: Pick<LayerOf<"activation">, "kind" | "alpha">,
  x: Float64Array,
  channels: number,
): Float64Array {
  if (kind !== "softmax") return x.map((value) => functions[kind](value, alpha));
  const y = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += channels) {
    const row = x.subarray(at, at + channels);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((a, b) => a + Math.exp(b - top), 0);
    for (let c = 0; c < channels; c++) y[at + c] = Math.exp(row[c] - top) / sum;
  }
  return y;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Number by number; the gates of recurrent layers take theirs from here. */
export const functions: { [K in Exclude<ActivationKind, "softmax">]: (x: number, alpha: number) => number } =
  {
    relu: (x) => Math.max(0, x),
    relu6: (x) => Math.min(6, Math.max(0, x)),
    leakyRelu: (x, alpha) => x < 0 ? alpha * x : x,
    elu: (x, alpha) => x < 0 ? alpha * Math.expm1(x) : x,
    gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    swish: (x) => x * logistic(x),
    tanh: Math.tanh,
    sigmoid: logistic,
    hardSigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
  };

/** The error function: its Taylor series near zero, elsewhere a continued fraction (Lentz), to 1e−12. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let [term, sum] = [a, a];
    for (let n = 1; n < 60; n++) {
      term *= -a * a / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = a;
  for (let n = 60; n >= 1; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (fraction * Math.sqrt(Math.PI)));
}
