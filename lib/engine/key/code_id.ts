/**
 * The code id of a step: its module, everything local that the module reaches by static and literal dynamic imports,
 * the files it names by `new URL("…", import.meta.url)`, and the locked versions of the packages on the way. Imports
 * whose specifier is computed cannot be followed; steps in this project have none.
 */
import { dirname, isAbsolute, join, relative, sep } from "../../path.ts";
import { canonicalJson, sha256 } from "../system/canonical_json.ts";
import { codeName, type LoadedFiles } from "./loaded_files.ts";
import { filePath, toFileUrl } from "../system/file_url.ts";
import { normalizeNotebook } from "./notebook_code.ts";
import { computedImport, type NormalizedModule, Normalizer } from "./normalize_module.ts";
import { OwnNames, OwnPackages } from "./own_packages.ts";
import { PackageMap, type Packages } from "./packages.ts";
import { ofProgram, ownModules, programRoot } from "../system/program.ts";
import { look, seen, settled, type Stat, unchanged } from "../system/stat.ts";
import type { StatCache } from "./stat_cache.ts";

/** What a code id stands for, as far as it is known. */
export interface CodeParts {
  modules: Record<string, string>;
  packages: Record<string, string>;
  /** Short hashes of declarations by module. */
  parts?: Record<string, Record<string, string>>;
}

/** What a code id stands for. */
export interface Code {
  id: string;
  /** Normalised hash by name: below the project `./…`, below the program `lib/…`. */
  modules: Record<string, string>;
  /** Integrity by `name@version`. */
  packages: Packages;
  /** Short hashes of each module's declarations; they explain changes and are no part of the id. */
  parts: Record<string, Record<string, string>>;
  /** What modules of the user's name beyond files: packages, and modules of the runtime. */
  outside: Set<string>;
  /** What of the code no id holds, in words: packages that nothing locks. */
  unseen: string[];
  /** Absolute paths of all files, which the step may read and which must not change while it runs. */
  files: string[];
  /** Path of the `deno.json` that a user's step runs with, where the program's does not do. */
  config?: string;
  /** The same for one that the program's would do for, and for whose tasks it would load too much; made when asked for. */
  basics?: () => Promise<string>;
  /** Stat of everything that was looked at, before it was read; null where nothing was or it is too young to tell. */
  stats: Map<string, Stat | null>;
  /** What it follows from besides; undefined where that is not known in full. */
  beside?: Surroundings | undefined;
}

/** What decides what names in code mean. */
export interface Surroundings {
  /** Files that were read, as in {@linkcode Code.stats}. */
  stats: Map<string, Stat | null>;
  /** Where nothing was, and a file would count. */
  absent: string[];
}

/** Whether code is seen to be another than when its id was made; of its young files nothing can be seen. */
export function touchedSince({ stats }: Code): boolean {
  for (const [path, stat] of stats) if (stat !== null && (!look(path) || !unchanged(stat))) return true;
  return false;
}

/** What of code was too young to tell by its stat whether it is touched afterwards. */
export function youngFiles({ stats }: Code): string[] {
  const young: string[] = [];
  for (const [path, stat] of stats) if (stat === null) young.push(path);
  return young;
}

/** A module of the program: what it is, and what it leads to whichever step reaches it. */
interface ProgramModule {
  path: string;
  name: string;
  /** Before it was read; null where it is too young to tell. */
  stat: Stat | null;
  normal: { hash: string } & Partial<NormalizedModule>;
  /** URLs. */
  reached: Set<string>;
}

/** What decides the names of users' steps in one folder. */
interface FolderNames {
  names: Promise<OwnNames>;
  /** The nearest `deno.json`, and its stat before it was read. */
  config: string | undefined;
  stat: Stat | null;
  /** Where none was. */
  absent: string[];
}

const programConfig = join(programRoot, "deno.json");
const programLock = join(programRoot, "deno.lock");

const ownCode = filePath(ownModules);
const basics = `${ownModules}basics.ts`;

/** Computes code ids; one instance for one state of the sources. */
export class CodeIds {
  #byModule = new Map<string, Promise<Code>>();
  /** Modules of the program, by URL: most are reached by most of its steps. */
  readonly #ofProgram = new Map<string, ProgramModule>();
  #packages: PackageMap | undefined;
  /** What the program's import map and lock file were before they were read. */
  #configured: Surroundings | undefined;
  /** By folder. */
  readonly #ownNames = new Map<string, FolderNames>();
  #normalizer = new Normalizer();
  #basics: Set<string> | undefined;

  readonly #root: string;
  readonly #cache: StatCache;

  constructor(root: string, cache: StatCache) {
    this.#root = root;
    this.#cache = cache;
  }

  /** @param module File URL of a step's module. */
  of(module: string, loaded: LoadedFiles = {}): Promise<Code> {
    const { notebooks = [], modules = [] } = loaded;
    const which = codeName(module, loaded);
    const known = this.#byModule.get(which);
    if (known !== undefined) return known;
    const code = this.#compute(module, notebooks, modules);
    this.#byModule.set(which, code);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#normalizer[Symbol.asyncDispose]();
  }

  async #compute(module: string, notebooks: readonly string[], loaded: readonly string[]): Promise<Code> {
    // A notebook may take all of the program, and runs with the project's own configuration.
    const mayBeSmall = !ofProgram(module) && notebooks.length === 0;
    const small = mayBeSmall ? await this.#follow(module, notebooks, loaded, true) : undefined;
    return small ?? (await this.#follow(module, notebooks, loaded, false))!;
  }

  /** @param narrow `motiflow` stands for its basics; then undefined where the step takes more of it. */
  async #follow(
    module: string,
    notebooks: readonly string[],
    loaded: readonly string[],
    narrow: boolean,
  ): Promise<Code | undefined> {
    this.#configured ??= statsOf([programConfig, programLock, filePath(basics)]);
    this.#packages ??= new PackageMap(new URL("../../../deno.json", import.meta.url).href);
    const packagesOf = this.#packages;
    const beside: Surroundings = {
      stats: new Map(this.#configured.stats),
      absent: [...this.#configured.absent],
    };
    const project = notebooks[0] === undefined ? undefined : nearestConfig(notebooks[0], beside);
    const own = ofProgram(module) ? undefined : await this.#ownPackages(module);
    const unseen = new Set<string>();
    const modules: Record<string, string> = {};
    const packages: Packages = {};
    const parts: Code["parts"] = {};
    const files: string[] = [];
    const stats: Code["stats"] = new Map();
    const outside: Code["outside"] = new Set();
    let takesBasics = false;
    const addPackages = (normal: Partial<NormalizedModule>, resolve: (specifier: string) => string) => {
      for (const specifier of normal.packages ?? []) {
        const target = resolve(specifier);
        if (target.startsWith("file:")) continue;
        if (own !== undefined) own.add(target, specifier, packages);
        else if (!packagesOf.addLocked(target, packages)) unseen.add(unlockedPackage(specifier));
      }
    };
    const reached = new Set(notebooks.map(toFileUrl));
    for (const [url, ofNotebook] of inTurn(reached, [module, ...loaded.map(toFileUrl)])) {
      if (url.startsWith("node:")) continue;
      if (!url.startsWith("file:")) {
        if (own === undefined) packagesOf.addLocked(url, packages);
        else own.add(url, url, packages);
        continue;
      }
      const shared = ofProgram(url)
        ? this.#ofProgram.get(url) ?? await this.#programModule(url, packagesOf)
        : undefined;
      if (shared !== undefined) {
        const { path, name, stat, normal } = shared;
        stats.set(path, stat);
        files.push(path);
        for (const target of shared.reached) reached.add(target);
        modules[name] = normal.hash;
        if (normal.parts !== undefined) parts[name] = normal.parts;
        addPackages(normal, (specifier) => packagesOf.resolve(specifier, url));
        continue;
      }
      const path = filePath(url);
      const stat = look(path) ? [...seen.stat] as Stat : null;
      stats.set(path, stat !== null && settled(stat, Date.now()) ? stat : null);
      if (stat === null) {
        // A missing module is part of the id: once it is there, the step is another.
        beside.absent.push(path);
        modules[this.#name(path, module)] = "missing";
      } else if (seen.isDirectory) {
        for (const entry of Deno.readDirSync(path)) {
          reached.add(new URL(entry.name, `${url.replace(/\/?$/, "/")}`).href);
        }
      } else {
        files.push(path);
        const name = this.#name(path, module);
        const ofUser = project !== undefined && !ofProgram(url);
        const resolve = (specifier: string) =>
          (narrow && specifier === "motiflow" ? basics : undefined) ??
            (ofUser ? project.mapped(specifier) : ofProgram(url) ? undefined : own?.mapped(specifier)) ??
            packagesOf.resolve(specifier, url);
        const normal = await this.#file(path, url, resolve, reached, outside, beside);
        modules[name] = normal.hash;
        if (narrow && normal.packages?.includes("motiflow")) {
          const basic = this.#basics ??= (await import("../../workflow/own/named_packages.ts")).basicNames();
          if (!normal.takes?.every((taken) => basic.has(taken))) return undefined;
          takesBasics = true;
        }
        addPackages(normal, resolve);
        // A step has no more than its permissions; a notebook that is executed has all.
        const runs = ofNotebook && (!path.endsWith(".ipynb") || notebooks.includes(path));
        for (const what of ofProgram(url) ? [] : normal.reaches ?? []) {
          if (runs || what === computedImport) unseen.add(`${name} ${what}`);
        }
        if (normal.parts !== undefined) parts[name] = normal.parts;
      }
    }
    this.#addOwn(module, beside);
    const { config, unlocked = [] } = await own?.close(packages, takesBasics) ?? {};
    for (const specifier of unlocked) unseen.add(unlockedPackage(specifier));
    const sorted = (o: Record<string, string>) =>
      Object.fromEntries(Object.entries(o).sort(([a], [b]) => a < b ? -1 : 1));
    const whole = { modules: sorted(modules), packages: sorted(packages) };
    return {
      id: sha256(canonicalJson(whole, "code")),
      ...whole,
      parts,
      outside,
      unseen: [...unseen],
      files: files.sort(),
      ...(config !== undefined ? { config } : takesBasics ? { basics: () => own!.basics() } : {}),
      stats,
      beside: config === undefined ? beside : undefined,
    };
  }

  /** Adds what decides which names a user's step has. */
  #addOwn(module: string, { stats, absent }: Surroundings): void {
    if (ofProgram(module)) return;
    const own = this.#ownNames.get(dirname(filePath(module)))!;
    absent.push(...own.absent);
    if (own.config !== undefined) stats.set(own.config, own.stat);
  }

  /** The `deno.json` of a user's step that has no packages of its own; see {@linkcode Code.basics}. */
  async basicsOf(module: string): Promise<string> {
    this.#packages ??= new PackageMap(new URL("../../../deno.json", import.meta.url).href);
    return await (await this.#ownPackages(module)).basics();
  }

  /** What the names in a user's step stand for. */
  async #ownPackages(module: string): Promise<OwnPackages> {
    const path = filePath(module);
    const folder = dirname(path);
    let own = this.#ownNames.get(folder);
    if (own === undefined) {
      const absent: string[] = [];
      const config = nearest(path, ["deno.json", "deno.jsonc"], absent);
      const stat = config === undefined ? null : settledStat();
      const names = OwnNames.of(module, this.#root, config === programConfig ? undefined : config);
      this.#ownNames.set(folder, own = { names, config, stat, absent });
    }
    return new OwnPackages(this.#packages!, await own.names);
  }

  /** Undefined for what is no file or a notebook, and for a module that names the program's package. */
  async #programModule(url: string, packages: PackageMap): Promise<ProgramModule | undefined> {
    const path = filePath(url);
    if (!look(path) || seen.isDirectory || path.endsWith(".ipynb")) return undefined;
    const stat = [...seen.stat] as Stat;
    const at = Date.now();
    const reached = new Set<string>();
    const resolve = (specifier: string) => packages.resolve(specifier, url);
    const normal = await this.#file(path, url, resolve, reached, new Set(), { stats: new Map(), absent: [] });
    if (normal.packages?.includes("motiflow")) return undefined;
    const name = this.#name(path, url);
    const module = { path, name, stat: settled(stat, at) ? stat : null, normal, reached };
    this.#ofProgram.set(url, module);
    return module;
  }

  /** The hash of one file; adds what it refers to. */
  async #file(
    path: string,
    url: string,
    resolve: (specifier: string) => string,
    reached: Set<string>,
    outside: Set<string>,
    beside: Surroundings,
  ): Promise<{ hash: string } & Partial<NormalizedModule>> {
    let { sha256: sha } = await this.#cache.hash(path);
    const notebook = path.endsWith(".ipynb");
    if (!notebook && !/\.[cm]?[jt]sx?$/.test(path)) return { hash: sha };
    let normal = this.#cache.module(sha);
    if (normal === undefined) {
      // Read once for both: an edit since the hash must not be remembered under it.
      const bytes = Deno.readFileSync(path);
      sha = sha256(bytes);
      const text = new TextDecoder().decode(bytes);
      normal = notebook
        ? await normalizeNotebook(text, path, this.#normalizer)
        : await this.#normalizer.normalize(text, path);
      // Code that does not parse is taken as it is; running it gives the error.
      if (normal === undefined) return { hash: sha };
      this.#cache.rememberModule(sha, normal);
    }
    for (const specifier of normal.imports) {
      const target = resolve(specifier);
      reached.add(target);
      if (!target.startsWith("file:") && !ofProgram(url)) outside.add(target);
    }
    for (const text of normal.texts ?? []) {
      const named = fileNamed(text, url, beside);
      if (named !== undefined) reached.add(named);
    }
    for (const specifier of normal.resources) {
      const target = resolve(specifier);
      if (!target.startsWith("file:") || !isAncestor(filePath(target), path)) reached.add(target);
    }
    return normal;
  }

  /** A name that does not depend on where the project or the program lies. */
  #name(path: string, module: string): string {
    if (path.startsWith(ownCode)) return path.slice(programRoot.length).replaceAll(sep, "/");
    const below = `${path}${sep}`.startsWith(`${this.#root}${sep}`) ? relative(this.#root, path) : "..";
    if (!below.startsWith("..")) return `./${below.replaceAll(sep, "/")}`;
    return relative(dirname(filePath(module)), path).replaceAll(sep, "/");
  }
}

/** All that notebooks reach, which may be added to meanwhile, then all that the modules reach beside. */
function* inTurn(
  reached: Set<string>,
  modules: readonly string[],
): Iterable<[url: string, ofNotebook: boolean]> {
  let count = 0;
  for (const url of reached) {
    count++;
    yield [url, true];
  }
  for (const module of modules) reached.add(module);
  let i = 0;
  for (const url of reached) if (i++ >= count) yield [url, false];
}

function unlockedPackage(specifier: string): string {
  return `the version of ${specifier} is locked nowhere`;
}

/**
 * URL of the file that a text in a notebook names, from its folder; undefined where there is none.
 *
 * @param beside Gets what is there instead.
 */
function fileNamed(text: string, notebook: string, beside: Surroundings): string | undefined {
  if (/^[a-z][a-z0-9+.-]+:|[\0\n]/i.test(text)) return undefined;
  const path = isAbsolute(text) ? text : join(dirname(filePath(notebook)), text);
  if (!look(path)) beside.absent.push(path);
  else if (seen.isFile) return toFileUrl(path);
  else beside.stats.set(path, settledStat());
  return undefined;
}

/** The import map of the nearest `deno.json` at or above a file; what decides which that is goes beside. */
function nearestConfig(path: string, { stats, absent }: Surroundings): PackageMap {
  const config = nearest(path, ["deno.json"], absent);
  if (config !== undefined) stats.set(config, settledStat());
  return new PackageMap(toFileUrl(config ?? join(dirname(path), "deno.json")));
}

/**
 * Path of the nearest file of one of these names at or above a file; undefined where there is none.
 *
 * @param absent Gets the paths where none was.
 */
function nearest(path: string, names: readonly string[], absent: string[] = []): string | undefined {
  for (let folder = dirname(path);; folder = dirname(folder)) {
    for (const name of names) {
      const place = join(folder, name);
      if (look(place)) return place;
      absent.push(place);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** What these files are now, before they are read. */
function statsOf(paths: readonly string[]): Surroundings {
  const found: Surroundings = { stats: new Map(), absent: [] };
  for (const path of paths) {
    if (!look(path)) found.absent.push(path);
    else found.stats.set(path, settledStat());
  }
  return found;
}

/** The stat that was taken just now; null where it is too young to tell. */
function settledStat(): Stat | null {
  const stat = [...seen.stat] as Stat;
  return settled(stat, Date.now()) ? stat : null;
}

/** A module that locates a folder it lies in (to find its own root) does not thereby read all of it. */
function isAncestor(folder: string, path: string): boolean {
  return path.startsWith(folder.replace(/\/?$/, "/"));
}
