/** What behaviours and codes mean: the most frequent true label of each, with its purity. */

/** One entry: `key` is a behaviour id or a code. */
export interface DictionaryEntry {
  key: number;
  /** Most frequent label among the labelled windows (the smaller one where tied); −1 when none is labelled. */
  label: number;
  /** Share of the labelled windows that carry it; `null` when none is labelled. */
  purity: number | null;
  /** All windows, labelled or not. */
  windows: number;
  /** Labelled windows by label. */
  counts: number[];
}

/**
 * One entry per key that occurs, ascending; negative keys are left out.
 *
 * ```ts
 * import { dictionaryOf } from "./dictionary.ts";
 * import assert from "node:assert/strict";
 * const [entry] = dictionaryOf([7, 7, 7, -1], [1, 1, 0, 0], 2);
 * assert.deepEqual([entry.key, entry.label, entry.windows], [7, 1, 3]);
 * ```
 */
export function dictionaryOf(
  keys: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): DictionaryEntry[] {
  if (keys.length !== labels.length) {
    throw new RangeError(`Cannot build dictionary: ${keys.length} keys, ${labels.length} labels`);
  }
  const entries = new Map<number, DictionaryEntry>();
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] < 0) continue;
    let entry = entries.get(keys[i]);
    if (entry === undefined) {
      entry = { key: keys[i], label: -1, purity: null, windows: 0, counts: new Array(classes).fill(0) };
      entries.set(keys[i], entry);
    }
    entry.windows++;
    if (labels[i] >= 0) entry.counts[labels[i]]++;
  }
  for (const entry of entries.values()) {
    const total = entry.counts.reduce((a, b) => a + b, 0);
    if (total === 0) continue;
    entry.label = entry.counts.reduce((best, c, label) => (c > entry.counts[best] ? label : best), 0);
    entry.purity = entry.counts[entry.label] / total;
  }
  return [...entries.values()].sort((a, b) => a.key - b.key);
}
