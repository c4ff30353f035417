/** Which files a running workflow has to be run again for. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Workplan } from "./workplan.ts";

/** Which paths matter to a workflow. */
export class WatchedPlaces {
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

/** Whether a path does not lie in a folder. */
export function outside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.startsWith("..") || isAbsolute(way);
}
