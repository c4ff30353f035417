/**
 * Butterworth low-pass filters as second-order sections: forth as values come, or forth and back without phase shift.
 *
 * Design: analog prototype, frequency pre-warping, bilinear transform (Oppenheim and Schafer, ch. 7). The zero-phase
 * pass extends the signal oddly at both ends and starts each section in its steady state (Gustafsson, 1996), as
 * `scipy.signal.sosfiltfilt` does, so that both agree to rounding.
 */

/** One section `(b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`. */
export interface Section {
  b: [number, number, number];
  a: [number, number];
}

/**
 * A Butterworth low-pass of the given order.
 *
 * @param order 1 or more.
 * @param cutoff Frequency of −3 dB, Hz; below half the rate.
 * @param rate Samples per second.
 */
export function butterworthLowpass(order: number, cutoff: number, rate: number): Section[] {
  if (!(cutoff > 0 && cutoff < rate / 2)) {
    throw new RangeError(`Cannot design filter: cutoff must lie in (0, ${rate / 2}) Hz, got ${cutoff}`);
  }
  const w = Math.tan((Math.PI * cutoff) / rate); // pre-warped, with the bilinear transform's 2·rate taken out
  const sections: Section[] = [];
  for (let k = 0; k < Math.floor(order / 2); k++) {
    const damping = 2 * Math.sin((Math.PI * (2 * k + 1)) / (2 * order));
    const norm = 1 + damping * w + w * w;
    const gain = (w * w) / norm;
    sections.push({
      b: [gain, 2 * gain, gain],
      a: [(2 * (w * w - 1)) / norm, (1 - damping * w + w * w) / norm],
    });
  }
  if (order % 2 === 1) {
    const gain = w / (1 + w);
    sections.push({ b: [gain, gain, 0], a: [(w - 1) / (w + 1), 0] });
  }
  return sections;
}

/**
 * A filter for values that come one by one (direct form II transposed). It starts as if the first value had always been
 * there.
 *
 * ```ts
 * import { butterworthLowpass, CausalFilter } from "./filter.ts";
 * import assert from "node:assert/strict";
 * const filter = new CausalFilter(butterworthLowpass(3, 0.3, 50));
 * assert([2, 2, 2].every((value) => Math.abs(filter.next(value) - 2) < 1e-12));
 * ```
 */
export class CausalFilter {
  readonly #sections: readonly Section[];
  /** Two numbers a section; undefined before the first value. */
  #state: Float64Array | undefined;

  constructor(sections: readonly Section[]) {
    this.#sections = sections;
  }

  /** Filters the next value. */
  next(value: number): number {
    const state = this.#state ??= this.#steady(value);
    this.#sections.forEach(({ b, a }, k) => {
      const y = b[0] * value + state[2 * k];
      state[2 * k] = b[1] * value - a[0] * y + state[2 * k + 1];
      state[2 * k + 1] = b[2] * value - a[1] * y;
      value = y;
    });
    return value;
  }

  /** Forgets what came: the next value is a first one. */
  reset(): void {
    this.#state = undefined;
  }

  #steady(level: number): Float64Array {
    const state = new Float64Array(2 * this.#sections.length);
    this.#sections.forEach(({ b, a }, k) => {
      const gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
      state[2 * k] = (gain - b[0]) * level;
      state[2 * k + 1] = (b[2] - a[1] * gain) * level;
      level *= gain;
    });
    return state;
  }
}

/** Filters forth only: what is later changes nothing that is earlier. @returns float64, as long as `x`. */
export function filterCausal(x: ArrayLike<number>, sections: readonly Section[]): Float64Array {
  const filter = new CausalFilter(sections);
  return Float64Array.from(x, (value) => filter.next(value));
}

/**
 * Filters forth and back: no phase shift, twice the attenuation.
 *
 * ```ts
 * import { butterworthLowpass, filterZeroPhase } from "./filter.ts";
 * import assert from "node:assert/strict";
 * const still = filterZeroPhase(new Float64Array(100).fill(2), butterworthLowpass(3, 0.3, 50));
 * assert(still.every((x) => Math.abs(x - 2) < 1e-9));
 * ```
 *
 * @param x One or more values; shorter signals are extended by less.
 * @returns float64, as long as `x`.
 */
export function filterZeroPhase(x: ArrayLike<number>, sections: readonly Section[]): Float64Array {
  const n = x.length;
  if (n === 0) return new Float64Array(0);
  const firstOrder = sections.filter((s) => s.b[2] === 0 && s.a[1] === 0).length;
  const edge = Math.min(n - 1, 3 * (2 * sections.length + 1 - firstOrder));
  const padded = new Float64Array(n + 2 * edge);
  for (let i = 0; i < n; i++) padded[edge + i] = x[i];
  for (let i = 1; i <= edge; i++) {
    padded[edge - i] = 2 * x[0] - x[i];
    padded[edge + n - 1 + i] = 2 * x[n - 1] - x[n - 1 - i];
  }
  const back = filterCausal(filterCausal(padded, sections).reverse(), sections);
  return back.reverse().subarray(edge, edge + n);
}
