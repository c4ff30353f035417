/**
 * Artifacts that are lists of shards: each shard is a whole artifact of the type with some of the recordings, in a folder
 * of its own. `shards.json` names them in the order of the recordings; steps that do not map read them as one value.
 */
import { join } from "../path.ts";
import { InputError } from "../errors.ts";
import { type ArtifactType, headerFile, type Json, readAnyHeader } from "./artifact.ts";

/** Name of the list in an artifact that is one. */
export const shardsFile = "shards.json";

/** One shard. */
export interface ShardEntry {
  /** Says which recordings it holds: shards of the same name in two artifacts are about the same recordings. */
  name: string;
  /** Content id of the shard as an artifact of its own. */
  id: string;
  /** Names of the files that its recordings are from. */
  files: string[];
}

/** The content of `shards.json`. */
export interface ShardList {
  version: 1;
  shards: ShardEntry[];
  /** What only all shards together show, by the step that made them. */
  merged?: Json;
}

/** Folder of a shard in its artifact, by its place in the list. */
export function shardFolder(place: number): string {
  return `shards/${String(place).padStart(5, "0")}`;
}

/** The list of an artifact's shards; undefined where it is no list. @throws {InputError} for a list that is none. */
export function readShardList(dir: string, type: string): ShardList | undefined {
  const file = join(dir, shardsFile);
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw new InputError(`Cannot read ${type}: ${(cause as Error).message}`, { file, cause });
  }
  const list = parsed(text);
  if (
    list?.version === 1 && Array.isArray(list.shards) && list.shards.length > 0 && list.shards.every(isEntry)
  ) {
    return list as ShardList;
  }
  throw new InputError(`Cannot read ${type}: field shards is no list of shards`, { file });
}

function parsed(text: string): Partial<ShardList> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isEntry(entry: Partial<ShardEntry> | null): boolean {
  return typeof entry?.name === "string" && typeof entry.id === "string" && Array.isArray(entry.files);
}

/** Arrays whose rows are windows. */
type Rows = Float32Array | Int32Array | Uint32Array;

/**
 * An artifact type whose value may also lie as a list of shards. They are read one after the other, and what has a row by window
 * is filled in place: rows are in memory once, and not a second time in their shards.
 *
 * @param columns Fields of a value that are arrays with rows by window.
 * @param joinValues Makes one value of the rows of all shards, which are `windows` in number, and of what else each of them says.
 */
export function shardedRows<T extends object, C extends keyof T>(
  type: ArtifactType<T>,
  columns: readonly C[],
  joinValues: (rows: Pick<T, C>, facts: Omit<T, C>[], windows: number, dir: string) => T,
): ArtifactType<T> {
  return {
    ...type,
    shards: "joined",
    async read(dir) {
      const list = readShardList(dir, type.name);
      if (list === undefined) return await type.read(dir);
      const counts: number[] = [];
      for (const folder of foldersOf(dir, list.shards.length)) {
        counts.push(await windowsOf(folder, type.name));
      }
      const windows = counts.reduce((sum, count) => sum + count, 0);
      const filled: Partial<Record<C, Rows>> = {};
      const facts: Omit<T, C>[] = [];
      let at = 0;
      for (const [place, folder] of foldersOf(dir, counts.length).entries()) {
        const shard = { ...await type.read(folder) };
        for (const name of columns) {
          const rows = shard[name] as Rows | undefined;
          delete shard[name];
          if (rows !== undefined) put(filled, name, rows, { at, count: counts[place]!, windows });
        }
        facts.push(shard);
        at += counts[place]!;
      }
      return joinValues(filled as Pick<T, C>, facts, windows, dir);
    },
  };
}

const foldersOf = (dir: string, count: number) =>
  Array.from({ length: count }, (_, place) => join(dir, shardFolder(place)));

/** How many windows a shard has by its header. */
async function windowsOf(folder: string, type: string): Promise<number> {
  const { windows } = (await readAnyHeader(folder)).meta;
  if (typeof windows === "number") return windows;
  throw new InputError(`Cannot read ${type}: field windows is no number`, { file: join(folder, headerFile) });
}

function put<C extends PropertyKey>(
  filled: Partial<Record<C, Rows>>,
  name: C,
  rows: Rows,
  { at, count, windows }: { at: number; count: number; windows: number },
): void {
  const width = count === 0 ? 0 : rows.length / count;
  const whole = filled[name];
  // A shard without windows does not tell how wide a row is.
  if (whole === undefined || whole.length === 0) {
    filled[name] = new (rows.constructor as new (length: number) => Rows)(windows * width);
  }
  filled[name]!.set(rows, at * width);
}

/** What the step that made a list of shards said of all of them together; undefined where it said nothing. */
export function mergedOf(dir: string, type: string): Json | undefined {
  return readShardList(dir, type)?.merged;
}

/** The values of all shards one after the other. */
export function concatenated<A extends Float32Array | Float64Array | Int32Array | Uint32Array>(
  parts: readonly A[],
): A {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new (parts[0]!.constructor as new (length: number) => A)(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The value that all shards agree on. @throws {InputError} where two differ, naming the field. */
export function common<T, V>(shards: readonly T[], field: (shard: T) => V, name: string, dir: string): V {
  const first = field(shards[0]!);
  const text = JSON.stringify(first);
  for (const [place, shard] of shards.entries()) {
    const other = JSON.stringify(field(shard));
    if (other !== text) {
      throw new InputError(
        `Cannot join shards: ${name} is ${text} in the first, ${other} in shard ${place}`,
        {
          file: join(dir, shardsFile),
        },
      );
    }
  }
  return first;
}
