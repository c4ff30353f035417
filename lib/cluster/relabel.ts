/** Dense cluster numbers in a documented order. */

/**
 * Renumbers clusters 0…K − 1 by descending support, the smaller old number first on ties; −1 stays −1.
 *
 * @param labels Any integer labels; negative ones other than −1 are refused.
 * @param weights Weight of each label's row; 1 each when left out. Clusters of weight 0 keep a number, after the rest.
 * @returns New labels, `mapping` from old to new numbers, and the support by new number. The input is not modified.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const { labels, mapping } = relabel(Int32Array.of(5, 5, 9, -1, 2));
 * assert.deepEqual([...labels], [0, 0, 2, -1, 1]);
 * assert.deepEqual([...mapping], [[5, 0], [2, 1], [9, 2]]);
 * ```
 */
export function relabel(
  labels: Int32Array,
  weights?: ArrayLike<number>,
): { labels: Int32Array; mapping: Map<number, number>; support: number[] } {
  const support = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < -1) throw new RangeError(`Cannot relabel: label ${labels[i]} of row ${i} is below −1`);
    if (labels[i] === -1) continue;
    support.set(labels[i], (support.get(labels[i]) ?? 0) + (weights === undefined ? 1 : weights[i]));
  }
  const order = [...support].sort(([a, wa], [b, wb]) => wb - wa || a - b);
  const mapping = new Map(order.map(([old], id) => [old, id]));
  return {
    labels: labels.map((label) => label === -1 ? -1 : mapping.get(label)!),
    mapping,
    support: order.map(([, weight]) => weight),
  };
}
