/** The law that rows of several sensors, or of other kinds, are not samples of one sensor. */
import { InputError } from "../../../errors.ts";
import { listed } from "./notes.ts";
import type { Place } from "./place.ts";
import type { Columns, Table } from "../table.ts";

/** Columns that tell what a row is a reading of. */
const kindColumn =
  /^(sensor|signal|data|record|message|row|event)?[ _-]?(type|kind|source)$|^(sensor|signal|stream|channel|datatype)([ _-]?(id|name|code|nr|number))?$/i;

const sensors = /^(sensor|signal|stream|channel|datatype)([ _-]?(id|name|code|nr|number|type))?$/i;
/** Columns that tell people and devices, and those that count. */
const owners = /subject|user|person|participant|animal|individual|who|tag|device|^id$/i;
const counters = /^(i|n|nr|no)$|idx|index|seq|count|packet|frame|sample|tick|burst|step/i;

/** Most kinds of rows, and rows of one kind in a run above which they are no mixture. */
const most = { kinds: 24, run: 60 };

/** Columns by position that nobody reads and that may tell kinds of rows. */
export function kindColumns(header: readonly string[] | null, used: readonly number[]): number[] {
  return (header ?? []).flatMap((name, c) => !used.includes(c) && kindColumn.test(name.trim()) ? [c] : []);
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
  // Sensors may also stand one below the other; kinds of events in long runs may be anything.
  if (codes.length / runs > most.run && !sensors.test(name.trim())) return;
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

/** Shortest and longest round of kinds, and the fewest rows that show one. */
const round = { least: 2, most: 12, rows: 20 };

/** The least distance at which (nearly) all cells are the same again; undefined where there is none, or all are the same. */
function period(cells: readonly string[]): number | undefined {
  const same = (p: number) =>
    cells.slice(p).filter((cell, i) => cell === cells[i]).length / (cells.length - p);
  if (same(1) > 0.6) return undefined;
  for (let p = round.least; p <= round.most; p++) if (same(p) > 0.9) return p;
  return undefined;
}

/**
 * Refuses rows among which a column that nobody reads goes round and round: rows of several people or sensors in turn.
 *
 * @param used Positions of columns that are read. @param time Position of the time column.
 * @throws {InputError} naming column, kinds and how to tell them apart.
 */
export function refuseAlternating(
  { header, sample = [], columns, line }: Table,
  used: readonly number[],
  time: number | undefined,
  file: string,
): void {
  if (sample.length < round.rows) return;
  const stamps = time === undefined ? [] : sample.map((row) => row[time]);
  const shared = stamps.filter((stamp, i) => i > 0 && stamp === stamps[i - 1]).length > 0.3 * stamps.length;
  for (let c = 0; c < columns; c++) {
    const name = header?.[c] ?? `column ${c + 1}`;
    // Names that tell the kind of a row are looked at over all rows.
    if (used.includes(c) || counters.test(name) || kindColumn.test(name.trim())) continue;
    const cells = sample.map((row) => row[c] ?? "");
    const kinds = [...new Set(cells)];
    if (kinds.length < round.least || kinds.length > round.most || period(cells) === undefined) continue;
    const words = kinds.every((kind) => kind !== "" && !Number.isFinite(Number(kind)));
    if (!words && !shared && !owners.test(name)) continue;
    throw new InputError(
      `Cannot use rows: ${name} goes round among ${
        listed(kinds)
      }, so rows of several people or sensors stand in turn`,
      {
        file,
        row: line + 1,
        hint:
          `Where it tells people, set subject: ${
            JSON.stringify(header === null ? c + 1 : name)
          }; where it tells ` +
          `sensors, choose the rows of each: sensors: { a: { where: { ${JSON.stringify(name)}: ${
            JSON.stringify(kinds[0])
          } }, columns: […] }, … }.`,
      },
    );
  }
}
