/** What a bare specifier stands for: the import map of `deno.json` and the locked packages of `deno.lock`. */

/** A package that a step's code reaches, with all it depends on. */
export type Packages = Record<string, string>;

const notLocked = "not locked";

interface Lock {
  specifiers?: Record<string, string>;
  npm?: Record<string, { integrity?: string; dependencies?: string[]; optionalDependencies?: string[] }>;
  jsr?: Lock["npm"];
  remote?: Record<string, string>;
}

/** The import map and lock file of one `deno.json`, and the names by which the package itself is imported. */
export class PackageMap {
  #read: { own: Record<string, string>; imports: Record<string, string>; lock: Lock } | undefined;
  /** What is locked for each specifier that was asked for: many modules of one step name the same. */
  readonly #known = new Map<string, { locked: boolean; packages: Packages }>();
  readonly #folder: string;

  readonly #configUrl: string;

  readonly #given: Record<string, string> | undefined;

  /**
   * @param configUrl URL of a `deno.json`; its lock file lies beside it. Both may be missing.
   * @param imports Its import map, where it is known.
   */
  constructor(configUrl: string, imports?: Record<string, string>) {
    this.#given = imports;
    this.#configUrl = configUrl;
    this.#folder = new URL(".", configUrl).href;
  }

  /** Read when it is first asked for: a step that imports nothing but files needs neither. */
  get #files() {
    if (this.#read !== undefined) return this.#read;
    const config = readJson(new URL(this.#configUrl));
    const lock = readJson(new URL("deno.lock", this.#configUrl)) ?? {};
    const own = ownNames(config ?? {});
    return this.#read = { own, imports: this.#given ?? { ...own, ...config?.imports }, lock };
  }

  get #imports(): Record<string, string> {
    return this.#files.imports;
  }

  get #lock(): Lock {
    return this.#files.lock;
  }

  /** Where a specifier leads: a URL of a local file, or the specifier of a package. */
  resolve(specifier: string, from: string): string {
    if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, from).href;
    if (/^[a-z]+:/.test(specifier)) return specifier;
    return this.mapped(specifier) ?? specifier;
  }

  /** Where the import map leads; undefined for a name that it does not have. */
  mapped(specifier: string): string | undefined {
    const exact = this.#imports[specifier];
    if (exact !== undefined) return this.#target(exact);
    const prefix =
      Object.keys(this.#imports).filter((k) => specifier.startsWith(k.endsWith("/") ? k : `${k}/`))
        .sort((a, b) => b.length - a.length)[0];
    return prefix === undefined
      ? undefined
      : this.#target(this.#imports[prefix] + specifier.slice(prefix.length));
  }

  #target(value: string): string {
    return /^\.{0,2}\//.test(value) ? new URL(value, this.#folder).href : value;
  }

  /** Whether a package specifier is locked. */
  has(specifier: string): boolean {
    return this.addLocked(specifier, {});
  }

  /** Whether a name is the package's own, or of one of its parts. */
  isOwn(specifier: string): boolean {
    return Object.hasOwn(this.#files.own, specifier);
  }

  /**
   * Adds to `into` everything that is locked for a package specifier such as `npm:zod@4.6.7`.
   *
   * @returns Whether it is locked: the code of what is not may be another tomorrow.
   */
  addLocked(specifier: string, into: Packages): boolean {
    let known = this.#known.get(specifier);
    if (known === undefined) {
      const packages: Packages = {};
      known = { locked: this.#find(specifier, packages), packages };
      this.#known.set(specifier, known);
    }
    Object.assign(into, known.packages);
    return known.locked;
  }

  #find(specifier: string, into: Packages): boolean {
    const [, kind, name, range] = /^(npm|jsr):\/?((?:@[^/]+\/)?[^@/]+)(?:@([^/]+))?/.exec(specifier) ?? [];
    if (kind === undefined) {
      const integrity = this.#lock.remote?.[specifier];
      into[specifier] = integrity ?? notLocked;
      // Its content is part of the module that names it.
      return integrity !== undefined || specifier.startsWith("data:");
    }
    const version = this.#lock.specifiers?.[`${kind}:${name}${range === undefined ? "" : `@${range}`}`];
    if (version === undefined) into[specifier] = notLocked;
    else this.#close(kind as "npm" | "jsr", `${name}@${version}`, into);
    return version !== undefined;
  }

  #close(kind: "npm" | "jsr", id: string, into: Packages): void {
    const table = this.#lock[kind] ?? {};
    const entry = table[id];
    if (into[id] !== undefined) return;
    into[id] = entry?.integrity ?? notLocked;
    for (const dependency of [...entry?.dependencies ?? [], ...entry?.optionalDependencies ?? []]) {
      const at = dependency.lastIndexOf("@");
      // A dependency without version stands for the only one that the lock file has of that name.
      const full = at > 0 ? dependency : Object.keys(table).find((k) => k.startsWith(`${dependency}@`));
      if (full !== undefined) this.#close(kind, full, into);
    }
  }
}

/** `name` and `name/part` for each of a package's `exports`. */
function ownNames({ name, exports }: { name?: string; exports?: string | Record<string, string> }) {
  if (name === undefined || exports === undefined) return {};
  const parts = typeof exports === "string" ? { ".": exports } : exports;
  return Object.fromEntries(Object.entries(parts).map(([part, path]) => [name + part.slice(1), path]));
}

function readJson(url: URL): any {
  try {
    return JSON.parse(Deno.readTextFileSync(url));
  } catch {
    return undefined;
  }
}
