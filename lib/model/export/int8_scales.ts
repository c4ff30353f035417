/** Affine 8-bit quantisation of activations and symmetric quantisation of weights, as ONNX defines them. */
import { roundHalfEven } from "../../fsq/rounding.ts";

/** `real = (q − zeroPoint) · scale`. */
export interface Scale {
  scale: number;
  zeroPoint: number;
}

const smallest = 1e-8; // keeps a dead channel's scale finite

/**
 * Asymmetric uint8 scale of a range, widened to hold 0.
 *
 * ```ts
 * import { activationScale } from "./int8_scales.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(activationScale(0, 255), { scale: 1, zeroPoint: 0 });
 * assert.equal(activationScale(-2, 1).zeroPoint, 170);
 * ```
 */
export function activationScale(low: number, high: number): Scale {
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new RangeError(`Cannot quantise activation: range [${low}, ${high}] is not finite`);
  }
  const [a, b] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround(Math.max((b - a) / 255, smallest));
  // At most 255: the range holds 0, and float32 keeps 7 digits of the scale.
  return { scale, zeroPoint: roundHalfEven((0 - a) / scale) };
}

/**
 * The range of means and maxima that are joined, a little wider. It reaches as far as the maximum, so that it would give the
 * scale of what is pooled: a mean of 32 numbers then lies exactly between two steps one time in 32, and the order of a
 * runtime's float sums decides. With a scale larger by 398/397, 397 being prime, only means at step 198 can.
 */
export function setApart([low, high]: [low: number, high: number]): [low: number, high: number] {
  return [low * 398 / 397, high * 398 / 397];
}

/** Quantised weights: int8 in [−127, 127], one scale per output channel or one for all. */
export interface Int8Weights {
  data: Int8Array;
  /** One scale per output channel; all equal when quantised per tensor. */
  scales: Float32Array;
}

/** Quantises weights `[out, …]` symmetrically. */
export function quantizeWeights(weights: Float32Array, outputs: number, perChannel: boolean): Int8Weights {
  const per = weights.length / outputs;
  const largest = new Float64Array(outputs);
  for (let i = 0; i < weights.length; i++) {
    const o = Math.floor(i / per);
    largest[o] = Math.max(largest[o], Math.abs(weights[i]));
  }
  const overall = largest.reduce((a, b) => Math.max(a, b), 0);
  const scales = Float32Array.from(
    largest,
    (value) => Math.max((perChannel ? value : overall) / 127, smallest),
  );
  // At most 127 by its own scale, of which float32 keeps 7 digits.
  const data = Int8Array.from(weights, (w, i) => roundHalfEven(w / scales[Math.floor(i / per)]));
  return { data, scales };
}

/** Quantises a bias to int32 in units of input scale · weight scale. */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  weightScales: Float32Array,
): { data: Int32Array; scales: Float32Array } {
  const scales = weightScales.map((s) => s * inputScale);
  const limit = 2 ** 31 - 1;
  const data = Int32Array.from(
    bias,
    (b, o) => Math.min(limit, Math.max(-limit, roundHalfEven(b / scales[o]))),
  );
  return { data, scales };
}
