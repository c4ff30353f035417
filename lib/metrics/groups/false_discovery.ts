/** Many tests at once: the false discovery rate of Benjamini and Hochberg (1995). */

/**
 * Adjusted p-values q: calling those with q ≤ α findings makes at most a share α of the findings wrong, on average, for
 * independent or positively dependent tests. `q_(i) = min over j ≥ i of p_(j) m / j`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(benjaminiHochberg([0.01, 0.04, 0.03]), [0.03, 0.04, 0.04]);
 * ```
 *
 * @param p P-values; `null` for tests that could not be made, which do not count.
 */
export function benjaminiHochberg(p: readonly (number | null)[]): (number | null)[] {
  const made = p.flatMap((value, i) => value === null ? [] : [{ value, i }]).sort((a, b) =>
    b.value - a.value
  );
  const q: (number | null)[] = p.map(() => null);
  let least = Infinity;
  made.forEach(({ value, i }, place) => {
    least = Math.min(least, value * made.length / (made.length - place));
    q[i] = least;
  });
  return q;
}
