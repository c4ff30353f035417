/** The page of a package: this program's own stream as modules that a browser loads, and the runtime that they need. */
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type PackageFile, textFile } from "../../package_files.ts";
import { pageRooms } from "./page_rooms.ts";

const lib = fileURLToPath(new URL("../../../", import.meta.url));
const entry = fileURLToPath(new URL("./page.ts", import.meta.url));

/** Files of onnxruntime-web that a page without threads on WebAssembly loads. */
const runtimeFiles = [
  "ort.wasm.min.mjs",
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
];

/** A whole statement at the beginning of a line, as this program is formatted; examples in comments are none. */
const importStatement = /^(?:import|export)\b[^"'=();]*\bfrom\s*"([^"\n]+)";$/gm;

/** Everything below `web/` that is made rather than copied, and the version of the runtime. */
export async function pageFiles(): Promise<{ files: PackageFile[]; runtime: string }> {
  const dist = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  const { version } = JSON.parse(await Deno.readTextFile(join(dist, "..", "package.json")));
  return { files: [...await modules(), ...await runtime(dist)], runtime: version };
}

/** The page's modules and all that they import, types taken out; each at `web/modules/` and its place in `lib/`. */
async function modules(): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  const wanted = [entry];
  for (const path of wanted) {
    const code = stripTypeScriptTypes(await Deno.readTextFile(path)).replace(/[ \t]+$/gm, "");
    const linked = code.replace(importStatement, (statement, specifier: string) => {
      if (!/^\.{1,2}\/.*\.ts$/.test(specifier)) {
        throw new Error(`${relative(lib, path)} takes ${specifier}, which no browser has`);
      }
      const module = join(dirname(path), specifier);
      if (!wanted.includes(module)) wanted.push(module);
      return statement.replace(specifier, specifier.replace(/ts$/, "js"));
    });
    if (path !== join(lib, "errors.ts") && !pageRooms.some((room) => path.startsWith(room + "/"))) {
      throw new Error(`${relative(lib, path)} is in no room that the page is made of`);
    }
    const place = relative(lib, path).replaceAll("\\", "/").replace(/ts$/, "js");
    files.push(textFile(`web/modules/${place}`, linked, "example"));
  }
  return files;
}

async function runtime(folder: string): Promise<PackageFile[]> {
  return await Promise.all(runtimeFiles.map(async (name): Promise<PackageFile> => ({
    path: `web/runtime/${name}`,
    bytes: await Deno.readFile(join(folder, name)),
    role: "example",
  })));
}
