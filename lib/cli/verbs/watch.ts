/** `run --watch`: run again whenever the workflow, its data or its code changes; a run that is overtaken is stopped. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Workplan } from "../../workflow/workplan.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import type { RunFlags, Watching } from "./run_plan.ts";
import { err } from "../terminal/terminal.ts";
import { projectRoot, userPath } from "../paths.ts";

/** Quiet time after a change before the next run: editors write several times. */
const DEBOUNCE = 200;

/** Runs until interrupted. */
export async function watch(
  file: string,
  options: RunFlags,
  run: (file: string, options: RunFlags, watching: Watching) => Promise<void>,
): Promise<void> {
  const workflow = resolve(userPath(file));
  const root = await projectRoot(options.root, dirname(workflow));
  const program = fileURLToPath(new URL("../../", import.meta.url));
  const places = new Places(workflow, root, program);
  const changes = new Changes((path) => places.matter(path));
  changes.follow(root);
  if (outside(root, program)) changes.follow(program);
  if (outside(root, workflow)) changes.follow(dirname(workflow));
  for (let first = true;; first = false) {
    const superseded = new AbortController();
    const change = changes.next().then(() => superseded.abort());
    try {
      await run(file, options, {
        superseded: superseded.signal,
        onPlan: (plan) => places.take(plan).forEach((folder) => changes.follow(folder)),
      });
    } catch (error) {
      // A failed or broken run is no reason to stop: the next change may be its repair. Editors that save by renaming
      // make the file vanish for a moment.
      const ends = error instanceof Exit ? error.code === exitCodes.interrupted : first;
      if (ends) throw error;
      if (!(error instanceof Exit)) err(`error: ${error instanceof Error ? error.message : error}`);
    }
    if (!superseded.signal.aborted) err("watching for changes; Ctrl-C ends");
    await change;
    err("");
  }
}

/** Which paths matter to a workflow. */
export class Places {
  readonly #workflow: string;
  readonly #root: string;
  readonly #program: string;
  #published: string[] = [];
  #data: string[] = [];

  constructor(workflow: string, root: string, program: string) {
    [this.#workflow, this.#root, this.#program] = [workflow, root, program];
  }

  /** Learns from a plan; returns the folders that lie outside the root. */
  take(plan: Workplan): string[] {
    const published = plan.tasks.flatMap((t) => t.publish === undefined ? [] : [join(this.#root, t.publish)]);
    const data = plan.tasks.flatMap((t) => t.files.map((f) => fixedPart(resolve(this.#root, f.pattern))));
    this.#published = [...new Set(published)];
    this.#data = [...new Set(data)];
    return this.#data.filter((path) => outside(this.#root, path)).map(dirname);
  }

  /** Whether a change there may change a result. */
  matter(path: string): boolean {
    if (path === this.#workflow) return true;
    if (/[\\/](\.motiflow|\.git|node_modules)([\\/]|$)/.test(path)) return false;
    if (this.#published.some((folder) => !outside(folder, path))) return false;
    if (this.#data.some((place) => !outside(place, path))) return true;
    const ours = !outside(this.#root, path) || !outside(this.#program, path);
    return ours && /(\.[cm]?[jt]sx?|[\\/]deno\.(jsonc?|lock))$/.test(path);
  }
}

/** The part of a glob before its first wildcard's folder. */
function fixedPart(pattern: string): string {
  const wild = pattern.search(/[*?[{]/);
  return wild === -1 ? pattern : dirname(pattern.slice(0, wild) + "x");
}

function outside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.startsWith("..") || isAbsolute(way);
}

/** Changes of files, bundled. */
class Changes {
  readonly #matters: (path: string) => boolean;
  readonly #followed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(matters: (path: string) => boolean) {
    this.#matters = matters;
  }

  /** Listens to a folder and all below it. */
  follow(folder: string): void {
    if (this.#followed.has(folder)) return;
    this.#followed.add(folder);
    void this.#listen(folder);
  }

  async #listen(folder: string): Promise<void> {
    try {
      for await (const event of Deno.watchFs(folder)) {
        if (event.kind === "access" || event.kind === "other") continue;
        if (!event.paths.some((path) => this.#matters(path))) continue;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#changed.resolve(), DEBOUNCE);
      }
    } catch (error) {
      // A folder of data that is not there (any more) keeps no other from being followed; the next run tries again.
      this.#followed.delete(folder);
      err(`warning: cannot follow ${folder}: ${(error as Error).message}`);
    }
  }

  /** The next change from now on. */
  next(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }
}
