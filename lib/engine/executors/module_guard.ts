/**
 * Keeps a user's step to the code that its key knows. Deno asks for the permission to read a file that a computed import
 * names, but for none to load a package that lies in its cache, or to start a worker.
 */
import * as nodeModule from "node:module";
import { filePath } from "../system/file_url.ts";

/** The code that a step may load. */
export interface KnownCode {
  /** Absolute paths of its modules, and of what they import as data. */
  files: readonly string[];
  /** Its packages, as `name@version`, with all that they depend on. */
  packages: readonly string[];
  /** Folder of downloaded packages. */
  packageCache: string;
}

/** Loader hooks, as Node has them; Deno's types lack them. */
type Load = (url: string, context: unknown, next: (url: string, context: unknown) => unknown) => unknown;
const { registerHooks } = nodeModule as unknown as { registerHooks(hooks: { load: Load }): void };

/** Refuses, from now on, every other module of this thread, and workers of other modules. */
export function guardModules(code: KnownCode): void {
  const files = new Set(code.files);
  const packages = new Set(code.packages.map((id) => id.replace(/(?<=.)@.*$/, "")));
  const check = (url: string): void => {
    if (url.startsWith("file:")) {
      const path = filePath(url);
      if (files.has(path) || path.startsWith(code.packageCache)) return;
      throw new Deno.errors.NotCapable(`Requires read access to ${JSON.stringify(path)}`);
    }
    const name = packageOf(url);
    if (name === undefined || packages.has(name) || code.packages.includes(url)) return;
    throw new Deno.errors.NotCapable(`Requires import access to ${JSON.stringify(name)}`);
  };
  registerHooks({
    load(url, context, next) {
      check(url);
      return next(url, context);
    },
  });
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      if (URL.canParse(url)) check(String(url));
      super(url, options);
    }
  };
}

/** The package of a specifier or of a module of a registry; undefined for what lies in the text of its importer. */
function packageOf(url: string): string | undefined {
  const found = /^(?:npm:|jsr:|https:\/\/jsr\.io)\/?((?:@[^/]+\/)?[^@/]+)/.exec(url)?.[1];
  return found ?? (/^https?:/.test(url) ? url : undefined);
}
