/** Which files a running workflow has to be run again for. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cutPattern } from "./search/glob.ts";
import type { Workplan } from "./workplan.ts";

/** Which paths matter to a workflow. */
export class WatchedPlaces {
  readonly #workflow: string;
  readonly #root: string;
  readonly #program: string;
  readonly #params: readonly string[];
  #published: string[] = [];
  #data: string[] = [];
  #files = new Set<string>();
  /** Whether nothing is known of the workflow's other files, since it could not be checked. */
  #unchecked = true;

  /** @param params Files of params. */
  constructor(workflow: string, root: string, program: string, params: readonly string[] = []) {
    [this.#workflow, this.#root, this.#program, this.#params] = [workflow, root, program, params];
  }

  /** The workflow is checked anew: until it is a plan, the repair of a mistake may lie in any file that it includes. */
  forget(): void {
    this.#unchecked = true;
  }

  /**
   * Learns from a plan; returns the folders that lie outside the root.
   *
   * @param code Files and folders of the steps' code.
   */
  take(plan: Workplan, code: readonly string[] = []): string[] {
    const { tasks, fragments = [] } = plan;
    const fixed = (pattern: string) => {
      // Only the user's own part of a path has wildcards.
      const { fixed, wild } = cutPattern(pattern);
      return wild.length === 0 ? resolve(this.#root, pattern) : resolve(this.#root, fixed);
    };
    const ofUser = tasks.filter(({ module }) => outside(this.#program, fileURLToPath(module)));
    const opened = ofUser.flatMap(({ permissions }) => permissions.read ?? []);
    const data = tasks.flatMap(({ files }) =>
      files.flatMap(({ pattern, opened }) => opened === true ? [] : [fixed(pattern)])
    );
    this.#unchecked = false;
    this.#published = unique(tasks.flatMap(({ publish }) => publish ?? []).map((p) => join(this.#root, p)));
    this.#data = unique([...data, ...opened.map((path) => resolve(this.#root, path))]);
    this.#files = new Set([...code, ...fragments.map(({ path }) => path), ...this.#params]);
    const far = [...this.#data, ...this.#files].filter((path) =>
      outside(this.#root, path) && outside(this.#program, path)
    );
    return unique(far.map((path) => isFolder(path) ? path : dirname(path)));
  }

  /** Whether a change there may change a result. */
  matter(path: string): boolean {
    if (path === this.#workflow || this.#files.has(path)) return true;
    if (/[\\/](\.motiflow|\.git|node_modules)([\\/]|$)/.test(path)) return false;
    if (this.#published.some((folder) => !outside(folder, path))) return false;
    if (this.#data.some((place) => !outside(place, path))) return true;
    // A file of a folder that the code names by `new URL("folder/", import.meta.url)`.
    if (this.#files.has(dirname(path))) return true;
    const ours = !outside(this.#root, path) || !outside(this.#program, path);
    if (ours && this.#unchecked && /\.ya?ml$/.test(path)) return true;
    return ours && /(\.[cm]?[jt]sx?|[\\/]deno\.(jsonc?|lock))$/.test(path);
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function unique(paths: string[]): string[] {
  return [...new Set(paths)];
}

/** Whether a path does not lie in a folder. */
export function outside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.startsWith("..") || isAbsolute(way);
}
