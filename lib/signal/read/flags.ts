/** Labels as one column for each class, in which a row says yes or no. */
import { InputError } from "../../errors.ts";
import type { Place } from "./laws/place.ts";
import type { Columns } from "./table.ts";

/** What two columns do that say yes in the same row. */
export type Overlap = "error" | "first";

type Text = Columns["texts"][number];

const yes = /^(true|yes|y|x|on)$/i;
const no = /^(|false|no|n|off|nan|na|n\/a|null|none|-|\?)$/i;

/** Whether a cell says yes; undefined where it is no flag. */
function flag(cell: string): boolean | undefined {
  if (yes.test(cell)) return true;
  if (no.test(cell)) return false;
  const number = Number(cell.replace(",", "."));
  return number === 1 ? true : number === 0 ? false : undefined;
}

/**
 * The label of every row: the name of the first column that says yes, or nothing.
 *
 * ```ts
 * import { labelOfFlags } from "./flags.ts";
 * import assert from "node:assert/strict";
 * const column = (...cells: number[]) => ({ codes: Int32Array.from(cells), names: ["0", "1"] });
 * const { codes, names } = labelOfFlags([column(1, 0, 0), column(0, 1, 0)], ["lie", "stand"], "error", () => ({ file: "a" }));
 * assert.deepEqual([...codes].map((c) => names[c]), ["lie", "stand", ""]);
 * ```
 *
 * @param cells Of each column. @param names Of the columns, the one that wins first.
 * @throws {InputError} for a cell that is neither yes nor no, and for two columns in one row unless the first one wins.
 */
export function labelOfFlags(
  cells: readonly Text[],
  names: readonly string[],
  overlap: Overlap,
  placeOf: (row: number) => Place,
): Text {
  const flags = cells.map((column) => column.names.map(flag));
  const codes = new Int32Array(cells[0].codes.length);
  for (let row = 0; row < codes.length; row++) {
    for (const [k, column] of cells.entries()) {
      const raised = flags[k][column.codes[row]];
      if (raised === undefined) {
        throw new InputError(
          `Cannot use ${names[k]} as a label's flag: "${column.names[column.codes[row]]}" is neither 0 nor 1`,
          placeOf(row),
        );
      }
      if (!raised) continue;
      if (codes[row] === 0) codes[row] = k + 1;
      else if (overlap === "error") {
        throw new InputError(`Cannot tell the label: ${names[codes[row] - 1]} and ${names[k]} are both set`, {
          ...placeOf(row),
          hint:
            "Set overlap: first, with the columns in the order in which they win; or choose fewer columns.",
        });
      }
    }
  }
  return { codes, names: ["", ...names] };
}
