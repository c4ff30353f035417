/** A number of clusters that follows from how codes follow each other. */

/** Half-open stretches of windows that are continuous: transitions are not counted across them. */
export type Stretches = readonly { from: number; to: number }[];

/** How often each state is followed by itself, and by anything. */
export interface Dynamics {
  /** float64 `[M]`: self-transitions. */
  self: Float64Array;
  /** float64 `[M]`: transitions from the state, to itself included. */
  total: Float64Array;
}

/**
 * Counts the self-transitions of states, without a table of all pairs of codes.
 *
 * @param states uint32 `[N]` in 0…M − 1.
 * @param stretches Continuous windows; the whole sequence when left out.
 * @param counted uint8 `[N]`: only steps between two rows marked 1 count; all when left out.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const { self, total } = dynamicsOf(Uint32Array.of(0, 0, 1, 1, 2, 0), 3);
 * assert.deepEqual([...self], [1, 1, 0]);
 * assert.deepEqual([...total], [2, 2, 1]);
 * ```
 */
export function dynamicsOf(
  states: Uint32Array,
  m: number,
  stretches?: Stretches,
  counted?: Uint8Array,
): Dynamics {
  const self = new Float64Array(m), total = new Float64Array(m);
  for (const { from, to } of stretches ?? [{ from: 0, to: states.length }]) {
    for (let i = from + 1; i < to; i++) {
      if (counted !== undefined && (counted[i] !== 1 || counted[i - 1] !== 1)) continue;
      total[states[i - 1]]++;
      if (states[i] === states[i - 1]) self[states[i - 1]]++;
    }
  }
  return { self, total };
}

/**
 * States that are followed by themselves with a probability of at least `threshold`: with 0.8 those whose mean dwell
 * is at least `1/(1 − 0.8) = 5` steps. A step is a hop: overlapping windows make every state more stable, so compare
 * only at one hop.
 */
export function stableStates({ self, total }: Dynamics, threshold = 0.8): number[] {
  return [...self.keys()].filter((s) => total[s] > 0 && self[s] >= threshold * total[s] * (1 - 1e-12));
}

/** The range that {@linkcode adaptiveK} stays within. */
export const ADAPTIVE_RANGE = { min: 4, max: 24 };

/**
 * Number of clusters for a number of stable states: 1.3 for each, rounded down, within 4…24 and below the number of
 * distinct points.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual([0, 4, 7, 10, 18, 19, 30].map((n) => adaptiveK(n, 500)), [4, 5, 9, 13, 23, 24, 24]);
 * assert.equal(adaptiveK(30, 12), 11);
 * ```
 */
export function adaptiveK(stable: number, distinctPoints: number): number {
  const { min, max } = ADAPTIVE_RANGE;
  const wanted = Math.min(max, Math.max(min, Math.floor(stable * 13 / 10)));
  return Math.max(1, Math.min(wanted, distinctPoints - 1));
}
