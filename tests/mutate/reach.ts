/** Which tests import a module, directly or through others, the nearest first. */
import ts from "typescript";
import { basename, dirname, join } from "node:path/posix";
import type { Source } from "../house/exports.ts";

/** Test files by module, in the order in which they should run. */
export class Reach {
  readonly #importers = new Map<string, Set<string>>();
  readonly #sizes: Map<string, number>;

  /** @param files All modules of lib/ and tests/. */
  constructor(files: readonly Source[]) {
    this.#sizes = new Map(files.map(({ path, text }) => [path, text.length]));
    for (const { path, text } of files) {
      for (const { fileName, pos } of ts.preProcessFile(text, true, true).importedFiles) {
        if (!fileName.startsWith(".")) continue;
        // A table of loaders (registry, readers) reaches all there is; who tests one of them imports it.
        if (/=>\s*import\(\s*["']?$/.test(text.slice(Math.max(0, pos - 24), pos))) continue;
        const target = join(dirname(path), fileName);
        const importers = this.#importers.get(target);
        if (importers === undefined) this.#importers.set(target, new Set([path]));
        else importers.add(path);
      }
    }
  }

  /**
   * The test of the same place first, then those of the same name, then those of the same room, then by the number of modules in between, then the
   * shortest.
   */
  testsOf(file: string): string[] {
    const distance = new Map([[file, 0]]);
    for (const module of distance.keys()) {
      for (const importer of this.#importers.get(module) ?? []) {
        if (!distance.has(importer)) distance.set(importer, distance.get(module)! + 1);
      }
    }
    const own = basename(file, ".ts") + "_test.ts";
    const mirror = join("tests", dirname(file).split("/").slice(1).join("/"), own);
    const room = (path: string) => path.split("/")[1];
    const rank = (test: string) =>
      test === mirror
        ? -1
        : basename(test) === own
        ? 0
        : distance.get(test)! + (room(test) === room(file) ? 0 : 100);
    return [...distance.keys()].filter((path) => path.endsWith("_test.ts"))
      .sort((a, b) => rank(a) - rank(b) || this.#sizes.get(a)! - this.#sizes.get(b)!);
  }
}
