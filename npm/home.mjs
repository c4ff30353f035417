/**
 * Where Deno sees the program. Deno takes whatever lies below a `node_modules` for JavaScript, so the TypeScript of an
 * installed package cannot be started where npm put it. A folder of links in the user's cache shows the same files
 * under another path; it is made once for an installation, which may itself be read-only.
 */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const installed = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(join(installed, file), "utf8"));

/** Parts of the package that the program reads. */
const parts = ["lib", "notebooks", "hailo", "docs", "package.json", "deno.lock", "LICENSE"];

/** The folder's path; the folder is made where it is not there. */
export function programHome() {
  const { name, version, dependencies, optionalDependencies } = read("package.json");
  const packages = Object.keys({ ...dependencies, ...optionalDependencies })
    .map((name) => [join("node_modules", name), packageFolder(name)])
    .filter(([, folder]) => folder !== undefined);
  const links = [...parts.map((part) => [part, join(installed, part)]), ...packages];
  const config = configuration();
  const id = createHash("sha256").update(JSON.stringify([links, config])).digest("hex").slice(0, 12);
  return inCache(name, `${version}-${id}`, (folder) => {
    for (const [at, target] of links) {
      mkdirSync(dirname(join(folder, at)), { recursive: true });
      // Not every system lets everybody link files.
      if (statSync(target).isDirectory()) symlinkSync(target, join(folder, at), "junction");
      else copyFileSync(target, join(folder, at));
    }
    writeFileSync(join(folder, "deno.json"), JSON.stringify(config));
  });
}

/** The folder of an installed package that this one may import, as Node looks for it; undefined where there is none. */
export function packageFolder(name) {
  for (let at = installed;; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(join(folder, "package.json"))) return folder;
    if (at === dirname(at)) return undefined;
  }
}

/** What the program's `deno.json` says of running it, with npm's packages in place of Deno's own. */
function configuration() {
  const { name, version, exports, compilerOptions, unstable, imports } = read("deno.json");
  return {
    name,
    version,
    exports,
    compilerOptions,
    unstable,
    imports,
    nodeModulesDir: "manual",
    lock: false,
  };
}

function inCache(name, folder, fill) {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const cache = process.platform === "win32"
    ? LOCALAPPDATA ?? tmpdir()
    : process.platform === "darwin"
    ? join(homedir(), "Library", "Caches")
    : XDG_CACHE_HOME || join(homedir(), ".cache");
  const place = join(cache, name, folder);
  if (existsSync(join(place, "deno.json"))) return place;
  try {
    mkdirSync(dirname(place), { recursive: true });
    const made = mkdtempSync(`${place}.`);
    fill(made);
    try {
      renameSync(made, place);
    } catch {
      // Another process was faster, with the same content.
      rmSync(made, { recursive: true });
    }
    return place;
  } catch {
    // No cache that can be written: a folder for this process alone.
    const made = mkdtempSync(join(tmpdir(), `${name}-`));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    fill(made);
    return made;
  }
}
