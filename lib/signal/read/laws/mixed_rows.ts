/** The law that rows of several sensors, or of other kinds, are not samples of one sensor. */
import { InputError } from "../../../errors.ts";
import { listed } from "./notes.ts";
import type { Place } from "./place.ts";
import type { Columns } from "../table.ts";

/** Columns that tell what a row is a reading of. */
const tellers =
  /^(sensor|signal|data|record|message|row|event)?[ _-]?(type|kind|source)$|^(sensor|signal|stream|channel|datatype)([ _-]?(id|name|code|nr|number))?$/i;

/** Most kinds of rows, and rows of one kind in a run above which they are no mixture. */
const most = { kinds: 24, run: 60 };

/** Columns by position that nobody reads and that may tell kinds of rows. */
export function kindColumns(header: readonly string[] | null, used: readonly number[]): number[] {
  return (header ?? []).flatMap((name, c) => !used.includes(c) && tellers.test(name.trim()) ? [c] : []);
}

/**
 * Refuses rows that change from kind to kind.
 *
 * @param texts The kinds by row.
 * @param columns Names of the columns that are read as one sensor.
 * @throws {InputError} naming column, kinds and how to choose among them.
 */
export function refuseMixedRows(
  { codes, names }: Columns["texts"][number],
  name: string,
  columns: readonly string[],
  place: (row: number) => Place,
): void {
  const kinds = names.filter((text) => text !== "");
  if (kinds.length < 2 || kinds.length > most.kinds) return;
  let [runs, first] = [1, 0];
  for (let i = 1; i < codes.length; i++) {
    if (codes[i] === codes[i - 1]) continue;
    runs++;
    first ||= i;
  }
  if (codes.length / runs > most.run) return;
  throw new InputError(
    `Cannot use rows: ${name} changes among ${listed(kinds)}, so they are not samples of one sensor`,
    {
      ...place(first),
      hint:
        `Choose the rows of each sensor: sensors: { ${
          kinds[0].replaceAll(/[^A-Za-z0-9]+/g, "_")
        }: { where: { ${JSON.stringify(name)}: ${JSON.stringify(kinds[0])} }, columns: [${
          columns.slice(0, 6).join(", ")
        }] } }; or, where all rows are, ` +
        `name ${name} under session.`,
    },
  );
}
