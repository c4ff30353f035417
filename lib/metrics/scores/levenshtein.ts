/**
 * Edit distance of two sequences of labels, 32 rows of the table at a time in the bits of an integer (Myers 1999, in
 * the blocks of Hyyrö 2003): a day of bouts against a day of bouts would take minutes in a plain table.
 */

/**
 * Least number of insertions, deletions and substitutions that turn `a` into `b`.
 *
 * ```ts
 * import { levenshtein } from "./levenshtein.ts";
 * import assert from "node:assert/strict";
 * assert.equal(levenshtein([1, 2, 3, 4], [2, 3, 5, 4]), 2);
 * ```
 */
export function levenshtein(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0) return b.length;
  const blocks = Math.ceil(a.length / 32);
  const rows = new Map<number, Int32Array>();
  a.forEach((symbol, i) => {
    let mask = rows.get(symbol);
    if (mask === undefined) rows.set(symbol, mask = new Int32Array(blocks));
    mask[i >> 5] |= 1 << (i & 31);
  });
  const nowhere = new Int32Array(blocks);
  // Bits of the vertical differences between neighbouring rows: +1 in `plus`, −1 in `minus`.
  const plus = new Int32Array(blocks).fill(-1), minus = new Int32Array(blocks);
  const last = (a.length - 1) & 31;
  let distance = a.length;
  for (const symbol of b) {
    const mask = rows.get(symbol) ?? nowhere;
    // Horizontal difference that enters a block from above; the first row of the table counts insertions.
    let carry = 1;
    for (let block = 0; block < blocks; block++) {
      const pv = plus[block], mv = minus[block];
      let equal = mask[block];
      const vertical = equal | mv;
      if (carry < 0) equal |= 1;
      const horizontal = ((((equal & pv) + pv) | 0) ^ pv) | equal;
      let ph = mv | ~(horizontal | pv), mh = pv & horizontal;
      const bit = block + 1 === blocks ? last : 31;
      const leaving = ((ph >>> bit) & 1) - ((mh >>> bit) & 1);
      ph <<= 1;
      mh <<= 1;
      if (carry < 0) mh |= 1;
      else if (carry > 0) ph |= 1;
      plus[block] = mh | ~(vertical | ph);
      minus[block] = ph & vertical;
      carry = leaving;
    }
    distance += carry;
  }
  return distance;
}
