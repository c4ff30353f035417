/** What stands beside tables of samples: label intervals, lists of files, and names of labels. */
import type { DataFile } from "../archive.ts";
import { isList } from "../laws/left_out.ts";
import { readMetadata } from "../metadata.ts";
import type { Table } from "../table.ts";
import { labelColumn, subjectColumn } from "./columns.ts";

type Open = (file: DataFile) => Table | Promise<Table>;

const intervalFile = /[_.-]?(labels?|annotations?|intervals?|events?|bouts?)(?=\.[a-z]+$)/i;
const namesFile =
  /(label|class|activity|behaviou?r)[_ -]?(names?|labels?|key|map|codes?|list)\.(txt|csv|tsv)$/i;

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether a file holds intervals: start and end. */
async function holdsIntervals(
  file: DataFile,
  open: Open,
  named: (name: string) => boolean,
): Promise<boolean> {
  if (!intervalFile.test(file.name) && !named(file.name)) return false;
  const { header } = await open(file);
  const has = (pattern: RegExp) => header?.some((name) => pattern.test(name)) === true;
  return has(/^(start|begin|onset)/i) && has(/^(end|stop|offset)/i);
}

/** Names of labels by number, where a file of two columns tells them. */
async function labelNames(file: DataFile, open: Open): Promise<Record<string, string> | undefined> {
  if (!namesFile.test(file.name)) return undefined;
  const table = await open(file);
  if (table.columns !== 2) return undefined;
  const { texts: [keys, names] } = await table.read({ values: [], texts: [0, 1], missing: "gap" });
  const pairs = Array.from(keys.codes, (code, i) => [keys.names[code], names.names[names.codes[i]]]);
  return pairs.every(([key]) => /^\d+$/.test(key)) ? Object.fromEntries(pairs) : undefined;
}

/** Files that are not samples, and what they say. */
export interface BesideSeen {
  params: Record<string, unknown>;
  guesses: string[];
  /** Names of these files. */
  files: Set<string>;
  /** Names of labels by number, and the file that tells them. */
  names?: { names: Record<string, string>; file: string };
}

/**
 * Looks for what stands beside the tables among all files of a data set.
 *
 * @param alike Whether a file is called like a recording, and holds no samples.
 */
export async function lookBeside(
  files: readonly DataFile[],
  open: Open,
  alike: (name: string) => boolean = () => false,
): Promise<BesideSeen> {
  const seen: BesideSeen = { params: {}, guesses: [], files: new Set() };
  const intervals: string[] = [];
  for (const file of files) {
    const { name } = file;
    const names = await labelNames(file, open);
    if (names !== undefined) {
      seen.names = { names, file: name };
      seen.files.add(name);
    } else if (await holdsIntervals(file, open, alike)) {
      intervals.push(name);
      seen.files.add(name);
    } else if (isList(file, files)) {
      await lookAtList(file, open, seen);
      seen.files.add(name);
    }
  }
  if (intervals.length > 0) {
    const word = intervalFile.exec(intervals[0])?.[0];
    const pattern = word === undefined
      ? `${escaped(/\.[^.]*$/.exec(intervals[0])![0])}$`
      : `${escaped(word)}(?=\\.[a-z]+$)`;
    seen.params.label = { from: "intervals", files: pattern };
    seen.guesses.push(`label: intervals in ${intervals.length} files such as ${intervals[0]}, in seconds`);
  }
  return seen;
}

/** Columns of a list of files that tell label and subject. */
async function lookAtList(file: DataFile, open: Open, seen: BesideSeen): Promise<void> {
  const rows = await readMetadata(file, open);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  seen.params.metadata = { files: `${escaped(file.name)}$` };
  for (const [what, find] of [["label", labelColumn], ["subject", subjectColumn]] as const) {
    const column = find(columns);
    if (column === undefined) continue;
    seen.params[what] = { from: "metadata", column };
    seen.guesses.push(`${what}: column ${column} of ${file.name}`);
  }
}
