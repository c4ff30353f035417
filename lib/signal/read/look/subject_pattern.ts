/** Who was recorded, as names of files and folders usually tell it. */

/** Words that stand before the number of a person or an animal. */
const words =
  "(?:subject|subj|sub|participant|person|patient|user|proband|animal|mouse|rat|fish|fly|bird|dog|cat|cow|" +
  "horse|sheep|goat|pig|monkey|id|p|s)";
const before = "(?:^|[/_. -])";

const patterns = [
  // A number behind a word: sub_01, P3, user-12; folders first, because they hold all of a person's files.
  `(?i:^${words}[_ -]?(\\d+)[^/]*/)`,
  `(?i:${before}${words}[_ -]?(\\d+))`,
  // A folder for each person.
  "^([^/]+)/",
];

/**
 * A pattern whose first group is the person in each name; undefined where names do not tell.
 *
 * ```ts
 * import { guessSubjectPattern } from "./subject_pattern.ts";
 * import assert from "node:assert/strict";
 * const pattern = guessSubjectPattern(["sub_01_walk.csv", "sub_02_walk.csv"])!;
 * assert.equal(new RegExp(pattern).exec("sub_02_walk.csv")![1], "02");
 * assert.equal(guessSubjectPattern(["monday.csv", "tuesday.csv"]), undefined);
 * ```
 *
 * @param names Of files, below the folder that all share, with `/`.
 */
export function guessSubjectPattern(names: readonly string[]): string | undefined {
  if (names.length < 2) return undefined;
  const foundBy = (pattern: string) => names.map((name) => new RegExp(pattern).exec(name)?.[1]);
  const pattern = patterns.find((pattern) => {
    const found = foundBy(pattern);
    return !found.includes(undefined) && new Set(found).size > 1;
  });
  if (pattern === undefined) return undefined;
  // The word that these names have is easier to read than all that there might be.
  const word = /^[^]*?([A-Za-z]+[_ -]?)(?=\d)/.exec(new RegExp(pattern).exec(names[0])![0])?.[1];
  const short = `${word}(\\d+)`;
  const found = foundBy(pattern);
  return word !== undefined && foundBy(short).every((text, i) => text === found[i]) ? short : pattern;
}
