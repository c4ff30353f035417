/** Lowering the rate of a signal without folding what lies above half the new rate into what lies below. */

/** Attenuation of everything above half the new rate, dB. */
const attenuation = 60;
/** Share of the new rate up to which the signal passes unchanged. */
const passShare = 0.4;

/** Modified Bessel function of order 0, by its series (Abramowitz and Stegun 9.6.12). */
function bessel0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/** The filter in words. */
export function filterName(rate: number): string {
  const hz = (share: number) => Number((share * rate).toPrecision(3));
  return `low-pass (Kaiser FIR, passes up to ${hz(passShare)} Hz, −${attenuation} dB from ${hz(0.5)} Hz)`;
}

/**
 * Reads an even signal at the ticks of a slower clock through a low-pass: a windowed sinc with a Kaiser window (Oppenheim
 * and Schafer, ch. 7), so wide that nothing above half the new rate passes by more than −60 dB.
 *
 * ```ts
 * import { lowerRate } from "./lower_rate.ts";
 * import assert from "node:assert/strict";
 * const fast = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(2 * Math.PI * 48 * i / 200));
 * assert(lowerRate(fast, 1, 200, 50, 500).slice(50, 450).every((v) => Math.abs(v) < 0.01));
 * ```
 *
 * @param values float32 `[samples, width]` at `from` samples per second, without NaN.
 * @param to New samples per second, below `from`.
 * @param count Ticks wanted, at `i / to` seconds from the first sample.
 * @returns float32 `[count, width]`.
 */
export function lowerRate(
  values: Float32Array,
  width: number,
  from: number,
  to: number,
  count: number,
): Float32Array {
  const samples = values.length / width;
  const beta = 0.1102 * (attenuation - 8.7);
  const transition = 2 * Math.PI * (0.5 - passShare) * to / from;
  const half = Math.ceil((attenuation - 8) / (2.285 * transition) / 2) + 1;
  const cutoff = (passShare + 0.5) / 2 * 2 * to / from; // as a share of half the old rate
  const fine = 512;
  const kernel = Float64Array.from({ length: half * fine + 2 }, (_, i) => {
    const x = i / fine;
    if (x >= half) return 0;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
    return sinc * bessel0(beta * Math.sqrt(1 - (x / half) ** 2));
  });
  const out = new Float32Array(count * width);
  const sum = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    const center = i * from / to;
    const first = Math.max(0, Math.ceil(center - half));
    const last = Math.min(samples - 1, Math.floor(center + half));
    sum.fill(0);
    let total = 0;
    for (let n = first; n <= last; n++) {
      const at = Math.abs(n - center) * fine;
      const k = Math.floor(at);
      const w = kernel[k] + (kernel[k + 1] - kernel[k]) * (at - k);
      total += w;
      for (let c = 0, v = n * width; c < width; c++, v++) sum[c] += w * values[v];
    }
    for (let c = 0; c < width; c++) out[i * width + c] = sum[c] / total;
  }
  return out;
}
