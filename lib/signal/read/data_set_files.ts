/** The files of a data set: tables, and what stands beside them as lists of facts and label intervals. */
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { labelByIntervals } from "./intervals.ts";
import { PassedOver } from "./laws/left_out.ts";
import { listed, type Notes } from "./laws/notes.ts";
import { Lists, Metadata, type MetadataSource, readMetadata } from "./metadata.ts";
import { numberOf, type Reading, type TableOptions } from "./reading.ts";
import type { Table } from "./table.ts";

type Open = (file: DataFile) => Table | Promise<Table>;

const listsOf = ({ metadata }: TableOptions): readonly MetadataSource[] =>
  metadata === undefined ? [] : Array.isArray(metadata) ? metadata : [metadata as MetadataSource];

/** Whether a file is a list, holds label intervals, or is no matter of these tables. */
function namedBesides(options: TableOptions): (name: string) => boolean {
  const patterns = [options.intervals?.files, ...listsOf(options).map(({ files }) => files), options.beside]
    .filter((files) => files !== undefined).map((files) => new RegExp(files));
  return (name) => patterns.some((pattern) => pattern.test(name));
}

/** Those of the chosen files that are tables of samples. */
export function tablesAmong(chosen: readonly DataFile[], options: TableOptions): DataFile[] {
  const beside = namedBesides(options);
  return chosen.filter((f) => !beside(f.name));
}

function matching(chosen: readonly DataFile[], pattern: string, what: string): DataFile[] {
  const found = chosen.filter((f) => new RegExp(pattern).test(f.name));
  if (found.length > 0) return found;
  throw new InputError(`Cannot find ${what}: no file name matches /${pattern}/`, {
    hint: `Files are ${listed(chosen.map((f) => f.name))}.` +
      (pattern.includes("\\\\") ? " In single quotes a backslash stands once, in double quotes twice." : ""),
  });
}

/**
 * The lists that the options name.
 *
 * @param names Of the files, or of the recordings that several files make.
 */
export async function openLists(
  chosen: readonly DataFile[],
  options: TableOptions,
  names: readonly string[],
  open: Open,
): Promise<Lists> {
  const lists: Metadata[] = [];
  for (const source of listsOf(options)) {
    for (const list of matching(chosen, source.files, "metadata")) {
      lists.push(new Metadata(list.name, await readMetadata(list, open), names, source));
    }
  }
  return new Lists(lists, options);
}

/**
 * Sets labels from the files of intervals that the options name, once all recordings are read.
 *
 * @param read Files that were to be read, each of which is a recording or was left out.
 * @param zoneless Whether the recordings' clocks tell no time zone.
 */
export async function setIntervals(
  reading: Reading,
  chosen: readonly DataFile[],
  open: Open,
  { read = [], zoneless }: { read?: readonly DataFile[]; zoneless?: boolean } = {},
): Promise<void> {
  const { intervals, part } = reading.options;
  if (intervals === undefined) return;
  const files = matching(chosen, intervals.files, "label intervals");
  const number = (text: string) => numberOf(reading, text);
  const found = new Set(reading.recordings.map((r) => r.file));
  const left = read.map((f) => f.name).filter((name) => !found.has(name));
  const sentences = await labelByIntervals(
    reading.recordings,
    files,
    open,
    intervals,
    reading.rate ?? 1,
    number,
    { part, left, zoneless },
  );
  sentences.forEach((sentence) => reading.notes.add(sentence));
}

/** The files that are wanted, and a note on those that are passed over. */
export async function chooseFiles(
  paths: readonly string[],
  endings: readonly string[],
  options: TableOptions,
  notes: Notes,
): Promise<DataFile[]> {
  const ending = new RegExp(`\\.(${endings.join("|")})$`, "i");
  let pattern: RegExp | undefined;
  try {
    pattern = options.files === undefined ? undefined : new RegExp(options.files);
  } catch (cause) {
    throw new InputError(`Cannot use files: ${(cause as Error).message}`, { cause });
  }
  const beside = namedBesides(options);
  const passed = new PassedOver();
  const all = await dataFiles(paths, (name) => ending.test(name) || beside(name), (name) => passed.add(name));
  if (all.length === 0) {
    throw new InputError(`Cannot find tables: none of the given files ends in .${endings.join(", .")}`, {
      file: paths[0],
      hint: passed.hint(),
    });
  }
  const files = passed.among(all, pattern, beside);
  if (files.length === 0) {
    throw new InputError(`Cannot find tables: no file name matches /${options.files}/`, {
      hint: `Files are ${listed(all.map((f) => f.name))}.`,
    });
  }
  for (const sentence of passed.sentences()) notes.add(sentence);
  return files;
}
