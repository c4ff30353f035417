/** Dealing groups (subjects or recordings) to folds so that every fold sees every class. */
import type { Windows } from "../../artifacts/windows.ts";
import type { Random } from "../../random.ts";

/** What is dealt as a whole, and its labelled windows by class. */
export interface Group {
  name: string;
  /** `[classes]` */
  counts: Float64Array;
}

/** What windows are held together by: nobody is in two parts, or no recording is. */
export type Unit = "subject" | "recording";

/** The unit's name of each recording. */
export function unitNames(windows: Windows, unit: Unit): string[] {
  return windows.recordings.recordings.map((r) => unit === "subject" ? r.subject : r.id);
}

/** The subjects (or recordings) in order of name, each with its labelled windows by class. */
export function groupsOf(windows: Windows, unit: Unit = "subject"): Group[] {
  const names = unitNames(windows, unit);
  const classes = windows.recordings.labelNames.length;
  const groups = new Map<string, Group>();
  for (const name of [...new Set(names)].sort()) {
    groups.set(name, { name, counts: new Float64Array(classes) });
  }
  for (let i = 0; i < windows.labels.length; i++) {
    if (windows.labels[i] >= 0) groups.get(names[windows.recording[i]])!.counts[windows.labels[i]]++;
  }
  return [...groups.values()];
}

/** Squared distance of counts from `share` of the totals, each class in units of its total. */
function deviation(counts: Float64Array, totals: Float64Array, share: number): number {
  let sum = 0;
  for (let k = 0; k < totals.length; k++) {
    if (totals[k] > 0) sum += (counts[k] / totals[k] - share) ** 2;
  }
  return sum;
}

function totalsOf(groups: readonly Group[]): Float64Array {
  const totals = new Float64Array(groups[0]?.counts.length ?? 0);
  for (const g of groups) g.counts.forEach((n, k) => totals[k] += n);
  return totals;
}

/**
 * Deals groups to `folds` folds of as equal size as possible: the group with the rarest classes first, each to the
 * smallest folds' best fit to an equal share of every class. Ties fall by `rng`.
 *
 * ```ts
 * import { dealFolds } from "./split_groups.ts";
 * import { Random } from "../../random.ts";
 * import assert from "node:assert/strict";
 * const group = (name: string, ...counts: number[]) => ({ name, counts: Float64Array.from(counts) });
 * const fold = dealFolds([group("a", 9, 0), group("b", 9, 0), group("c", 0, 5), group("d", 0, 5)], 2, new Random(1));
 * assert.notEqual(fold[0], fold[1]);
 * assert.notEqual(fold[2], fold[3]);
 * ```
 *
 * @returns The fold of each group, by position.
 */
export function dealFolds(groups: readonly Group[], folds: number, rng: Random): Int32Array {
  const totals = totalsOf(groups);
  const rarity = groups.map(({ counts }) =>
    counts.reduce((s, n, k) => s + (totals[k] > 0 ? n / totals[k] : 0), 0)
  );
  const order = rng.shuffle(groups.map((_, i) => i)).sort((a, b) => rarity[b] - rarity[a]);
  const sizes = new Int32Array(folds);
  const held = Array.from({ length: folds }, () => new Float64Array(totals.length));
  const out = new Int32Array(groups.length);
  for (const g of order) {
    const smallest = Math.min(...sizes);
    let best = -1;
    let gain = Infinity;
    for (let f = 0; f < folds; f++) {
      if (sizes[f] > smallest) continue;
      const after = held[f].map((n, k) => n + groups[g].counts[k]);
      const change = deviation(after, totals, 1 / folds) - deviation(held[f], totals, 1 / folds);
      if (change < gain) [best, gain] = [f, change];
    }
    out[g] = best;
    sizes[best]++;
    groups[g].counts.forEach((n, k) => held[best][k] += n);
  }
  return out;
}

/**
 * Chooses `count` groups whose classes together come closest to their share of all, one at a time; a group that alone
 * holds a class is taken last. Ties fall by `rng`.
 *
 * @returns The positions of the chosen groups, ascending.
 */
export function chooseGroups(groups: readonly Group[], count: number, rng: Random): number[] {
  const totals = totalsOf(groups);
  const share = count / groups.length;
  const order = rng.shuffle(groups.map((_, i) => i));
  const chosen = new Set<number>();
  const held = new Float64Array(totals.length);
  while (chosen.size < count) {
    let best = -1;
    let least = Infinity;
    for (const g of order) {
      if (chosen.has(g)) continue;
      const after = held.map((n, k) => n + groups[g].counts[k]);
      const emptied = after.filter((n, k) => totals[k] > 0 && n === totals[k]).length;
      const cost = deviation(after, totals, share) + 1e6 * emptied;
      if (cost < least) [best, least] = [g, cost];
    }
    chosen.add(best);
    groups[best].counts.forEach((n, k) => held[k] += n);
  }
  return [...chosen].sort((a, b) => a - b);
}
