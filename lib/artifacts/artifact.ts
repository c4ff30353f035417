/**
 * What every artifact is: an immutable directory of plain files with a header `artifact.json`.
 * A type knows how its value lies on disk; the engine only ever moves directories.
 */
import { join } from "../path.ts";
import { InputError } from "../errors.ts";

/** Where a number or a recording comes from. */
export type Origin = "measured" | "estimated" | "simulated" | "projected";

/** JSON as `JSON.stringify` can write it without loss. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A value as `JSON.stringify` writes it: absent fields are left out, numbers that JSON has not are null. */
export function jsonOf(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}

/** The content of `artifact.json`. */
export interface ArtifactHeader {
  /** Name of the artifact type, e.g. `Codes`. */
  type: string;
  /** Version of the files' layout, raised when a reader of the old layout would misread it. */
  version: number;
  /** Shapes, units, rates, label names, origin: whatever describes the files. */
  meta: { [key: string]: Json };
}

/** How values of one type are written to and read from a directory. */
export interface ArtifactType<T = unknown> {
  readonly name: string;
  readonly version: number;
  /** One sentence for the docs. */
  readonly summary: string;
  /** Writes `value` into the existing, empty directory `dir`. */
  write(dir: string, value: T): Promise<void>;
  /** Reads the value back; throws {@linkcode InputError} when files are missing or malformed. */
  read(dir: string): Promise<T>;
  /**
   * Values are along recordings, and may lie as a list of shards; see `shards.ts`. They are `joined` from those of the
   * shards, or lie `whole` beside them, since what only all windows show cannot be joined.
   */
  readonly shards?: "joined" | "whole";
}

/** A value that is just its directory: the step wrote the files itself (packages, reports). */
export interface DirectoryValue {
  dir: string;
  header: ArtifactHeader;
}

/** Writes `artifact.json` with sorted, indented JSON. */
export async function writeHeader(dir: string, header: ArtifactHeader): Promise<void> {
  Deno.writeTextFileSync(join(dir, headerFile), JSON.stringify(header, null, 2) + "\n");
}

/** Name of the header in every artifact. */
export const headerFile = "artifact.json";

/** Reads `artifact.json` of any type. @throws {InputError} where it is missing or no header. */
export async function readAnyHeader(dir: string): Promise<ArtifactHeader> {
  const file = join(dir, headerFile);
  try {
    // At once: a file this small is read in a tenth of the time that waiting for it takes.
    return headerOf(Deno.readTextFileSync(file), file);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`Cannot read artifact: no valid artifact.json`, { file, cause });
  }
}

/** The header in the text of an `artifact.json`. @throws {InputError} where it is none. */
export function headerOf(text: string, file: string): ArtifactHeader {
  let header: Partial<ArtifactHeader> | null;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`Cannot read artifact: no valid artifact.json`, { file, cause });
  }
  const { type, version, meta } = header ?? {};
  if (typeof type !== "string") {
    throw new InputError("Cannot read artifact: artifact.json names no type", { file });
  }
  if (typeof version !== "number") {
    throw new InputError(`Cannot read ${type}: field version is no number`, { file });
  }
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) {
    throw new InputError(`Cannot read ${type}: field meta is not an object`, { file });
  }
  return { type, version, meta };
}

/** Reads `artifact.json` and checks type and version. */
export async function readHeader(dir: string, type: string, version: number): Promise<ArtifactHeader> {
  const file = join(dir, headerFile);
  const header = await readAnyHeader(dir);
  if (header.type !== type) {
    throw new InputError(`Cannot read artifact: expected ${type}, got ${header.type}`, { file });
  }
  if (header.version !== version) {
    throw new InputError(
      `Cannot read artifact: layout ${header.version} of ${type}, this program knows ${version}`,
      { file },
    );
  }
  return header;
}

/**
 * An artifact type whose value is its directory. The step writes the files itself and returns `{ dir, header }`;
 * `write` then only adds the header (files that lie elsewhere are copied in).
 */
export function directoryType(name: string, summary: string, version = 1): ArtifactType<DirectoryValue> {
  return {
    name,
    version,
    summary,
    async write(dir, value) {
      if (value.dir !== dir) await copyTree(value.dir, dir);
      await writeHeader(dir, { type: name, version, meta: value.header.meta });
    },
    async read(dir) {
      return { dir, header: await readHeader(dir, name, version) };
    },
  };
}

/** Copies the files below `from` into `to`, making folders as needed. */
export async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [a, b] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyTree(a, b);
    else await Deno.copyFile(a, b);
  }
}

/**
 * Whether something is at a path, links followed. Not by `node:fs`, which takes a fresh worker as long to load as the
 * worker to start: 40 ms of processor time each (10 workers, in turn).
 */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
