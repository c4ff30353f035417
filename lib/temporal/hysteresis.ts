/**
 * Hysteresis on posteriors (a Schmitt trigger for many classes): a state is left only for good evidence.
 * With more than two classes the two published readings differ, so the rule has a name.
 */

/**
 * `strict`: leave the state only when the challenger reaches `high` **and** the state has fallen below `low`.
 * `permissive`: either is enough.
 */
export type HysteresisRule = "strict" | "permissive";

/** Settings of {@linkcode hysteresis}. */
export interface HysteresisOptions {
  /** 0 ≤ low ≤ high ≤ 1. */
  high: number;
  low: number;
  rule?: HysteresisRule;
  /**
   * With many classes the strict rule can hold a state that no longer leads, for as long as no challenger is strong.
   * After this many predictions in a row led by others the leader takes over. Infinity never lets go.
   */
  maxHold?: number;
}

/** Labels after hysteresis, and how often `maxHold` ended a state. */
export interface HysteresisResult {
  labels: Int32Array;
  escapes: number;
}

/**
 * Runs hysteresis over the predictions, afresh in each stretch.
 *
 * @param posterior float `[M, classes]`, rows sum to 1: posteriors of the distinct points.
 * @param points Point of each prediction, or undefined when row i is prediction i.
 * @param stretches Continuous parts; default: everything is one.
 *
 * ```ts
 * import { hysteresis } from "./hysteresis.ts";
 * import assert from "node:assert/strict";
 * const p = [0.9, 0.1, 0.45, 0.55, 0.39, 0.61];
 * assert.deepEqual([...hysteresis(p, 2, { high: 0.6, low: 0.4 }).labels], [0, 0, 1]);
 * ```
 */
export function hysteresis(
  posterior: ArrayLike<number>,
  classes: number,
  options: HysteresisOptions,
  points?: ArrayLike<number>,
  stretches?: readonly { from: number; to: number }[],
): HysteresisResult {
  checkHysteresis(options);
  const { high, low, rule = "strict", maxHold = Infinity } = options;
  const strict = rule === "strict";
  const leader = leaders(posterior, classes);
  const n = points === undefined ? leader.length : points.length;
  const labels = new Int32Array(n).fill(-1);
  let escapes = 0;
  for (const { from, to } of stretches ?? [{ from: 0, to: n }]) {
    let state = -1, held = 0;
    for (let i = from; i < to; i++) {
      const point = points === undefined ? i : points[i];
      const challenger = leader[point];
      const p = posterior[point * classes + challenger], own = posterior[point * classes + state];
      if (state < 0 || challenger === state || p === own) {
        if (state < 0) state = challenger;
        held = 0;
      } else {
        const leave = strict ? p >= high && own < low : p >= high || own < low;
        const escape = !leave && ++held > maxHold;
        if (leave || escape) {
          state = challenger;
          held = 0;
        }
        if (escape) escapes++;
      }
      labels[i] = state;
    }
  }
  return { labels, escapes };
}

/** The same rule as a stream: one posterior at a time. */
export class Trigger {
  readonly #options: Required<HysteresisOptions>;
  #state = -1;
  #held = 0;

  constructor(options: HysteresisOptions) {
    checkHysteresis(options);
    this.#options = { rule: "strict", maxHold: Infinity, ...options };
  }

  /** The state after seeing the next posterior. */
  next(posterior: ArrayLike<number>): number {
    let challenger = 0;
    for (let c = 1; c < posterior.length; c++) if (posterior[c] > posterior[challenger]) challenger = c;
    const p = posterior[challenger], own = posterior[this.#state];
    if (this.#state < 0 || challenger === this.#state || p === own) {
      if (this.#state < 0) this.#state = challenger;
      this.#held = 0;
      return this.#state;
    }
    const { high, low, rule, maxHold } = this.#options;
    const leave = rule === "strict" ? p >= high && own < low : p >= high || own < low;
    if (leave || ++this.#held > maxHold) {
      this.#state = challenger;
      this.#held = 0;
    }
    return this.#state;
  }

  /** Forgets the state: a new stretch begins. */
  reset(): void {
    this.#state = -1;
    this.#held = 0;
  }
}

/** Throws a RangeError unless 0 ≤ low ≤ high ≤ 1 and `maxHold` ≥ 1. */
export function checkHysteresis({ high, low, maxHold = Infinity }: HysteresisOptions): void {
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw new RangeError(`Cannot run hysteresis: need 0 ≤ low ≤ high ≤ 1, got low ${low}, high ${high}`);
  }
  if (!(maxHold >= 1)) {
    throw new RangeError(`Cannot run hysteresis: maxHold must be at least 1, got ${maxHold}`);
  }
}

/** The most probable class of each row, computed once per distinct point. */
function leaders(posterior: ArrayLike<number>, classes: number): Int32Array {
  const out = new Int32Array(posterior.length / classes);
  for (let p = 0, row = 0; p < out.length; p++, row += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (posterior[row + c] > posterior[row + best]) best = c;
    out[p] = best;
  }
  return out;
}
