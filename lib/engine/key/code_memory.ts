/**
 * Code ids of earlier runs, so that a run whose code is as it was follows no module: a step of the program reaches
 * hundreds of them.
 *
 * Code is as it was when every file that was looked at for its id has the stat that it had, by the rules by which hashes
 * of input files are used again (`stat_cache.ts`), and where no file was there is none now. A step whose
 * names or packages come from a `deno.json` of the project's own is not kept. Without this file all code is followed
 * again, which is always right.
 */
import { isAbsolute } from "../../path.ts";
import { readCode } from "../store/code_store.ts";
import type { StoreFs } from "../system/fs.ts";
import type { Layout } from "../system/layout.ts";
import { programRoot } from "../system/program.ts";
import { readWhole } from "../system/read_whole.ts";
import { seal, unseal } from "../system/seal.ts";
import { look, type Stat, statWidth, unchanged } from "../system/stat.ts";
import type { Code, CodeIds } from "./code_id.ts";
import { codeName, type LoadedFiles } from "./loaded_files.ts";
import type { StatCache } from "./stat_cache.ts";

/** Raised when {@linkcode CodeIds} takes anything else for code. */
const version = 1;

/** What is kept of one step's code; files by their number. */
interface KeptCode {
  id: string;
  files: number[];
  /** All that was looked at of its code, in that order: folders as well. */
  looked: number[];
  beside: number[];
  /** Paths where nothing was; those at which code was looked for come first. */
  absent: string[];
  missing: number;
  outside: string[];
  unseen: string[];
  basics: boolean;
}

interface Kept {
  version: typeof version;
  program: string;
  /** Those of the program start at its root. */
  names: string[];
  /** `statWidth` numbers for each name. */
  stats: number[];
  /** By {@linkcode codeName}. */
  codes: Record<string, KeptCode>;
}

/** Code ids of one state of the sources, as {@linkcode CodeIds} computes them. */
export class CodeMemory {
  readonly #layout: Layout;
  readonly #root: string;
  readonly #cache: StatCache;
  readonly #kept: Kept;
  /** By number of a file: whether it is as it was, where that was looked at. */
  readonly #same: (boolean | undefined)[] = [];
  readonly #recalled = new Map<string, Promise<Code>>();
  readonly #computed = new Map<string, Code>();
  #codes: Promise<CodeIds> | undefined;

  constructor(layout: Layout, root: string, cache: StatCache) {
    [this.#layout, this.#root, this.#cache] = [layout, root, cache];
    this.#kept = read(layout.codeIds) ?? { version, program: programRoot, names: [], stats: [], codes: {} };
  }

  /** @param module File URL of a step's module. */
  async of(module: string, loaded: LoadedFiles = {}): Promise<Code> {
    const which = codeName(module, loaded);
    const known = this.#recalled.get(which) ?? this.#recall(which, module);
    if (known !== undefined) return known;
    const code = await (await this.#open()).of(module, loaded);
    this.#computed.set(which, code);
    return code;
  }

  #open(): Promise<CodeIds> {
    return this.#codes ??= import("./code_id.ts").then(({ CodeIds }) => new CodeIds(this.#root, this.#cache));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#codes)?.[Symbol.asyncDispose]();
  }

  #recall(which: string, module: string): Promise<Code> | undefined {
    const kept = this.#keptOf(which);
    // What the id stands for is told by the store.
    if (kept === undefined || !look(this.#layout.codeOf(kept.id))) return undefined;
    const basics = async () => await (await this.#open()).basicsOf(module);
    const code = Promise.resolve(recalled(kept, this.#kept, this.#layout, basics));
    this.#recalled.set(which, code);
    return code;
  }

  /** What is kept of a step, where its code is as it was. */
  #keptOf(which: string): KeptCode | undefined {
    const { codes } = this.#kept;
    const kept = Object.hasOwn(codes, which) ? codes[which]! : undefined;
    if (kept === undefined) return undefined;
    const { looked, beside, absent } = kept;
    const same = [looked, beside].every((list) => list.every((file) => this.#isSame(file)));
    return same && !absent.some((path) => look(path)) ? kept : undefined;
  }

  #isSame(file: number): boolean {
    return this.#same[file] ??= look(...placeOf(this.#kept.names[file]!)) &&
      unchanged(this.#kept.stats, statWidth * file);
  }

  /** Keeps what was computed, where that can be relied upon later, beside what is still true of other steps. */
  save(fs: StoreFs): void {
    const found = [...this.#computed].filter(([, code]) => lasts(code));
    this.#computed.clear();
    if (found.length === 0) return;
    const written = new Writer();
    for (const which in this.#kept.codes) {
      const kept = this.#keptOf(which);
      if (kept !== undefined) {
        written.add(which, kept, (file) => [this.#kept.names[file]!, statAt(this.#kept, file)]);
      }
    }
    for (const [which, code] of found) written.addCode(which, code);
    fs.writeWhole(this.#layout.codeIds, seal(JSON.stringify(written.kept)));
  }
}

/** Code as its memory has it. What only a step that runs is asked for is put together when it is. */
function recalled(kept: KeptCode, table: Kept, layout: Layout, basics: () => Promise<string>): Code {
  let files: string[] | undefined;
  let stats: Code["stats"] | undefined;
  let parts: ReturnType<typeof readCode>;
  const pathOf = (file: number) => {
    const [name, , start] = placeOf(table.names[file]!);
    return start + name;
  };
  const stored = () => parts ??= readCode(layout, kept.id) ?? { modules: {}, packages: {} };
  return {
    id: kept.id,
    outside: new Set(kept.outside),
    unseen: kept.unseen,
    ...(kept.basics ? { basics } : {}),
    get files() {
      return files ??= kept.files.map(pathOf);
    },
    get stats() {
      return stats ??= new Map<string, Stat | null>([
        ...kept.looked.map((file): [string, Stat] => [pathOf(file), statAt(table, file)]),
        ...kept.absent.slice(0, kept.missing).map((path): [string, null] => [path, null]),
      ]);
    },
    get beside() {
      const rows = kept.beside.map((file): [string, Stat] => [pathOf(file), statAt(table, file)]);
      return { stats: new Map(rows), absent: kept.absent };
    },
    get modules() {
      return stored().modules;
    },
    get packages() {
      return stored().packages;
    },
    get parts() {
      return stored().parts ?? {};
    },
  };
}

/** Whether all that code follows from is known, and old enough to be known again by its stat. */
function lasts({ stats, beside }: Code): boolean {
  if (beside === undefined) return false;
  const absent = new Set(beside.absent);
  return [...stats, ...beside.stats].every(([path, stat]) => stat !== null || absent.has(path));
}

/** Puts codes together whose files are largely the same. */
class Writer {
  readonly kept: Kept = { version, program: programRoot, names: [], stats: [], codes: {} };
  readonly #numbers = new Map<string, number>();

  addCode(which: string, { id, files, stats, beside, outside, unseen, basics }: Code): void {
    const missing = [...stats].filter(([, stat]) => stat === null).map(([path]) => path);
    const number = (path: string, stat: Stat | null) => this.#number(nameOf(path), stat!);
    this.kept.codes[which] = {
      id,
      files: files.map((path) => number(path, stats.get(path)!)),
      looked: [...stats].filter(([, stat]) => stat !== null).map(([path, stat]) => number(path, stat)),
      beside: [...beside!.stats].map(([path, stat]) => number(path, stat)),
      absent: [...new Set([...missing, ...beside!.absent])],
      missing: missing.length,
      outside: [...outside],
      unseen,
      basics: basics !== undefined,
    };
  }

  /** @param row Name and stat of a number in `kept`. */
  add(which: string, kept: KeptCode, row: (file: number) => [name: string, stat: Stat]): void {
    const renumbered = (list: number[]) => list.map((file) => this.#number(...row(file)));
    const { files, looked, beside } = kept;
    this.kept.codes[which] = {
      ...kept,
      files: renumbered(files),
      looked: renumbered(looked),
      beside: renumbered(beside),
    };
  }

  /** A file that was edited between two looks stands there twice. */
  #number(name: string, stat: Stat): number {
    const row = `${name}\n${stat}`;
    let number = this.#numbers.get(row);
    if (number === undefined) {
      this.#numbers.set(row, number = this.kept.names.push(name) - 1);
      this.kept.stats.push(...stat);
    }
    return number;
  }
}

/** Files of the program are named from its root. */
function nameOf(path: string): string {
  return path.startsWith(programRoot) ? path.slice(programRoot.length) : path;
}

/** Arguments of `look` for a name. */
function placeOf(name: string): [path: string, follow: true, start: string] {
  return [name, true, isAbsolute(name) ? "" : programRoot];
}

function statAt({ stats }: Kept, file: number): Stat {
  return stats.slice(statWidth * file, statWidth * (file + 1)) as Stat;
}

function read(path: string): Kept | undefined {
  try {
    const kept: Kept = JSON.parse(unseal(readWhole(path)));
    return kept.version === version && kept.program === programRoot ? kept : undefined;
  } catch {
    // Missing or damaged.
    return undefined;
  }
}
