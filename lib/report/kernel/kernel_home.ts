/**
 * The folder that a kernel starts in. Deno's kernel takes its configuration from there and has no option for another,
 * and neither the program's folder nor the user's may be written to.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { absoluteImports } from "../../text/import_map.ts";

const program = new URL("../../../", import.meta.url);
/** What the program imports by a path below a package's name. */
export const packageParts: readonly string[] = [
  "read-excel-file/universal",
  "spdx-license-ids/deprecated.json",
  "spdx-license-ids/index.json",
];
/** Folders below the private one, so that `../` of a notebook can be told from anything else that lies above. */
const depth = 12;

/**
 * Makes the folder below `scratch`. Modules imported from there resolve as from `cwd`, `motiflow` and `motiflow/report`
 * are the program, packages are those of the project's `deno.json` first and then the program's; what the program
 * imports is always its own.
 *
 * @returns The folder.
 */
export async function kernelHome(scratch: string, cwd: string): Promise<string> {
  const top = join(await Deno.realPath(scratch), `kernel-${crypto.randomUUID()}`);
  const home = join(top, ...Array.from({ length: depth }, (_, i) => String(i)));
  await Deno.mkdir(home, { recursive: true });
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", program)));
  const own: Record<string, string> = installedByNpm(config)
    ? Object.fromEntries([...Object.keys(config.imports), ...packageParts].flatMap(installed))
    : absoluteImports(config.imports, program);
  for (const [name, path] of Object.entries<string>(config.exports)) {
    own[config.name + name.slice(1)] = new URL(path, program).href;
  }
  const relative: Record<string, string> = {};
  for (let here = home, there = cwd, up = "./";; here = dirname(here), there = dirname(there)) {
    relative[up] = pathToFileURL(there).href.replace(/\/?$/, "/");
    if (here === top || dirname(there) === there) break;
    up = up === "./" ? "../" : `${up}../`;
  }
  await Deno.writeTextFile(
    join(home, "deno.json"),
    JSON.stringify({
      nodeModulesDir: config.nodeModulesDir,
      imports: { ...own, ...await projectImports(cwd), ...relative },
      scopes: { [program.href]: own },
    }),
  );
  // A copy: the kernel may add what the project imports.
  await Deno.copyFile(fileURLToPath(new URL("deno.lock", program)), join(home, "deno.lock"));
  return home;
}

/** Whether packages come from a `node_modules` beside the program, which nothing in the kernel's folder leads to. */
function installedByNpm({ nodeModulesDir }: { nodeModulesDir: string }): boolean {
  return nodeModulesDir === "manual";
}

/** Where npm put a package, or a part of one; nothing where a package exports nothing under that name. */
function installed(specifier: string): [specifier: string, url: string][] {
  try {
    return [[specifier, import.meta.resolve(specifier)]];
  } catch {
    return [];
  }
}

/** The import map of the nearest `deno.json` at or above a folder, with absolute targets; none where there is none. */
async function projectImports(folder: string): Promise<Record<string, string>> {
  for (let at = folder;; at = dirname(at)) {
    try {
      const { imports = {} } = JSON.parse(await Deno.readTextFile(join(at, "deno.json")));
      return absoluteImports(imports, pathToFileURL(join(at, "deno.json")));
    } catch (error) {
      if (error instanceof SyntaxError) return {};
    }
    if (dirname(at) === at) return {};
  }
}
