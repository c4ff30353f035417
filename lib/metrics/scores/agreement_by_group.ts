/** Agreement of two labellings without each group in turn: from one table of counts, not from the rows anew. */
import { type Agreement, agreementOf, contingency } from "../../cluster/judge/agreement.ts";
import type { ScoreBy } from "./by_subject.ts";

/**
 * A score of agreement by group. Its work is one pass over the rows and one over the table for each group.
 *
 * @param of The score; `classes` is the number of labels in `truth` that are left.
 *
 * ```ts
 * import { agreementBy } from "./agreement_by_group.ts";
 * import assert from "node:assert/strict";
 * const by = agreementBy(Int32Array.of(0, 0, 1, 1), Int32Array.of(3, 3, 5, 3), ({ ari }) => ari);
 * const { value, without } = by(Int32Array.of(0, 1, 0, 1), 2);
 * assert.deepEqual([value, without(1)], [0, 1]);
 * ```
 */
export function agreementBy(
  truth: Int32Array,
  predicted: Int32Array,
  of: (agreement: Agreement, classes: number) => number | null,
): ScoreBy {
  const { cells, rows, columns, cell } = contingency(truth, predicted);
  const score = (cells: Float64Array) => {
    const classes = new Set<number>();
    cells.forEach((n, at) => n > 0 && classes.add(Math.floor(at / columns)));
    return of(agreementOf({ cells, rows, columns }), classes.size);
  };
  return (group, groups) => {
    const own = Array.from({ length: groups }, () => new Map<number, number>());
    group.forEach((g, row) => own[g]!.set(cell[row]!, (own[g]!.get(cell[row]!) ?? 0) + 1));
    return {
      value: score(cells),
      without: (g) => {
        const rest = cells.slice();
        for (const [at, n] of own[g]!) rest[at]! -= n;
        return rest.every((n) => n === 0) ? null : score(rest);
      },
      groups,
    };
  };
}
