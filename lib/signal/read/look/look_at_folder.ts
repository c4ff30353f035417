/** Looks at files of text tables: what they are, what can be guessed, and what has to be said. */
import type { Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { assessQuality } from "../../quality.ts";
import { rateFacts, tellRecordings } from "../../tell_recordings.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { detectDialect, type Dialect } from "../text/csv_dialect.ts";
import { decodeText } from "../laws/decode.ts";
import { PassedOver } from "../laws/left_out.ts";
import csv from "../sources/csv.ts";
import { lookAtColumns } from "./columns.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

/** What could not be guessed, and what to write there. */
export interface Open {
  what: string;
  write: string;
}

/** What a look at files shows. */
export interface FolderSeen {
  /** Parameters of `load` for these files, without `path`. */
  params: Record<string, unknown>;
  /** One line each. */
  facts: string[];
  guesses: string[];
  open: Open[];
  /** What the reader made of them; undefined where it refused. */
  data?: { rate: number; subjects: number; classes: number };
}

const separators: Record<number, string> = {
  9: "tab",
  32: "blank",
  44: "comma",
  59: "semicolon",
  124: "bar",
};
const beside = /[_.-]?(labels?|annotations?|intervals?|events?|bouts?)(?=\.[a-z]+$)/i;

/** Cures that lose nothing silently, by what the reader says. */
const cures: [RegExp, string, unknown, string][] = [
  [/the sample is|is missing/, "missing", "gap", "missing samples become gaps, which no window touches"],
  [/it is too short/, "short", "skip", "recordings below a second are left out and named"],
  [/share a time|in batches|whole seconds/, "spread", true, "samples that share a time are spread evenly"],
];

function dialectOf(file: DataFile): Dialect {
  return detectDialect(decodeText(file.read(), undefined, file.name), file.name);
}

/** Whether a file holds intervals: start and end. */
function holdsIntervals(file: DataFile): boolean {
  if (!beside.test(file.name)) return false;
  const { header } = dialectOf(file);
  const has = (pattern: RegExp) => header?.some((name) => pattern.test(name)) === true;
  return has(/^(start|begin|onset)/i) && has(/^(end|stop|offset)/i);
}

/**
 * Looks at text tables, guesses the parameters of `load`, and reads the files with them.
 *
 * @param paths Absolute paths of files and archives, sorted.
 * @throws {InputError} where there is no text table.
 */
export async function lookAtFiles(paths: readonly string[]): Promise<FolderSeen> {
  const all = await dataFiles(paths, (name) => /\.(csv|tsv|txt|dat|log)$/i.test(name));
  const tables = new PassedOver().among(all, undefined);
  const intervals = tables.filter(holdsIntervals);
  const files = tables.filter((file) => !intervals.includes(file));
  if (files.length === 0) {
    throw new InputError("Cannot find tables of samples: there is no .csv, .tsv, .txt, .dat or .log file", {
      file: paths[0],
      hint: "Write load by hand for .parquet and .npy (source: parquet, npy), or save tables as CSV.",
    });
  }
  const { header, separator, columns } = dialectOf(files[0]);
  const seen: FolderSeen = { params: { source: "csv" }, facts: [], guesses: [], open: [] };
  const { params, facts, guesses, open } = seen;
  facts.push(
    `${files.length} tables such as ${files[0].name}: ${columns} columns between ${separators[separator]}s`,
  );
  if (header === null) {
    open.push({
      what: "the columns have no names",
      write: "time: <position>, label: <position>, sensors: { imu: [<positions from 1>] }",
    });
  } else {
    facts.push(`columns: ${header.join(", ")}`);
    const { time, label, subject, sensors, channels, doubtful, leftOut } = lookAtColumns(
      header,
      files[0].name,
    );
    params.sensors = sensors;
    guesses.push(
      ...Object.entries(sensors).map(([name, own]) =>
        `sensor ${name}: ${own.join(", ")}${doubtful ? " (none is called after a sensor)" : ""}`
      ),
    );
    if (channels !== undefined) params.channels = channels;
    if (leftOut.length > 0) guesses.push(`not used: ${leftOut.join(", ")}`);
    if (time !== undefined) {
      params.time = time;
      guesses.push(`time: ${typeof time === "string" ? time : time.columns.join(" and ")}`);
    }
    if (label !== undefined) {
      params.label = label;
      guesses.push(`label: column ${label}`);
    }
    if (subject !== undefined) {
      params.subject = subject;
      guesses.push(`subject: column ${subject}`);
    }
  }
  if (params.time === undefined) {
    open.push({
      what: "there is no time column, so nothing tells the rate",
      write: "rate: <samples per second>",
    });
  }
  if (intervals.length > 0 && params.label === undefined) {
    const word = beside.exec(intervals[0].name)![0];
    params.label = { from: "intervals", files: `${word.replaceAll(/[.]/g, "\\.")}(?=\\.[a-z]+$)` };
    guesses.push(`label: intervals in ${intervals.length} files such as ${intervals[0].name}, in seconds`);
  }
  if (params.label === undefined) {
    open.push({
      what: "there are no labels",
      write: "label: <column>, or label: { from: intervals, files: <pattern> }",
    });
  }
  if (params.subject === undefined) {
    const pattern = guessSubjectPattern(files.map((file) => file.name));
    if (pattern !== undefined) {
      params.subject = { from: "filename", pattern };
      guesses.push(`subject: first group of ${pattern} in the file's name`);
    } else if (files.length > 1) {
      open.push({
        what: `nothing tells who was recorded in ${files.length} files; they count as one subject`,
        write: 'subject: { from: filename, pattern: "^([^_]+)_" }',
      });
    }
  }
  await read(paths, seen);
  return seen;
}

/** Reads the files as guessed, with cures where the reader asks for them, and adds what it found. */
async function read(paths: readonly string[], seen: FolderSeen): Promise<void> {
  const { params, facts, guesses, open } = seen;
  const path = paths[0];
  for (let tries = 0;; tries++) {
    const notes: string[] = [];
    let rates: readonly number[] = [];
    let set: Recordings;
    try {
      set = await csv.read(csv.params.parse({ ...params, path }), {
        paths,
        progress: () => {},
        warn: (note) => notes.push(note),
        measured: (all) => rates = all,
      });
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      const cure = cures.find(([pattern, key]) => params[key] === undefined && pattern.test(cause.message));
      if (cure === undefined || tries >= cures.length) {
        const [what, ...hint] = cause.message.split("\n");
        open.push({ what, write: hint.join(" ").trim() || "what fits" });
        return;
      }
      const [, key, value, why] = cure;
      params[key] = value;
      guesses.push(`${key}: ${value} (${why})`);
      continue;
    }
    const { quality, warnings } = assessQuality(set);
    facts.push(...tellRecordings(set, { ...quality, notes, measuredRate: rateFacts(rates) }), ...warnings);
    seen.data = { rate: set.rate, subjects: quality.subjects, classes: set.labelNames.length };
    return;
  }
}
