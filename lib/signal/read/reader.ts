/**
 * What a source of recordings is: the word after `source:`, its parameters, and how it reads. A reader is one file in
 * `sources/` and one line in `readers.ts`; checks, documentation and editor schema of `load` follow from it.
 */
import type { z } from "zod";
import type { Recordings } from "../../artifacts/recordings.ts";

/** What a reader is given beside its parameters. */
export interface ReadContext {
  /** Absolute paths behind `path`, sorted; empty for a source without files. */
  paths: readonly string[];
  /** Told the share that is done, in [0, 1]. */
  progress(fraction: number): void;
  /** A sentence that the user should see before trusting the data. */
  warn(message: string): void;
  /** Told the rates that times showed, one for each stretch of time. */
  measured(rates: readonly number[]): void;
}

/** A source of recordings. */
export interface Reader<S extends z.ZodObject = z.ZodObject> {
  /** The word after `source:`. */
  readonly source: string;
  /** Strict object with `source` as a literal; `path` and `sha256` where it reads files. */
  readonly params: S;
  /** @throws {InputError} naming file, row and remedy for whatever cannot be read. */
  read(params: z.output<S>, context: ReadContext): Promise<Recordings>;
}

/** Defines a reader; the identity function, there for its types. Heavy modules are imported inside `read`. */
export function defineReader<S extends z.ZodObject>(reader: Reader<S>): Reader<S> {
  return reader;
}
