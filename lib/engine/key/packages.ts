/** What a bare specifier stands for: the import map of `deno.json` and the locked packages of `deno.lock`. */

/** A package that a step's code reaches, with all it depends on. */
export type Packages = Record<string, string>;

interface Lock {
  specifiers?: Record<string, string>;
  npm?: Record<string, { integrity?: string; dependencies?: string[]; optionalDependencies?: string[] }>;
  jsr?: Lock["npm"];
  remote?: Record<string, string>;
}

/** The import map and lock file of one `deno.json`. */
export class PackageMap {
  #read: { imports: Record<string, string>; lock: Lock } | undefined;
  readonly #folder: string;

  readonly #configUrl: string;

  /** @param configUrl URL of a `deno.json`; its lock file lies beside it. Both may be missing. */
  constructor(configUrl: string) {
    this.#configUrl = configUrl;
    this.#folder = new URL(".", configUrl).href;
  }

  /** Read when it is first asked for: a step that imports nothing but files needs neither. */
  get #files() {
    return this.#read ??= {
      imports: readJson(new URL(this.#configUrl))?.imports ?? {},
      lock: readJson(new URL("deno.lock", this.#configUrl)) ?? {},
    };
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
    const exact = this.#imports[specifier];
    if (exact !== undefined) return this.#target(exact);
    const prefix =
      Object.keys(this.#imports).filter((k) => specifier.startsWith(k.endsWith("/") ? k : `${k}/`))
        .sort((a, b) => b.length - a.length)[0];
    if (prefix === undefined) return specifier;
    return this.#target(this.#imports[prefix] + specifier.slice(prefix.length));
  }

  #target(value: string): string {
    return /^\.{0,2}\//.test(value) ? new URL(value, this.#folder).href : value;
  }

  /** Adds to `into` everything that is locked for a package specifier such as `npm:zod@4.6.7`. */
  addLocked(specifier: string, into: Packages): void {
    const [, kind, name, range] = /^(npm|jsr):\/?((?:@[^/]+\/)?[^@/]+)(?:@([^/]+))?/.exec(specifier) ?? [];
    if (kind === undefined) {
      into[specifier] = this.#lock.remote?.[specifier] ?? "not locked";
      return;
    }
    const version = this.#lock.specifiers?.[`${kind}:${name}${range === undefined ? "" : `@${range}`}`];
    if (version === undefined) into[specifier] = "not locked";
    else this.#close(kind as "npm" | "jsr", `${name}@${version}`, into);
  }

  #close(kind: "npm" | "jsr", id: string, into: Packages): void {
    const table = this.#lock[kind] ?? {};
    const entry = table[id];
    if (into[id] !== undefined) return;
    into[id] = entry?.integrity ?? "not locked";
    for (const dependency of [...entry?.dependencies ?? [], ...entry?.optionalDependencies ?? []]) {
      const at = dependency.lastIndexOf("@");
      // A dependency without version stands for the only one that the lock file has of that name.
      const full = at > 0 ? dependency : Object.keys(table).find((k) => k.startsWith(`${dependency}@`));
      if (full !== undefined) this.#close(kind, full, into);
    }
  }
}

function readJson(url: URL): any {
  try {
    return JSON.parse(Deno.readTextFileSync(url));
  } catch {
    return undefined;
  }
}
