/**
 * Artifacts with a row per window that lie as a list of shards: what many have rows of is filled shard by shard, so that the
 * rows are in memory once and not a second time in their shards.
 */
import { join } from "../path.ts";
import { InputError } from "../errors.ts";
import { type ArtifactType, headerFile, readAnyHeader } from "./artifact.ts";
import { readShardList, shardFolder } from "./shards.ts";

/** Arrays whose rows are windows. */
export type Rows = Float32Array | Int32Array | Uint32Array;

/**
 * Reads shards one after the other.
 *
 * @param columns Fields of a value that are arrays with rows by window.
 * @param join Makes one value of the rows of all shards, which are `windows` in number, and of what else each of them says.
 */
export function shardedRows<T extends object, C extends keyof T>(
  type: ArtifactType<T>,
  columns: readonly C[],
  join: (rows: Pick<T, C>, facts: Omit<T, C>[], windows: number, dir: string) => T,
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
      return join(filled as Pick<T, C>, facts, windows, dir);
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
