/** "Did you mean": the known word nearest to a mistyped one. */

/** Edit distance with transpositions (optimal string alignment). */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/**
 * The nearest known word, if it is near enough to be meant.
 *
 * ```ts
 * import { nearest } from "./suggest.ts";
 * import assert from "node:assert/strict";
 * assert.equal(nearest("lenght", ["hop", "length"]), "length");
 * assert.equal(nearest("lr", ["hop", "learning_rate"]), "learning_rate");
 * assert.equal(nearest("colour", ["hop", "length"]), undefined);
 * ```
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 100) return undefined;
  const candidates = [...known];
  const plain = (s: string) => s.toLowerCase().replace(/[-_ ]/g, "");
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least + 2) continue;
    const d = plain(candidate) === plain(word) ? 0 : distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best ?? abbreviated(word, candidates);
}

/** The one known word that begins so, or has these initials: `median` for `median_k`, `lr` for `learning_rate`. */
function abbreviated(word: string, known: readonly string[]): string | undefined {
  const short = word.toLowerCase();
  const initials = (name: string) => name.split(/[-_ ]/).map((part) => part.charAt(0)).join("").toLowerCase();
  const meant = short.length < 2
    ? []
    : known.filter((name) =>
      (short.length > 2 && name.toLowerCase().startsWith(short)) || initials(name) === short
    );
  return meant.length === 1 ? meant[0] : undefined;
}

/** A hint sentence: the nearest word, or else the known ones. */
export function suggestion(word: string, known: Iterable<string>): { hint?: string } {
  const all = [...known];
  const meant = nearest(word, all);
  if (meant !== undefined) return { hint: `did you mean "${meant}"?` };
  if (all.length === 0) return {};
  return { hint: `known are ${all.slice(0, 30).join(", ")}${all.length > 30 ? ", …" : ""}` };
}
