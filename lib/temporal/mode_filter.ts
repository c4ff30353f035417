/** The mode filter: what the guides call a median filter, done right for labels, whose numbers have no order. */

/**
 * Replaces each label by the most frequent one in the window of `width` labels centred on it. The window is cut short
 * at the ends. Where labels tie, the centre's own label wins if it is among them, else the smallest.
 *
 * Time grows with the number of labels only: counts slide with the window.
 *
 * @param labels Labels ≥ −1.
 * @param width Odd number of labels.
 *
 * ```ts
 * import { modeFilter } from "./mode_filter.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...modeFilter(Int32Array.of(2, 2, 2, 7, 7, 7, 5), 7)], [2, 2, 2, 7, 7, 7, 7]);
 * ```
 */
export function modeFilter(labels: Int32Array, width: number): Int32Array {
  checkModeWidth(width);
  const n = labels.length;
  const half = (width - 1) / 2;
  const out = new Int32Array(n);
  const tally = new Tally(labels, width);
  for (let i = 0; i < Math.min(half, n); i++) tally.add(labels[i]);
  for (let i = 0; i < n; i++) {
    if (i + half < n) tally.add(labels[i + half]);
    if (i > half) tally.remove(labels[i - half - 1]);
    out[i] = tally.leads(labels[i]) ? labels[i] : tally.smallestLeader();
  }
  return out;
}

/** Throws a RangeError unless `width` is 1, 3, 5, …; what is negative or broken leaves another rest. */
export function checkModeWidth(width: number): void {
  if (width % 2 === 1) return;
  throw new RangeError(`Cannot filter labels: width must be a positive odd number, got ${width}`);
}

/** The mode of some labels under the tie rule of {@linkcode modeFilter}. @param center Place of their own label. */
export function modeOf(labels: ArrayLike<number>, center: number): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  }
  let best = labels[center];
  for (const [label, count] of counts) {
    const top = counts.get(best)!;
    if (count > top || (count === top && best !== labels[center] && label < best)) best = label;
  }
  return best;
}

/** Counts of the labels in a sliding window, with the largest count kept up to date in constant time. */
class Tally {
  readonly #counts: Int32Array;
  /** How many labels have each count but 0. */
  readonly #having: Int32Array;
  #top = 0;

  constructor(labels: Int32Array, width: number) {
    let largest = 0;
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] < -1) {
        throw new RangeError(`Cannot filter labels: label ${labels[i]} at ${i} is below −1`);
      }
      if (labels[i] > largest) largest = labels[i];
    }
    this.#counts = new Int32Array(largest + 2);
    this.#having = new Int32Array(width + 2);
  }

  add(label: number): void {
    const count = ++this.#counts[label + 1];
    this.#having[count - 1]--;
    this.#having[count]++;
    if (count > this.#top) this.#top = count;
  }

  remove(label: number): void {
    const count = --this.#counts[label + 1];
    this.#having[count + 1]--;
    this.#having[count]++;
    if (this.#having[this.#top] === 0) this.#top--;
  }

  leads(label: number): boolean {
    return this.#counts[label + 1] === this.#top;
  }

  smallestLeader(): number {
    return this.#counts.indexOf(this.#top) - 1;
  }
}
