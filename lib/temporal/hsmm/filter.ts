/** The most probable state of a hidden semi-Markov model now, given what was seen until now: its causal decoding. */
import { survivor } from "./duration.ts";

/** What the filter needs of a model, as plain numbers. */
export interface FilterModel {
  states: number;
  max_duration: number;
  initial: readonly number[];
  /** `[K, K]` row-major; rows may sum to less than 1 where a change costs more than its probability. */
  transition: readonly number[];
  /** P(duration) of each state; the last of a row is that of max_duration or longer. */
  durations: readonly (readonly number[])[];
  tails: readonly number[];
}

/**
 * The forward pass of {@linkcode accumulate} one observation at a time, with memory `[K, D]`: scaled so that the
 * probabilities of the states sum to 1 at each step.
 *
 * ```ts
 * import { HsmmFilter } from "./filter.ts";
 * import assert from "node:assert/strict";
 * const filter = new HsmmFilter({
 *   ...{ states: 2, max_duration: 3, initial: [0.5, 0.5], transition: [0, 1, 1, 0] },
 *   ...{ durations: [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], tails: [0.5, 0.5] },
 * });
 * assert.equal(filter.push([Math.log(0.9), Math.log(0.1)]), 0);
 * assert.equal(filter.push([Math.log(0.01), Math.log(0.99)]), 1);
 * ```
 */
export class HsmmFilter {
  readonly #model: FilterModel;
  readonly #survivors: Float64Array[];
  /** `[K][D]`: start probability × emissions so far of segments that began so many predictions ago. */
  readonly #open: Float64Array[];
  /** The same for segments of D or longer, with their tails. */
  readonly #old: Float64Array;
  readonly #factor: Float64Array;
  #starts: Float64Array;
  /** Probability of each state after the last observation. */
  readonly probabilities: Float64Array;

  constructor(model: FilterModel) {
    const { states: k, max_duration: D } = model;
    this.#model = model;
    this.#survivors = model.durations.map((pmf) => survivor(Float64Array.from(pmf)));
    this.#open = Array.from({ length: k }, () => new Float64Array(D));
    this.#old = new Float64Array(k);
    this.#factor = new Float64Array(k).fill(1);
    this.#starts = Float64Array.from(model.initial);
    this.probabilities = new Float64Array(k);
  }

  /** Begins a new stretch. */
  reset(): void {
    for (const row of this.#open) row.fill(0);
    this.#old.fill(0);
    this.#factor.fill(1);
    this.#starts = Float64Array.from(this.#model.initial);
  }

  /**
   * Takes the next observation.
   *
   * @param log `[K]`: its log probability in each state; zeros where it is missing.
   * @returns The most probable state, the first on ties.
   */
  push(log: ArrayLike<number>): number {
    const { states: k, max_duration: D, transition, durations, tails } = this.#model;
    const p = this.probabilities, ending = new Float64Array(k);
    let top = -Infinity;
    for (let j = 0; j < k; j++) top = Math.max(top, log[j]);
    let sum = 0;
    for (let j = 0; j < k; j++) {
      const open = this.#open[j], pmf = durations[j], sf = this.#survivors[j];
      for (let u = D - 1; u > 0; u--) open[u] = open[u - 1] * this.#factor[j];
      open[0] = this.#starts[j];
      let stay = 0, end = 0;
      for (let u = 0; u < D - 1; u++) {
        stay += open[u] * sf[u];
        end += open[u] * pmf[u];
      }
      this.#old[j] = this.#old[j] * this.#factor[j] * tails[j] + open[D - 1];
      const lasting = this.#old[j] * pmf[D - 1];
      const relative = Math.exp(log[j] - top);
      p[j] = (stay + lasting) * relative;
      ending[j] = end + lasting * (1 - tails[j]);
      this.#factor[j] = relative;
      sum += p[j];
    }
    if (!(sum > 0)) { // what no state explains begins a new stretch
      this.reset();
      return this.push(new Float64Array(k));
    }
    this.#starts = new Float64Array(k);
    let best = 0;
    for (let i = 0; i < k; i++) {
      this.#factor[i] /= sum;
      p[i] /= sum;
      if (p[i] > p[best]) best = i;
      const ended = ending[i] * this.#factor[i];
      for (let j = 0; j < k; j++) this.#starts[j] += ended * transition[i * k + j];
    }
    return best;
  }
}
