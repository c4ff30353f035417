/**
 * Copies outputs into plain folders for people and other tools. Files are copied, never linked: editing a published
 * file must not reach the store. Each file replaces its old version by rename; files that were published before and
 * are no longer part of the output go away, files of others stay.
 */
import { dirname, join, relative, resolve, sep } from "node:path";
import { InputError } from "../errors.ts";
import type { Task } from "../workflow/workplan.ts";
import { sha256 } from "./canonical.ts";
import type { StoreFs } from "./fs.ts";
import type { StoredOutput } from "./record.ts";
import type { StatCache } from "./stat_cache.ts";
import type { Layout } from "./layout.ts";

/**
 * The folder of a task's publication, absolute. Cells of a matrix get a folder each.
 *
 * @throws InputError when it would lie outside the root or inside the store.
 */
export function publishFolder(root: string, task: Task): string {
  const cell = Object.entries(task.cell).map(([k, v]) =>
    `${k}=${typeof v === "string" ? v : JSON.stringify(v)}`
  );
  const name = cell.join(",").replaceAll(/[/\\\0]/g, "_");
  const folder = resolve(root, task.publish!, name === "" ? "." : name);
  const below = relative(root, folder);
  if (
    below === "" || below === ".." || below.startsWith(`..${sep}`) || resolve(below) === below ||
    task.publish!.includes("\0")
  ) {
    throw new InputError(`Cannot publish to ${task.publish}: it is not a folder inside the project`, {
      file: task.location.file,
      row: task.location.line,
    });
  }
  if (below.split(sep)[0] === ".motiflow") {
    throw new InputError(`Cannot publish to ${task.publish}: .motiflow belongs to the store`, {
      file: task.location.file,
      row: task.location.line,
    });
  }
  return folder;
}

/** One file to publish. */
interface Item {
  path: string;
  from: string;
  sha256: string;
}

/** Brings the folder up to date and returns how many files were written. */
export async function publish(
  { root, task, outputs, dirOf, fs, cache, layout }: {
    root: string;
    task: Task;
    outputs: Record<string, StoredOutput>;
    dirOf: (output: StoredOutput) => string;
    fs: StoreFs;
    cache: StatCache;
    layout: Layout;
  },
): Promise<{ folder: string; files: number }> {
  const folder = publishFolder(root, task);
  const ports = Object.keys(outputs);
  const items: Item[] = ports.flatMap((port) =>
    outputs[port].files.map((file) => ({
      path: ports.length === 1 ? file.path : `${port}/${file.path}`,
      from: join(dirOf(outputs[port]), file.path),
      sha256: file.sha256,
    }))
  );
  let written = 0;
  for (const item of items) {
    const to = join(folder, item.path);
    if (await holds(root, to, item.sha256, cache)) continue;
    realFolders(root, dirname(to), fs);
    const temporary = `${to}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    try {
      fs.copy(item.from, temporary);
      fs.chmod(temporary, 0o644);
      if (lstat(to)?.isDirectory) fs.remove(to);
      fs.rename(temporary, to);
    } catch (error) {
      fs.remove(temporary);
      throw error;
    }
    written++;
  }
  removeStale(root, folder, items, fs, layout);
  return { folder: relative(root, folder), files: written };
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Whether `path` is a regular file, reached without links, with this content. */
async function holds(root: string, path: string, sha: string, cache: StatCache): Promise<boolean> {
  for (let at = dirname(path); at !== root; at = dirname(at)) if (!lstat(at)?.isDirectory) return false;
  if (!lstat(path)?.isFile) return false;
  return (await cache.hash(path)).sha256 === sha;
}

/** Makes every folder between root and `folder` a real one: a link or file in its place is removed, not followed. */
function realFolders(root: string, folder: string, fs: StoreFs): void {
  const parts = relative(root, folder).split(sep);
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    const info = lstat(at);
    if (info?.isDirectory) continue;
    if (info !== undefined) Deno.removeSync(at);
    fs.makeDir(at);
  }
}

/** Removes what an earlier publication put here, remembers what this one did. */
function removeStale(root: string, folder: string, items: Item[], fs: StoreFs, layout: Layout): void {
  const list = join(layout.base, "published", `${sha256(relative(root, folder)).slice(0, 16)}.json`);
  const now = items.map((i) => i.path).sort();
  let before: unknown;
  try {
    before = JSON.parse(Deno.readTextFileSync(list));
  } catch {
    before = [];
  }
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  for (const path of Array.isArray(before) ? before : []) {
    const safe = typeof path === "string" && !path.split("/").includes("..") && !now.includes(path);
    if (safe && lstat(join(folder, path))?.isFile) fs.remove(join(folder, path));
  }
  fs.writeWhole(list, JSON.stringify(now));
}
