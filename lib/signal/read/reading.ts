/** What reading tables is asked for, and what is common to all files while they are read. */
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import type { Bursts } from "./bursts/burst_columns.ts";
import type { IntervalSource } from "./intervals.ts";
import type { LabelColumns } from "./laws/label_columns.ts";
import { Notes } from "./laws/notes.ts";
import type { Unsorted } from "./laws/order.ts";
import type { Scale } from "./laws/scale.ts";
import { canonical, Keys, SameNames } from "./laws/same_names.ts";
import type { Lists, MetadataSource } from "./metadata.ts";
import type { Columns } from "./table.ts";
import type { Layout, LayoutOptions } from "./table_layout.ts";

/** What the tables mean. */
export interface TableOptions extends LayoutOptions {
  /** Samples per second; inferred from the time column when left out. */
  rate?: number;
  /** Names of label texts; several texts may share one. */
  labelNames?: Record<string, string>;
  /** Label texts that mean unlabelled, besides empty and NaN. */
  unlabelled?: readonly string[];
  /** What an empty or NaN sample does. */
  missing: "error" | "gap";
  /** Numbers that stand for missing samples. */
  missingValues?: readonly number[];
  /** What rows do whose time lies before that of the row above. */
  unsorted: Unsorted;
  /** Whether samples that share a time are spread; undefined where all times are shared alike. */
  spread?: boolean;
  /** Seconds without a sample that make a gap. */
  maxGap: number;
  /** Shorter recordings are an error, or are left out. */
  minSeconds: number;
  short: "error" | "skip";
  /** Rows of each recording, where several stand in a file without any mark. */
  every?: number;
  /** What cannot be read: an error, a row that is missing, or a file that is left out. */
  onBad?: "error" | "gap" | "skip";
  /** Each row is a burst. */
  bursts?: Bursts;
  /** Factor on the numbers of the files. */
  scale?: Scale;
  /** What a recording does that lacks a sensor: an error, be left out, or be kept as a gap. */
  incomplete?: "error" | "skip" | "gap";
  /** Encoding of text, where it is not UTF-8 and has no byte order mark. */
  encoding?: string;
  /** How numbers of text are written, where that cannot be told. */
  decimal?: string;
  thousands?: string;
  /** Names of all columns, instead of a header. */
  columns?: readonly string[];
  /** A pattern on lines of text; others are passed over. */
  lines?: string;
  /** Labels as intervals in files of their own, instead of `label`. */
  intervals?: IntervalSource;
  /** Lists of the files, or of the people, with facts of each. */
  metadata?: MetadataSource | readonly MetadataSource[];
  /** Units of files whose names match a pattern, which are converted to `units`. */
  unitsByFile?: readonly { files: string; units: Record<string, string> }[];
  /** A pattern on file names; others are passed over. */
  files?: string;
  /** A pattern on names of files that stand beside and hold something else, which is no matter of this reading. */
  beside?: string | undefined;
  /** The files are some of many: no law is applied that only holds over all of them. */
  part?: boolean | undefined;
}

/** A recording and when it began, in seconds of its time column's clock; 0 without one. */
export type TimedRecording = Recording & { begin: number; file: string };

/** What is common to all files while they are read. */
export interface Reading {
  options: TableOptions;
  recordings: TimedRecording[];
  /** Label texts in order of appearance. */
  labels: Map<string, number>;
  layout?: Layout;
  rate: number | undefined;
  /** Rates that the time columns show, by recording. */
  measured: number[];
  /** Rates that differ from `rate` by more than 2 %. */
  otherRates: number[];
  skipped: string[];
  notes: Notes;
  classes: SameNames;
  people: SameNames;
  labelNames: Keys;
  unlabelled: Keys;
  labelColumns?: LabelColumns;
  lists?: Lists;
}

/** What reading tables gives. */
export interface TablesRead {
  recordings: Recordings;
  /** Ids of recordings that were left out as too short. */
  skipped: string[];
  /** Rates that the time columns show, by stretch of time; and those that are not the common one. */
  measured: number[];
  otherRates: number[];
  /** What the user should know. */
  notes: string[];
}

/** Nothing read yet. `labels`, `classes`, `people` and the keys may be shared by several parts of a recording. */
export function beginReading(options: TableOptions): Reading {
  return {
    options,
    recordings: [],
    labels: new Map(),
    rate: options.rate,
    measured: [],
    otherRates: [],
    skipped: [],
    notes: new Notes(),
    classes: new SameNames("Classes"),
    people: new SameNames("Subjects"),
    labelNames: new Keys("label_names", Object.keys(options.labelNames ?? {})),
    unlabelled: new Keys("unlabelled", options.unlabelled ?? []),
  };
}

/** Words for what has no label, which may be a class all the same. */
const doubtful =
  /^(\?+|-+|x|unknown|undefined|unlabel+ed|not?[ _-]?label(l?ed)?|no[ _-]?activity|other|transient|invalid|missing)$/i;

/**
 * Whether a recording is long enough; one that is not is left out where the options say so.
 *
 * @param id Under which it is named where it is left out. @param what It is called in the message.
 * @throws {InputError} where it is too short and must not be left out.
 */
export function longEnough(
  { options, rate, skipped }: Reading,
  samples: number,
  id: string,
  place: { file: string; row?: number },
  what = "it",
): boolean {
  if (rate !== undefined && samples >= options.minSeconds * rate && samples > 0) return true;
  if (options.short === "skip") {
    skipped.push(id);
    return false;
  }
  const seconds = rate === undefined ? "?" : (samples / rate).toFixed(2);
  throw new InputError(`Cannot use recording: ${what} is too short, ${samples} samples (${seconds} s)`, {
    ...place,
    hint: `Remove it, set short: skip, or set min_seconds below ${options.minSeconds}.`,
  });
}

/** Number of a label text over all files; −1 for one that means unlabelled. */
export function numberOf(reading: Reading, text: string): number {
  const silent = reading.unlabelled.match(text) !== undefined;
  if (silent || /^(nan|na|n\/a|#n\/a|null|none)?$/i.test(text)) return -1;
  const key = reading.labelNames.match(text);
  if (key === undefined && canonical(text) === "-1") {
    reading.notes.add("The label -1 was taken for unlabelled");
    return -1;
  }
  if (key === undefined && doubtful.test(text)) {
    reading.notes.add("Classes are called as what has no label (see unlabelled)", `"${text}"`);
  }
  const name = key === undefined ? reading.classes.name(text) : reading.options.labelNames![key];
  if (!reading.labels.has(name)) reading.labels.set(name, reading.labels.size);
  return reading.labels.get(name)!;
}

/** Label of every row, numbered over all files. */
export function numberLabels(
  reading: Reading,
  label: Columns["texts"][number] | undefined,
): Int32Array | undefined {
  if (label === undefined) return undefined;
  const numbers = label.names.map((text) => numberOf(reading, text));
  return label.codes.map((code) => numbers[code]);
}
