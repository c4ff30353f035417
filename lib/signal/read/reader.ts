/**
 * What a source of recordings is: the word after `source:`, its parameters, and how it reads. A reader is one file in
 * `sources/` and one line in `readers.ts`; checks, documentation and editor schema of `load` follow from it.
 */
import type { z } from "zod";
import type { Recordings } from "../../artifacts/recordings.ts";
import type { ClockFacts } from "../../artifacts/recording/quality.ts";
import type { DataSet } from "./published/data_sets.ts";

/** What a reader is given beside its parameters. */
export interface ReadContext {
  /** Absolute paths behind `path`, sorted; empty for a source without files. */
  paths: readonly string[];
  /** Told the share that is done, in [0, 1]. */
  progress(fraction: number): void;
  /** A sentence that the user should see before trusting the data. */
  warn(message: string): void;
  /** The files are some of many, so that what only all of them show is not looked for. */
  part?: boolean;
  /** Told the rates that times showed, one for each stretch of time. */
  measured(rates: readonly number[]): void;
  /** Opens a file for what is read of long recordings, which an interruption leaves for the next attempt. */
  draft?: () => Deno.FsFile;
  /** A sentence on how far an earlier attempt had come. */
  resumed?(message: string): void;
  /** Told how the clocks of loggers go that were compared. */
  aligned?(clocks: readonly ClockFacts[]): void;
}

/** How files may be read in groups, each as if there were no others. */
export interface Parts {
  /** A regular expression that all their names match; they lie in one folder. */
  named: string;
  /** Files whose names are equal without what this matches are read together. */
  together?: string;
  /** Those that are read together are one file for each of these regular expressions; else nothing is read in groups. */
  each?: readonly string[];
  /** What a reader says of files that only holds where they are all: with such a sentence all are read at once. */
  whole?: RegExp;
  /** What the data set is called. */
  name: (paths: readonly string[]) => string;
  /** What their names must not tell; throws where they do. */
  checkNames?: (paths: readonly string[]) => void;
  /** They are tables: names are texts, and no channel may tell the label. */
  tables?: true;
}

/** A source of recordings. */
export interface Reader<S extends z.ZodObject = z.ZodObject> {
  /** The word after `source:`. */
  readonly source: string;
  /** Strict object with `source` as a literal; `path` and `sha256` where it reads files. */
  readonly params: S;
  /** Undefined where what one file means depends on others. */
  readonly parts?: (params: z.output<S>) => Parts | undefined;
  /** The public data set that it reads, to say where to get it. */
  readonly published?: DataSet;
  /** @throws {InputError} naming file, row and remedy for whatever cannot be read. */
  read(params: z.output<S>, context: ReadContext): Promise<Recordings>;
}

/** Defines a reader; the identity function, there for its types. Heavy modules are imported inside `read`. */
export function defineReader<S extends z.ZodObject>(reader: Reader<S>): Reader<S> {
  return reader;
}
