/** Odd tables of samples, made of a good one, with the words in which every host answers them. */

import { join } from "node:path";

/** One table and what is said of it. */
export interface OddInput {
  name: string;
  /** Made of the good table's cells; the first row is the header, the first column the time. */
  text(rows: string[][]): string | Uint8Array;
  /** The words, from the host's own beginning on; undefined where the table is read like the good one. */
  says?: RegExp;
  /** Whether the lines are those of this program's stream, and not those of the good table: times or samples differ. */
  own?: true;
}

const csv = (rows: string[][], separator = ",") => rows.map((row) => row.join(separator) + "\n").join("");

/** The good table with other text in one cell of row 101 of the file. */
const cell = (column: number, text: string) => (rows: string[][]) =>
  csv(rows.map((row, i) => i === 100 ? row.with(column, text) : row));

/** The good table with other times. */
const times = (time: (seconds: number, i: number) => unknown) => (rows: string[][]) =>
  csv(rows.map((row, i) => i === 0 ? row : row.with(0, String(time(Number(row[0]), i)))));

/** The good table with its times as dates of one afternoon, written by `text`. */
const dates = (text: (iso: string) => string) =>
  times((t) => text(new Date(Math.round(Date.UTC(2026, 6, 3, 13, 0, 50) + 1000 * t)).toISOString()));

const noNumber = (text: string) => new RegExp(`waist.acc_x is "${text}", no number`);

export const oddInputs: OddInput[] = [
  { name: "lines that carriage returns alone end", text: (rows) => csv(rows).replaceAll("\n", "\r") },
  { name: "dates with zone and letter T", text: dates((iso) => iso), own: true },
  {
    name: "dates with blanks, slashes, an hour of twelve and another zone",
    text: dates((iso) =>
      iso.replaceAll("-", "/").replace("T", "  ").replace("13:", "01:").replace("Z", " pm +00")
    ),
    own: true,
  },
  {
    name: "dates without zone, a comma before the fraction, and the name of a zone behind",
    text: (rows) => dates((iso) => `"${iso.replace(".", ":").replace("Z", "")} UTC [Etc/UTC]"`)(rows),
    own: true,
  },
  {
    name: "a date that no calendar has",
    text: (rows) => dates((iso) => iso)(rows).replace(/^2026-07-03(?=T13:00:52\.000)/m, "2026-02-30"),
    says: /its time is "2026-02-30T13:00:52\.000Z", unlike the first ones/,
    own: true,
  },
  {
    name: "dates that step back",
    text: times((t, i) => new Date(Date.UTC(2026, 0, 1) + 1000 * (i < 200 ? t : t - 1)).toISOString()),
    says: /its time 2026-01-01T00:00:0[\d.]+Z lies before 2026-01-01T00:00:0[\d.]+Z/,
    own: true,
  },
  {
    name: "a number among dates",
    text: (rows) => dates((iso) => iso)(rows).replace(/^2026[^,]*52\.0[^,]*/m, "7"),
    says: /its time is "7(\.0)?", unlike the first ones/,
    own: true,
  },
  {
    name: "blanks before and behind cells",
    text: (rows) => csv(rows.map((row) => row.map((c) => `  ${c} `))),
  },
  {
    name: "empty fields behind the samples",
    text: ([header, ...rows]) => csv([[...header, "note", "more"], ...rows.map((row) => [...row, "", ""])]),
  },
  { name: "huge and tiny exponents", text: cell(1, "1e-400"), own: true },
  { name: "an exponent without end", text: cell(1, "1e99999999999"), says: noNumber("1e99999999999") },
  { name: "nan in small letters", text: cell(1, "nan"), says: noNumber("nan") },
  { name: "n/a", text: cell(1, "n/a"), says: noNumber("n/a") },
  {
    name: "UTF-16",
    text: (rows) => new Uint8Array(Uint16Array.from(csv(rows), (c) => c.charCodeAt(0)).buffer),
    says: /not UTF-8 text/,
  },
  {
    name: "a line of 100 KiB",
    text: (rows) => csv(rows.map((row, i) => i === 100 ? [...row, "x".repeat(100_000)] : row)),
    says: /the line is longer than 64 KiB/,
  },
  { name: "an empty file", text: () => "", says: /no window of \d+ samples came without a gap/ },
  { name: "one line of nothing but blanks", text: () => "  \n", says: /no window of \d+ samples came/ },
  { name: "another order of columns", text: (rows) => csv(rows.map((row) => row.toReversed())) },
  {
    name: "a further column, quotes, BOM, CRLF",
    text: (rows) =>
      "\ufeff" + rows.map((row) => [...row, "more"].map((c) => `"${c}"`).join(",") + "\r\n").join(""),
  },
  {
    name: "semicolons and decimal commas",
    text: ([header, ...rows]) =>
      csv([header, ...rows.map((row) => row.map((c) => c.replace(".", ",")))], ";"),
  },
  { name: "blanks between cells", text: (rows) => csv(rows, " ") },
  {
    name: "rows that a separator closes",
    text: ([header, ...rows]) => csv([header, ...rows.map((row) => [...row, ""])]),
  },
  {
    name: "bytes that are no UTF-8 beside the samples",
    text: (rows) => Uint8Array.from(csv(rows.map((row) => [...row, "\u00b0"])), (c) => c.charCodeAt(0)),
  },
  ...["NaN", "", "1_0", "0x1A", "inf", "1e300", "\u0661", "1.5 g"].map((text) => ({
    name: `the cell "${text}"`,
    text: cell(1, text),
    says: noNumber(text),
  })),
  {
    name: "a value that overflows",
    text: cell(1, "3.4e38"),
    says: noNumber("3.4e38"),
  },
  {
    name: "a row cut short",
    text: (rows) => csv(rows).slice(0, -40),
    says: /it has \d+ cells, the first line has/,
  },
  {
    name: "a missing sensor",
    text: (rows) => csv(rows.map((row) => row.slice(0, 5))),
    says: /there is no column waist\.gyro_y, .* and \d+ more/,
  },
  {
    name: "a column twice",
    text: (rows) => csv(rows.map((row) => [...row, row[1]])),
    says: /several columns are waist\.acc_x: waist\.acc_x, waist\.acc_x/,
  },
  {
    name: "a column in two spellings",
    text: ([header, ...rows]) => csv([[...header, "waist_acc_x"], ...rows.map((row) => [...row, "99"])]),
    says: /several columns are waist\.acc_x/,
  },
  {
    name: "a header alone",
    text: ([header]) => csv([header]),
    says: /no window of \d+ samples came without a gap|there is a header, but no row below it/,
  },
  { name: "half the rate", text: times((t) => 2 * t), says: /samples a second/ },
  {
    name: "a rate that changes on the way",
    text: times((t, i) => i < 200 ? t : t * 3),
    says: /samples a second, the model reads 50/,
  },
  {
    name: "a clock that steps back",
    text: times((t, i) => i < 200 ? t : t - 1),
    says: /its time [\d.]+ lies before [\d.]+/,
  },
  {
    name: "a time that two of the first rows share",
    text: times((t, i) => i === 10 ? t - 0.02 : t),
    own: true,
  },
  { name: "a time that two later rows share", text: times((t, i) => i === 400 ? t - 0.02 : t), own: true },
  {
    name: "times that all rows share in pairs",
    text: times((t) => Math.floor(t * 25 + 1e-9) / 25),
    says: /the typical step says 25|the steps of 0\.04 are no 50 samples a second/,
  },
  { name: "no time in one row", text: cell(0, ""), says: /time is empty/ },
  { name: "a word for a time", text: cell(0, "soon"), says: /its time is "soon", unlike the first ones/ },
  {
    name: "samples in g",
    text: ([header, ...rows]) => {
      const still = (name: string) => name.endsWith("acc_z") ? "1" : "0.1";
      const turned = (row: string[]) => row.map((c, i) => header[i].includes("acc") ? still(header[i]) : c);
      return csv([header, ...rows.map(turned)]);
    },
    says: /samples of waist\.acc look like g, the model takes m\/s\^2: --units acc=g turns them/,
  },
];

/** What may have happened to a package, and what every host then says. */
export const damages: { name: string; spoil(dir: string): Promise<void>; says: RegExp }[] = [
  {
    name: "edited weights",
    spoil: (dir) => edit(join(dir, "models/host_head.json"), (text) => text.replace(/\d(?=\d*[,\]])/, "7")),
    says: /models\/host_head\.json is not as it was packed/,
  },
  {
    name: "another smoothing",
    spoil: (dir) => edit(join(dir, "pipeline.json"), (text) => text.replace("{", "{ ")),
    says: /pipeline\.json is not as it was packed/,
  },
  {
    name: "a missing file",
    spoil: (dir) => Deno.remove(join(dir, "pipeline.json")),
    says: /pipeline\.json is missing/,
  },
  {
    name: "a HEF from elsewhere",
    spoil: (dir) => Deno.writeTextFile(join(dir, "models/model.hef"), "HEF"),
    says: /models\/model\.hef is not of this package/,
  },
];

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
}

/** Copies files and folders of files. */
export async function copyFolder(from: string, to: string, names: readonly string[]): Promise<void> {
  await Deno.mkdir(to);
  for (const name of names) {
    if ((await Deno.stat(join(from, name))).isFile) await Deno.copyFile(join(from, name), join(to, name));
    else {await copyFolder(
        join(from, name),
        join(to, name),
        [...Deno.readDirSync(join(from, name))].map((e) => e.name),
      );}
  }
}
