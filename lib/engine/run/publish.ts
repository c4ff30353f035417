/**
 * Copies outputs into plain folders for people and other tools. Files are copied, never linked: editing a published
 * file must not reach the store. Each file replaces its old version by rename; files that were published before and
 * are no longer part of the output go away. What a person put there stays, and is an error where it is in the way; what
 * a person changed is kept beside the new file.
 */
import { fileMode } from "../system/modes.ts";
import { dirname, join, relative } from "../../path.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { StoreFs } from "../system/fs.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { StatCache } from "../key/stat_cache.ts";
import type { Layout } from "../system/layout.ts";
import { lock } from "../system/lock.ts";
import {
  cannotPublish,
  hasWork,
  itemsOf,
  listOf,
  lstat,
  type Published,
  publishFolder,
  readPublished,
  survey,
} from "./publication.ts";

/** What a publication did. */
export interface Publication {
  /** Relative to the root. */
  folder: string;
  /** How many files were written. */
  files: number;
  /** Published files that somebody had changed, under the names that keep them now, relative to the root. */
  kept: string[];
}

/**
 * Brings the folder up to date.
 *
 * @param by The workflow file, for its list.
 * @throws InputError naming what is in the way; then nothing was touched.
 */
export async function publish(
  { root, task, by, outputs, dirOf, fs, cache, layout }: {
    root: string;
    task: Task;
    by: string;
    outputs: Record<string, StoredOutput>;
    dirOf: (output: StoredOutput) => string;
    fs: StoreFs;
    cache: StatCache;
    layout: Layout;
  },
): Promise<Publication> {
  const folder = publishFolder(root, task);
  const shown = { folder: relative(root, folder), files: 0, kept: [] };
  const items = itemsOf(outputs);
  const list = listOf(layout, root, folder);
  const now: Published = {
    version: 2,
    folder: shown.folder,
    by,
    files: Object.fromEntries(items.map(({ path, sha256 }) => [path, [sha256]])),
  };
  const look = async () => {
    const before = readPublished(list);
    const found = await survey(root, task, items, before, cache, layout);
    return { before, found, done: !hasWork(found, root, task, by, before) && isSame(before, now) };
  };
  if ((await look()).done) return shown;
  using _ = await lock(layout.lock(`publish-${list.slice(-21, -5)}`));
  // Looked at again: another run may have published here meanwhile, and a mixture of two results is none.
  const { before, found, done } = await look();
  if (done) return shown;
  // What is about to be written is ours from now on, also for the next run should this one die here.
  fs.writeWhole(list, JSON.stringify(both(before, now)));
  let kept: string[];
  try {
    kept = found.edited.map((path) => keepAside(join(found.folder, path), fs));
    for (const path of found.stale) removeFile(found.folder, path, fs);
    for (const item of found.write) {
      replaceFile(join(dirOf(item.output), item.file), join(found.folder, item.path), fs);
    }
  } catch (error) {
    // The result itself is stored: it is the folder that cannot take it.
    const [why = ""] = (error as Error).message.split(/: (?=\w+ ['"])/);
    throw cannotPublish(task, why, "Make room or give the right to write there, or publish elsewhere.");
  }
  fs.writeWhole(list, JSON.stringify(now));
  return { ...shown, files: found.write.length, kept: kept.map((path) => relative(root, path)) };
}

function isSame(before: Published | undefined, now: Published): boolean {
  return before !== undefined && before.by === now.by && before.folder === now.folder &&
    JSON.stringify(sorted(before.files)) === JSON.stringify(sorted(now.files));
}

function sorted(files: Published["files"]): [string, string[]][] {
  return Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1);
}

function both(before: Published | undefined, now: Published): Published {
  const files = { ...before?.files };
  for (const [path, contents] of Object.entries(now.files)) {
    const old = Object.hasOwn(files, path) ? files[path]! : [];
    files[path] = [...new Set([...old, ...contents])];
  }
  return { ...now, files };
}

/** Moves a file that somebody changed to a name beside it, and returns that. */
function keepAside(path: string, fs: StoreFs): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  let aside = `${path}.edited-${stamp}`;
  for (let i = 2; lstat(aside) !== undefined; i++) aside = `${path}.edited-${stamp}-${i}`;
  fs.rename(path, aside);
  return aside;
}

/** Removes a file and the folders that it leaves empty. */
function removeFile(folder: string, path: string, fs: StoreFs): void {
  fs.remove(join(folder, path));
  for (let at = dirname(join(folder, path)); at.length > folder.length; at = dirname(at)) {
    try {
      Deno.removeSync(at);
    } catch {
      // Somebody's files are in it.
      return;
    }
  }
}

/** The temporary name is always the same: what a run that died left behind is overwritten by the next. */
function replaceFile(from: string, to: string, fs: StoreFs): void {
  const temporary = `${to}.motiflow-tmp`;
  fs.makeDir(dirname(to));
  fs.remove(temporary);
  fs.copy(from, temporary);
  fs.chmod(temporary, fileMode(isScript(temporary)));
  // Only folders without files can be here.
  if (lstat(to)?.isDirectory) fs.remove(to);
  fs.rename(temporary, to);
}

/** Whether a file begins with `#!`: the store keeps no modes, and a script without its bit is of little use. */
function isScript(path: string): boolean {
  using file = Deno.openSync(path);
  const head = new Uint8Array(2);
  return file.readSync(head) === 2 && head[0] === 0x23 && head[1] === 0x21;
}
