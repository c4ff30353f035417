/**
 * What lies where a task wants to publish: what an earlier publication put there, what a person changed since, and
 * what is nobody's but theirs. Nothing here writes.
 */
import { basename, dirname, join, relative, resolve, sep } from "../../path.ts";
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import { sha256 } from "../system/canonical_json.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { StatCache } from "../key/stat_cache.ts";
import type { Layout } from "../system/layout.ts";

/**
 * The folder of a task's publication, absolute. Cells of a matrix get a folder each.
 *
 * @throws InputError when it would lie outside the root or inside the store.
 */
export function publishFolder(root: string, task: Task): string {
  const cell = Object.entries(task.cell).map(([k, v]) =>
    `${k}=${typeof v === "string" ? v : JSON.stringify(v)}`
  );
  const name = shortened(cell.join(",").replaceAll(/[/\\\0]/g, "_"));
  const folder = resolve(root, task.publish!, name === "" ? "." : name);
  const below = relative(root, folder);
  if (below === "" || !isBelow(root, folder) || task.publish!.includes("\0")) {
    throw cannotPublish(task, "it is not a folder inside the project");
  }
  if (below.split(sep)[0] === ".motiflow") throw cannotPublish(task, ".motiflow belongs to the store");
  return folder;
}

/** Bytes of a cell's folder name; a file system takes 255, of which names made of it need some. */
const longestName = 200;

function shortened(name: string): string {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= longestName) return name;
  const start = new TextDecoder().decode(bytes.subarray(0, longestName - 13)).replace(/\ufffd+$/, "");
  return `${start}~${sha256(name).slice(0, 12)}`;
}

/** @param hint What the user can do about it. */
export function cannotPublish(task: Task, why: string, hint?: string): InputError {
  return new InputError(`Cannot publish to ${task.publish}: ${why}`, {
    file: task.location.file,
    row: task.location.line,
    ...(hint === undefined ? {} : { hint }),
  });
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way;
}

/** One file to publish. */
export interface Item {
  path: string;
  /** Of the store. */
  output: StoredOutput;
  file: string;
  sha256: string;
}

/** The files of all outputs; several ports get a folder each. */
export function itemsOf(outputs: Record<string, StoredOutput>): Item[] {
  const ports = Object.entries(outputs);
  return ports.flatMap(([port, output]) =>
    output.files.map((file) => ({
      path: ports.length === 1 ? file.path : `${port}/${file.path}`,
      output,
      file: file.path,
      sha256: file.sha256,
    }))
  );
}

/** What was published to a folder last, as it is kept in the store. */
export interface Published {
  version: 2;
  /** Relative to the root. */
  folder: string;
  /** The workflow file. */
  by: string;
  /** Contents that publications gave each file; more than one while a publication is going on. */
  files: Record<string, string[]>;
}

/** Where the list of a folder's publication is kept. */
export function listOf(layout: Layout, root: string, folder: string): string {
  return join(layout.published, `${sha256(relative(root, folder)).slice(0, 16)}.json`);
}

/** The last publication; undefined where none is known. Of earlier versions the contents are not known. */
export function readPublished(list: string): Published | undefined {
  try {
    const kept = JSON.parse(Deno.readTextFileSync(list));
    const files = Array.isArray(kept)
      ? Object.fromEntries(kept.map((path) => [String(path), []]))
      : kept.files;
    for (const path of Object.keys(files)) if (path.split("/").includes("..")) delete files[path];
    return { version: 2, folder: kept.folder ?? "", by: kept.by ?? "", files };
  } catch {
    return undefined;
  }
}

/** What has to happen in a folder before a publication is whole. */
export interface Survey {
  /** The folder itself, through links. */
  folder: string;
  /** Files that are missing or old. */
  write: Item[];
  /** Published files, below the folder, that somebody changed. */
  edited: string[];
  /** Published files, below the folder, that are no longer part of it. */
  stale: string[];
}

/**
 * Looks at everything that a publication would touch.
 *
 * @throws InputError naming the first thing in the way that is not of an earlier publication.
 */
export async function survey(
  root: string,
  task: Task,
  items: readonly Item[],
  before: Published | undefined,
  cache: StatCache,
  layout: Layout,
): Promise<Survey> {
  const ways = new Ways(root, task);
  const folder = ways.to(publishFolder(root, task));
  const now = new Set(items.map(({ path }) => path));
  const found: Survey = { folder, write: [], edited: [], stale: [] };
  const listed = (path: string) =>
    before !== undefined && Object.hasOwn(before.files, path) ? before.files[path] : undefined;
  /** Whether a file has a content that a publication gave it, or that the store holds anyway. */
  const isOurs = async (at: string, known: string[]) => {
    const { sha256 } = await cache.hash(at);
    return known.includes(sha256) || lstat(layout.blob(sha256)) !== undefined;
  };
  const old = Object.keys(before?.files ?? {}).filter((path) => !now.has(path));
  for (const path of old) {
    const info = lstat(join(folder, path));
    if (info === undefined || info.isDirectory) continue;
    const ours = info.isFile && await isOurs(join(folder, path), listed(path)!);
    (ours ? found.stale : found.edited).push(path);
  }
  const leaving = new Set([...found.stale, ...found.edited].map((path) => join(folder, path)));
  for (const item of items) {
    const at = join(ways.to(dirname(join(folder, item.path)), leaving), basename(item.path));
    const info = lstat(at);
    if (info === undefined) found.write.push(item);
    else if (info.isDirectory) {
      const own = filesBelow(at).find((path) => !leaving.has(path));
      if (own !== undefined) throw inTheWay(task, root, own);
      found.write.push(item);
    } else if (!info.isFile || (await cache.hash(at)).sha256 !== item.sha256) {
      const known = listed(item.path);
      if (known === undefined) throw inTheWay(task, root, at);
      if (!info.isFile || !await isOurs(at, known)) found.edited.push(item.path);
      found.write.push(item);
    }
  }
  return found;
}

/**
 * Whether a survey found anything to do.
 *
 * @throws InputError where there is, and the folder is another workflow's: the two would replace each other's files at
 *   each run. A workflow whose file is gone was renamed, and its folder is free.
 */
export function hasWork(
  { write, edited, stale }: Survey,
  root: string,
  task: Task,
  by: string,
  before: Published | undefined,
): boolean {
  if (write.length + edited.length + stale.length === 0) return false;
  refuseOthers(root, task, by, before);
  return true;
}

function refuseOthers(root: string, task: Task, by: string, before: Published | undefined): void {
  if (before === undefined || before.by === "" || before.by === by) return;
  if (lstat(resolve(root, before.by)) === undefined) return;
  const folder = publishFolder(root, task);
  if (!Object.keys(before.files).some((path) => lstat(join(folder, path)) !== undefined)) return;
  throw cannotPublish(
    task,
    `${relative(root, folder)} holds what ${before.by} published`,
    "Publish elsewhere, or remove that folder first.",
  );
}

function inTheWay(task: Task, root: string, path: string): InputError {
  return cannotPublish(
    task,
    `${relative(root, path)} is there and is not of an earlier publication`,
    "Move it away, or publish elsewhere.",
  );
}

/** Finds the way to folders, through links inside the project. */
class Ways {
  readonly #found = new Map<string, string>();
  readonly #root: string;
  readonly #task: Task;

  constructor(root: string, task: Task) {
    [this.#root, this.#task] = [root, task];
  }

  /**
   * The real path of a folder, which need not be there yet.
   *
   * @param leaving Paths that will be out of the way.
   */
  to(folder: string, leaving?: ReadonlySet<string>): string {
    if (folder === this.#root) return folder;
    const known = this.#found.get(folder);
    if (known !== undefined) return known;
    const at = join(this.to(dirname(folder), leaving), basename(folder));
    const info = lstat(at);
    const found = info?.isSymlink
      ? this.#through(at)
      : info === undefined || info.isDirectory || leaving?.has(at)
      ? at
      : undefined;
    if (found === undefined) throw inTheWay(this.#task, this.#root, at);
    this.#found.set(folder, found);
    return found;
  }

  #through(link: string): string {
    const name = relative(this.#root, link);
    const hint = "Move the link away, or publish elsewhere.";
    let real: string;
    try {
      real = Deno.realPathSync(link);
    } catch {
      throw cannotPublish(this.#task, `${name} is a link that leads nowhere`, hint);
    }
    if (!isBelow(this.#root, real) || real === this.#root || inStore(this.#root, real)) {
      throw cannotPublish(this.#task, `${name} is a link that leads out of the project, to ${real}`, hint);
    }
    if (!lstat(real)?.isDirectory) throw inTheWay(this.#task, this.#root, link);
    return real;
  }
}

function inStore(root: string, path: string): boolean {
  return /^\.(motiflow|git)$/.test(relative(root, path).split(sep)[0]!);
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  );
}

export function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/**
 * What a run would say of a task's publication.
 *
 * @param by The workflow file.
 * @param outputs The result that it would publish; where it has yet to be made, only the way to the folder is looked at.
 */
export async function foresee(
  root: string,
  task: Task,
  by: string,
  outputs: Record<string, StoredOutput> | undefined,
  cache: StatCache,
  layout: Layout,
): Promise<{ problem?: string; edited?: string[] }> {
  if (task.publish === undefined) return {};
  try {
    const folder = publishFolder(root, task);
    const before = readPublished(listOf(layout, root, folder));
    if (outputs === undefined) {
      refuseOthers(root, task, by, before);
      await survey(root, task, [], undefined, cache, layout);
      return {};
    }
    const found = await survey(root, task, itemsOf(outputs), before, cache, layout);
    if (!hasWork(found, root, task, by, before)) return {};
    const edited = found.edited.map((path) => relative(root, join(folder, path)));
    return edited.length === 0 ? {} : { edited };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

/** Folders that a workflow published to and does not any more, where something of that is still there. */
export function leftovers(layout: Layout, root: string, by: string, tasks: readonly Task[]): string[] {
  const current = new Set(
    tasks.filter((t) => t.publish !== undefined).map((t) => listOf(layout, root, publishFolder(root, t))),
  );
  const folder = layout.published;
  if (lstat(folder) === undefined) return [];
  return [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
    .filter((list) => list.endsWith(".json") && !current.has(list))
    .map(readPublished)
    .filter((old) =>
      old?.by === by &&
      Object.keys(old.files).some((path) => lstat(join(root, old.folder, path)) !== undefined)
    )
    .map((old) => old!.folder).sort();
}
