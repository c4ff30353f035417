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
  const trigger = new Trigger(options);
  const leader = leaders(posterior, classes);
  const n = points === undefined ? leader.length : points.length;
  const labels = new Int32Array(n).fill(-1);
  for (const { from, to } of stretches ?? [{ from: 0, to: n }]) {
    trigger.reset();
    for (let i = from; i < to; i++) {
      const point = points === undefined ? i : points[i];
      labels[i] = trigger.step(posterior, point * classes, leader[point]);
    }
  }
  return { labels, escapes: trigger.escapes };
}

/** The same rule as a stream: one posterior at a time. */
export class Trigger {
  /** How often `maxHold` ended a state. */
  escapes = 0;
  readonly #options: Required<HysteresisOptions>;
  /** `undefined` where a stretch begins: it takes the state that leads. */
  #state: number | undefined;
  #held = 0;

  constructor(options: HysteresisOptions) {
    checkHysteresis(options);
    const { high, low, rule = "strict", maxHold = Infinity } = options;
    this.#options = { high, low, rule, maxHold };
  }

  /** The state after seeing the next posterior. */
  next(posterior: ArrayLike<number>): number {
    return this.step(posterior, 0, leaders(posterior, posterior.length)[0]);
  }

  /** The same for the posterior that begins at `row`. @param challenger Its most probable class. */
  step(posterior: ArrayLike<number>, row: number, challenger: number): number {
    const state = this.#state ?? challenger;
    const p = posterior[row + challenger], own = posterior[row + state];
    this.#state = state;
    if (p === own) {
      this.#held = 0;
      return state;
    }
    const { high, low, rule, maxHold } = this.#options;
    const leave = rule === "strict" ? p >= high && own < low : p >= high || own < low;
    const escape = !leave && ++this.#held > maxHold;
    if (escape) this.escapes++;
    if (leave || escape) {
      this.#state = challenger;
      this.#held = 0;
    }
    return this.#state;
  }

  /** Forgets the state: a new stretch begins. */
  reset(): void {
    this.#state = undefined;
  }
}

/** Throws a RangeError unless 0 ≤ low ≤ high ≤ 1 and `maxHold` ≥ 1. */
function checkHysteresis({ high, low, maxHold = Infinity }: HysteresisOptions): void {
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
