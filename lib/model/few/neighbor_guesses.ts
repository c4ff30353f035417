/** What a network says of windows together with those around them. */
import { neighborMeans } from "../../cluster/points/neighbor_means.ts";
import type { Stretches } from "../../temporal/transitions.ts";
import { argmaxRows } from "../evaluate.ts";

/**
 * All windows of the stretches that a window of `rows` lies in.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const stretches = [{ from: 0, to: 2 }, { from: 2, to: 4 }];
 * assert.deepEqual([...besides([3], stretches)], [2, 3]);
 * ```
 */
export function besides(rows: ArrayLike<number>, stretches: Stretches): Int32Array {
  const wanted = new Set(Array.from(rows));
  return Int32Array.from(
    stretches.flatMap(({ from, to }) => {
      const own = Array.from({ length: to - from }, (_, i) => from + i);
      return own.some((row) => wanted.has(row)) ? own : [];
    }),
  );
}

/**
 * The class of each window of `judged` by the mean of its logits and those of up to `neighbors` windows on either side.
 *
 * @param logits `[seen, classes]`, of all windows of the stretches of `judged`, see {@linkcode besides}.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const logits = Float32Array.of(3, 0, 0, 1, 3, 0);
 * const stretches = [{ from: 0, to: 3 }];
 * assert.deepEqual([...neighborGuesses(logits, [0, 1, 2], 2, [1], stretches, 0)], [1]);
 * assert.deepEqual([...neighborGuesses(logits, [0, 1, 2], 2, [1], stretches, 1)], [0]);
 * ```
 */
export function neighborGuesses(
  logits: Float32Array,
  seen: ArrayLike<number>,
  classes: number,
  judged: ArrayLike<number>,
  stretches: Stretches,
  neighbors: number,
): Int32Array {
  const all = new Float64Array(Math.max(0, ...stretches.map(({ to }) => to)) * classes);
  Array.from(seen, (row, i) => all.set(logits.subarray(i * classes, (i + 1) * classes), row * classes));
  const means = neighborMeans(all, classes, stretches, neighbors);
  return argmaxRows(
    Float64Array.from(
      { length: judged.length * classes },
      (_, i) => means[judged[Math.floor(i / classes)] * classes + i % classes],
    ),
    classes,
  );
}
