/** Windows seen together with those around them. */
import type { Split } from "../../artifacts/split.ts";
import type { Stretches } from "../fit/adaptive.ts";

/**
 * The mean of each window and of up to `neighbors` windows before and after it in its stretch; at an end of the stretch
 * there are fewer. Where all are equal, the mean is that value to the last bit, and what lies outside a stretch says
 * nothing of it, so that windows of one recording have the same means with and without other recordings.
 *
 * @param values float64 `[N, d]`.
 * @param stretches Of windows that follow each other, with all N in one of them.
 * @returns float64 `[N, d]`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const values = Float64Array.of(0, 3, 9, 5);
 * const stretches = [{ from: 0, to: 3 }, { from: 3, to: 4 }];
 * assert.deepEqual([...neighborMeans(values, 1, stretches, 1)], [1.5, 4, 6, 5]);
 * ```
 */
export function neighborMeans(
  values: Float64Array,
  d: number,
  stretches: Stretches,
  neighbors: number,
): Float64Array {
  const means = new Float64Array(values.length);
  for (const { from, to } of stretches) {
    for (let i = from; i < to; i++) {
      const first = Math.max(from, i - neighbors), end = Math.min(to, i + neighbors + 1);
      for (let t = 0; t < d; t++) {
        const own = values[i * d + t];
        let apart = 0;
        for (let j = first; j < end; j++) apart += values[j * d + t] - own;
        means[i * d + t] = own + apart / (end - first);
      }
    }
  }
  return means;
}

/**
 * The stretches, cut where the part of a split changes: what is fitted to is no mean with windows of the test part.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const parts = { part: Uint8Array.of(1, 1, 3, 3) };
 * assert.deepEqual(withinParts([{ from: 0, to: 4 }], parts), [{ from: 0, to: 2 }, { from: 2, to: 4 }]);
 * ```
 */
export function withinParts(stretches: Stretches, { part }: Pick<Split, "part">): Stretches {
  return stretches.flatMap(({ from, to }) => {
    const cuts: { from: number; to: number }[] = [];
    for (let i = from + 1, start = from; i <= to; i++) {
      if (i < to && part[i] === part[i - 1]) continue;
      cuts.push({ from: start, to: i });
      start = i;
    }
    return cuts;
  });
}
