/**
 * Vector quantisation with a codebook of exponential moving averages: the baseline that FSQ is compared with.
 *
 * Formulas: van den Oord et al. 2017 (arXiv 1711.00937, appendix A.1); smoothing and initial state as in
 * vector_quantize_pytorch. The fixes that make it work are the defaults; two that are often seen and wrong are there by
 * name, so that their effect can be shown.
 */
import type { Random } from "../../random.ts";
import { kMeansPlusPlus } from "./vq_initial.ts";

/** Settings of {@linkcode VqEma}. */
export interface VqOptions {
  /** Decay γ of the moving averages; half-life ln 2 / −ln γ updates, 69 at 0.99. */
  decay: number;
  /** Dead is a code whose expected count is below this share of even use. */
  deadShare: number;
}

export const VQ_DEFAULTS: VqOptions = { decay: 0.99, deadShare: 0.1 };

const epsilon = 1e-5;

/**
 * Share of the commitment weight in `epoch` (from 0): linear over the first `epochs`, and never zero.
 *
 * ```ts
 * import { warmUp } from "./vq_ema.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([0, 1, 9, 10, 50].map((epoch) => warmUp(epoch, 10)), [0.1, 0.2, 1, 1, 1]);
 * ```
 */
export function warmUp(epoch: number, epochs: number): number {
  return Math.min(1, (epoch + 1) / Math.max(1, epochs));
}

/** A codebook of `size` vectors of dimension `d` that follows the latents assigned to them. */
export class VqEma {
  /** e `[K, d]`. */
  readonly codebook: Float32Array;
  /** N `[K]`, the expected number of latents a batch. */
  readonly counts: Float64Array;
  /** m `[K, d]`, the expected sum of latents a batch. */
  readonly sums: Float64Array;

  constructor(readonly size: number, readonly d: number, readonly options: VqOptions = VQ_DEFAULTS) {
    this.codebook = new Float32Array(size * d);
    this.counts = new Float64Array(size).fill(1);
    this.sums = new Float64Array(size * d);
  }

  /**
   * Starts from the latents `z` `[n, d]` by k-means; with fewer latents than codes, codes are drawn with replacement.
   *
   * @param batch Latents an update, the unit of `counts`.
   * @param fault `stale-sums` sets embedding and count but not the sum, the wrong fix that collapses the codebook at
   * the first update.
   */
  initialize(z: ArrayLike<number>, batch: number, rng: Random, fault?: "stale-sums"): void {
    const { centers, counts } = kMeansPlusPlus(z, this.size, this.d, rng);
    const n = z.length / this.d;
    for (let k = 0; k < this.size; k++) {
      const count = fault === undefined ? Math.max(counts[k], 1) * batch / n : 1;
      this.#set(k, centers.subarray(k * this.d, (k + 1) * this.d), count, fault === undefined);
    }
  }

  /** Sets code k and, unless that is the fault to show, the averages behind it. */
  #set(k: number, vector: ArrayLike<number>, count: number, withState: boolean): void {
    for (let j = 0; j < this.d; j++) {
      this.codebook[k * this.d + j] = vector[j];
      if (withState) this.sums[k * this.d + j] = vector[j] * count;
    }
    if (withState) this.counts[k] = count;
  }

  /** Sets the whole codebook with count 1 a code. */
  load(codebook: ArrayLike<number>): void {
    for (let k = 0; k < this.size; k++) {
      const vector = Array.from({ length: this.d }, (_, j) => codebook[k * this.d + j]);
      this.#set(k, vector, 1, true);
    }
  }

  /** One update by a batch of latents `z` `[n, d]` and their codes. */
  update(z: ArrayLike<number>, codes: ArrayLike<number>): void {
    const { decay } = this.options;
    const n = new Float64Array(this.size);
    const s = new Float64Array(this.size * this.d);
    for (let i = 0; i < codes.length; i++) {
      n[codes[i]]++;
      for (let j = 0; j < this.d; j++) s[codes[i] * this.d + j] += z[i * this.d + j];
    }
    let total = 0;
    for (let k = 0; k < this.size; k++) {
      this.counts[k] = decay * this.counts[k] + (1 - decay) * n[k];
      total += this.counts[k];
    }
    for (let k = 0; k < this.size; k++) {
      const smoothed = (this.counts[k] + epsilon) / (total + this.size * epsilon) * total;
      for (let j = k * this.d; j < (k + 1) * this.d; j++) {
        this.sums[j] = decay * this.sums[j] + (1 - decay) * s[j];
        this.codebook[j] = this.sums[j] / smoothed;
      }
    }
  }

  /** Codes whose expected count is below `deadShare` of even use. */
  dead(): number[] {
    const even = this.counts.reduce((a, b) => a + b, 0) / this.size;
    return [...this.counts.keys()].filter((k) => this.counts[k] < this.options.deadShare * even);
  }

  /**
   * Moves dead codes to random latents of `z` with a little noise, and resets the averages behind them.
   *
   * @param fault `keep-state` leaves the averages: the next update undoes the move. `absolute-threshold` calls dead what
   * has below 1 % of all counts, which is every code of an evenly used codebook of more than 100.
   * @returns The codes that were moved.
   */
  restart(z: ArrayLike<number>, rng: Random, fault?: "keep-state" | "absolute-threshold"): number[] {
    const rows = z.length / this.d;
    const total = this.counts.reduce((a, b) => a + b, 0);
    const dead = fault === "absolute-threshold"
      ? [...this.counts.keys()].filter((k) => this.counts[k] < 0.01 * total)
      : this.dead();
    if (rows === 0 || dead.length === 0) return [];
    const noise = 0.02 * deviation(z);
    for (const k of dead) {
      const row = rng.below(rows);
      const vector = Array.from({ length: this.d }, (_, j) => z[row * this.d + j] + noise * rng.normal());
      this.#set(k, vector, total / this.size, fault !== "keep-state");
    }
    return dead;
  }
}

function deviation(z: ArrayLike<number>): number {
  let sum = 0, squares = 0;
  for (let i = 0; i < z.length; i++) {
    sum += z[i];
    squares += z[i] * z[i];
  }
  return Math.sqrt(Math.max(0, squares / z.length - (sum / z.length) ** 2));
}
