/**
 * Copies outputs into plain folders for people and other tools. Files are copied, never linked: editing a published
 * file must not reach the store. Each file replaces its old version by rename; files that were published before and
 * are no longer part of the output go away, files of others stay.
 */
import { dirname, join, relative, resolve, sep } from "../system/path.ts";
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import { sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { StatCache } from "../key/stat_cache.ts";
import type { Layout } from "../system/layout.ts";
import { lock } from "../system/lock.ts";

/**
 * The folder of a task's publication, absolute. Cells of a matrix get a folder each.
 *
 * @throws InputError when it would lie outside the root or inside the store.
 */
function publishFolder(root: string, task: Task): string {
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
  const old = async () => {
    const found: Item[] = [];
    for (const item of items) {
      if (!await holds(root, join(folder, item.path), item.sha256, cache)) found.push(item);
    }
    return found;
  };
  const name = sha256(relative(root, folder)).slice(0, 16);
  const list = join(layout.base, "published", `${name}.json`);
  const shown = { folder: relative(root, folder), files: 0 };
  if ((await old()).length === 0 && isListed(items, list)) return shown;
  using _ = await lock(layout.lock(`publish-${name}`));
  // Looked at again: another run may have published here meanwhile, and a mixture of two results is none.
  const files = await old();
  for (const item of files) replaceFile(root, item.from, join(folder, item.path), fs);
  removeStale(folder, items, fs, list);
  return { ...shown, files: files.length };
}

/** The temporary name is always the same: what a run that died left behind is overwritten by the next. */
function replaceFile(root: string, from: string, to: string, fs: StoreFs): void {
  const temporary = `${to}.motiflow-tmp`;
  realFolders(root, dirname(to), fs);
  fs.remove(temporary);
  fs.copy(from, temporary);
  fs.chmod(temporary, isScript(temporary) ? 0o755 : 0o644);
  if (lstat(to)?.isDirectory) fs.remove(to);
  fs.rename(temporary, to);
}

/** Whether a file begins with `#!`: the store keeps no modes, and a script without its bit is of little use. */
function isScript(path: string): boolean {
  using file = Deno.openSync(path);
  const head = new Uint8Array(2);
  return file.readSync(head) === 2 && head[0] === 0x23 && head[1] === 0x21;
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

function pathsOf(items: Item[]): string[] {
  return items.map((i) => i.path).sort();
}

/** What the last publication to the folder put there; empty where that is not known. */
function listed(list: string): unknown[] {
  try {
    const before = JSON.parse(Deno.readTextFileSync(list));
    return Array.isArray(before) ? before : [];
  } catch {
    return [];
  }
}

function isListed(items: Item[], list: string): boolean {
  return JSON.stringify(listed(list)) === JSON.stringify(pathsOf(items));
}

/** Removes what an earlier publication put here, remembers what this one did. */
function removeStale(folder: string, items: Item[], fs: StoreFs, list: string): void {
  if (isListed(items, list)) return;
  const now = pathsOf(items);
  for (const path of listed(list)) {
    const safe = typeof path === "string" && !path.split("/").includes("..") && !now.includes(path);
    if (safe && lstat(join(folder, path))?.isFile) fs.remove(join(folder, path));
  }
  fs.writeWhole(list, JSON.stringify(now));
}
