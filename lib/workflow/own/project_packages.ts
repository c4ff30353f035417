/**
 * Packages of the user's project. Steps run with the program's import map and locked packages; where the project's own
 * `deno.json` names more, or a step names a package that the program does not lock, they run with a configuration that
 * holds both. It lies in the store with a lock file of its own, so that the program's is never written to, and whatever
 * Deno resolves once stays as it is and can be part of the step's key.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sha256 } from "../../artifacts/sha256.ts";
import { absoluteImports } from "../../text/import_map.ts";

const program = new URL("../../../", import.meta.url);

/** Parts of `deno.json` that matter here. */
interface Config {
  name?: string;
  exports?: Record<string, string>;
  imports?: Record<string, string>;
  compilerOptions?: unknown;
  unstable?: unknown;
  nodeModulesDir?: string;
}

/** Texts by name. */
type Names = Readonly<Record<string, string>>;

/** The configuration for the steps of one project. */
export class ProjectPackages {
  /** Path of the project's `deno.json`; undefined where it has none, or is the program itself. */
  readonly file: string | undefined;
  readonly #configs = new Map<boolean, Promise<string>>();
  #given: Record<string, string> | undefined;

  /** @param module File URL of a user's step. @param root The project's. */
  constructor(module: string, readonly root: string) {
    const found = nearestConfig(dirname(fileURLToPath(module)));
    this.file = found === fileURLToPath(new URL("deno.json", program)) ? undefined : found;
  }

  /** Whether the project gives a name another meaning than the program does. */
  get differs(): boolean {
    if (Object.keys(this.imports).length === 0) return false;
    const imports = importsOf(read(new URL("deno.json", program)));
    return Object.entries(this.imports).some(([name, target]) =>
      Object.hasOwn(imports, name) && imports[name] !== target
    );
  }

  /**
   * Path of the configuration for processes, beside its lock file; made where it is not there yet.
   *
   * @param basics Whether the program's name stands for `lib/basics.ts` alone.
   */
  config(basics = false): Promise<string> {
    let config = this.#configs.get(basics);
    if (config === undefined) this.#configs.set(basics, config = this.#make(basics));
    return config;
  }

  /** The project's import map. */
  get imports(): Record<string, string> {
    if (this.#given !== undefined) return this.#given;
    if (this.file === undefined) return this.#given = {};
    const url = pathToFileURL(this.file);
    return this.#given = absoluteImports(read(url)?.imports ?? {}, url);
  }

  async #make(basics: boolean): Promise<string> {
    const config = read(new URL("deno.json", program)) ?? {};
    const { name = "", exports = {}, compilerOptions, unstable, nodeModulesDir } = config;
    const imports = importsOf(config);
    // Where npm installed the program, npm installs packages of projects as well, and Deno fetches none.
    const byNpm = nodeModulesDir === "manual";
    const own = Object.entries(exports).map(([part, path]) => [name + part.slice(1), path]);
    if (basics) own.push([name, "./lib/basics.ts"]);
    const text = JSON.stringify({
      imports: { ...imports, ...this.imports, ...absoluteImports(Object.fromEntries(own), program) },
      scopes: { [program.href]: imports },
      compilerOptions,
      unstable,
      nodeModulesDir: byNpm ? "manual" : "none",
      lock: byNpm ? false : "./deno.lock",
    });
    const links: Names = byNpm ? { node_modules: fileURLToPath(new URL("node_modules", program)) } : {};
    const locks = [new URL("deno.lock", program)];
    if (this.file !== undefined) locks.unshift(new URL("deno.lock", pathToFileURL(this.file)));
    const lock = JSON.stringify(joined(locks.map((url) => read(url) ?? {})));
    const files = { "deno.json": text, "deno.lock": lock };
    const id = (await sha256(new TextEncoder().encode(text + lock))).slice(0, 16);
    // Looking at a project, as `plan` does, writes nothing into it where only the program's own modules are wanted.
    const ours = Object.entries(this.imports).every(([name, target]) => imports[name] === target);
    return join(inStore(this.root, id, files, links, !(basics && ours)) ?? aside(files, links), "deno.json");
  }
}

/** The nearest `deno.json` at or above a folder; undefined where there is none. */
function nearestConfig(folder: string): string | undefined {
  for (let at = folder;; at = dirname(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      try {
        if (Deno.statSync(join(at, name)).isFile) return join(at, name);
      } catch {
        // Not there.
      }
    }
    if (dirname(at) === at) return undefined;
  }
}

/** The program's import map. */
function importsOf(config: { imports?: Record<string, string> } | undefined): Record<string, string> {
  return absoluteImports(config?.imports ?? {}, program);
}

/** Lock files in one; later ones count. What workspaces depend on is left to Deno to find. */
function joined(locks: Record<string, any>[]): Record<string, unknown> {
  const whole: Record<string, any> = {};
  for (const { workspace: _, ...lock } of locks) {
    for (const [part, value] of Object.entries(lock)) {
      whole[part] = typeof value === "object" ? { ...whole[part], ...value } : value;
    }
  }
  return whole;
}

/**
 * Writes files into a folder of the store, whole or not at all; undefined where nobody may.
 *
 * @param begin Whether the store may begin with them.
 */
function inStore(
  root: string,
  id: string,
  files: Names,
  links: Names,
  begin: boolean,
): string | undefined {
  const store = join(root, ".motiflow");
  const folder = join(store, "steps", `packages-${id}`);
  try {
    if (Deno.statSync(folder).isDirectory) return folder;
  } catch {
    // Not made yet.
  }
  try {
    if (!begin) Deno.statSync(store);
    Deno.mkdirSync(dirname(folder), { recursive: true });
    const draft = Deno.makeTempDirSync({ dir: dirname(folder), prefix: "draft-" });
    write(draft, files, links);
    try {
      Deno.renameSync(draft, folder);
    } catch {
      // Another process was faster, with the same content.
      Deno.removeSync(draft, { recursive: true });
    }
    return folder;
  } catch {
    return undefined;
  }
}

/** Writes files for this process alone. */
function aside(files: Names, links: Names): string {
  const folder = Deno.makeTempDirSync({ prefix: "motiflow-packages-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  write(folder, files, links);
  return folder;
}

function write(folder: string, files: Names, links: Names): void {
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(join(folder, name), text);
  for (const [name, target] of Object.entries(links)) {
    Deno.symlinkSync(target, join(folder, name), { type: "junction" });
  }
}

/** JSON with comments, as Deno takes it; undefined where there is none that can be read. */
function read(url: URL): Config | undefined {
  try {
    const text = Deno.readTextFileSync(url);
    const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/.*|\/\*[\s\S]*?\*\//g, "$1")
      .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1");
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}
