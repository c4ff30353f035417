/** What runs leave beside results: locks, folders of attempts, drafts, downloads, code that no result was made with. */
import { join } from "../../path.ts";
import { bytesBelow, names } from "../system/names.ts";
import { tryLock } from "../system/lock.ts";
import type { GcItem } from "../types.ts";
import { forEachDead } from "./attempt_folders.ts";
import type { Store } from "./store.ts";

/** Days that the state of an unfinished step is kept. */
const draftDays = 7;

/** What is swept. */
export interface SweepOptions {
  /** Ids of the code that kept results were made with. */
  code: ReadonlySet<string>;
  /** Name of the lock that the caller holds alone: nobody else takes locks meanwhile. */
  held: string;
  maxAgeDays?: number | undefined;
  dryRun: boolean;
}

/** Removes what no run and no result needs; to be called while no run uses the store. */
export function sweep({ layout, fs }: Store, { code, held, maxAgeDays, dryRun }: SweepOptions): GcItem[] {
  const removed: GcItem[] = [];
  const drop = (kind: GcItem["kind"], path: string, name: string) => {
    removed.push({ kind, name, bytes: bytesBelow(path) });
    if (!dryRun) fs.remove(path);
  };
  const all = (folder: string) => names(folder).map((name) => ({ name, path: join(folder, name) }));
  for (const { name, path } of all(layout.code)) {
    if (!code.has(name.replace(/\.json$/, ""))) drop("code", path, name);
  }
  // The lock files of keys that were made once; one that is held after all stays.
  for (const { name, path } of all(layout.locks)) {
    if (name === held) continue;
    using lock = tryLock(path);
    if (lock !== undefined) drop("lock", path, name);
  }
  forEachDead(
    layout.temporary,
    (folder) => drop("attempt", folder, folder.slice(layout.temporary.length + 1)),
  );
  // A checkpoint, or the folder of a cluster's job, is a draft of a run that nobody took up again; a download can be
  // fetched again.
  const oldest = Date.now() - Math.min(maxAgeDays ?? Infinity, draftDays) * 86_400_000;
  for (
    const [kind, folder] of [
      ["draft", layout.checkpoints],
      ["draft", layout.jobs],
      ["download", layout.downloads],
    ] as const
  ) {
    for (const { name, path } of all(folder)) {
      if ((Deno.lstatSync(path).mtime?.getTime() ?? 0) <= oldest) drop(kind, path, name);
    }
  }
  return removed;
}
