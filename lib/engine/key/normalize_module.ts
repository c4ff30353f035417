/**
 * Modules without what does not matter: comments, layout and types are gone, so that editing them changes no key.
 * esbuild does the work; it is loaded only when a module is new, and its process is stopped afterwards.
 */
import { sha256 } from "../system/canonical_json.ts";

/** Said of code that imports what only running it tells. */
export const computedImport = "imports by a computed name";

/** What the code id needs to know of one module. */
export interface NormalizedModule {
  /** SHA-256 of the code after normalisation. */
  hash: string;
  /** Short hashes of the top-level declarations by name, only to tell which of them changed. */
  parts: Record<string, string>;
  /** Specifiers of static and literal dynamic imports, and of `new URL("…", import.meta.url)`. */
  imports: string[];
  /** Files named by `new URL("…", import.meta.url)` or `import.meta.resolve("…")`, modules or not. */
  resources: string[];
  /** Those of the imports that name no file. */
  packages: string[];
  /** What it imports of `motiflow`, where it says all names. */
  takes?: string[];
  /** In words, what the code does that no key holds, where nothing stops it. */
  reaches: string[];
  /** Of a notebook: its literal texts, which may name files. */
  texts?: string[];
}

/** How many use esbuild's process, which is one for all of this program. */
let users = 0;

/** Normalises many modules with one esbuild process. */
export class Normalizer {
  #esbuild: typeof import("esbuild") | undefined;
  #uses = false;

  /** @returns undefined for a module with a syntax error. */
  async normalize(source: string, name: string): Promise<NormalizedModule | undefined> {
    if (!this.#uses) users++;
    this.#uses = true;
    this.#esbuild ??= await import("esbuild");
    const code = await transform(this.#esbuild, source, name, true);
    if (code === undefined) return undefined;
    const printed = await transform(this.#esbuild, source, name, false) ?? "";
    const found = references(code);
    const files = found.imports.filter((specifier) => namesFile.test(specifier));
    // The parser is asked as well, since text may look like an import, and a package that is none is locked nowhere.
    const packages = files.length === found.imports.length ? [] : await this.#packages(source, name);
    // Few modules are new, and a no-op run has none.
    const takes = packages.includes("motiflow")
      ? (await import("../../workflow/own/named_packages.ts")).takenNames(code)
      : undefined;
    return {
      hash: sha256(code),
      parts: declarations(printed),
      ...found,
      imports: [...files, ...packages],
      packages,
      ...(takes == null ? {} : { takes }),
      reaches: Object.entries(outside).filter(([, sign]) => sign.test(code)).map(([what]) => what),
    };
  }

  /** What a module imports by a name that is no file's. */
  async #packages(source: string, name: string): Promise<string[]> {
    const specifiers = new Set<string>();
    await this.#esbuild!.build({
      ...common,
      stdin: { contents: source, loader: loaderOf(name), sourcefile: name },
      bundle: true,
      write: false,
      plugins: [{
        name: "specifiers",
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ path }) => {
            specifiers.add(path);
            return { path, external: true };
          });
        },
      }],
    });
    return [...specifiers].filter((specifier) => !namesFile.test(specifier)).sort();
  }

  /** Ends esbuild's process if nobody else waits for it; the next call starts another. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#uses) return;
    this.#uses = false;
    if (--users === 0) await this.#esbuild?.stop();
  }
}

const namesFile = /^(?:\.{0,2}\/|file:|node:)/;

const common = {
  format: "esm",
  target: "esnext",
  legalComments: "none",
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  logLevel: "silent",
} as const;

function loaderOf(name: string): "js" | "tsx" | "ts" {
  return /\.[cm]?js$/.test(name) ? "js" : name.endsWith("x") ? "tsx" : "ts";
}

async function transform(
  esbuild: typeof import("esbuild"),
  source: string,
  name: string,
  minify: boolean,
): Promise<string | undefined> {
  try {
    return (await esbuild.transform(source, {
      ...common,
      loader: loaderOf(name),
      sourcefile: name,
      minifyWhitespace: minify,
      minifySyntax: false,
      minifyIdentifiers: false,
    })).code;
  } catch (error) {
    // Only a fault of the source has a list of places; anything else must not pass for one.
    if (Array.isArray((error as { errors?: unknown }).errors)) return undefined;
    throw error;
  }
}

/**
 * Hashes of top-level declarations in code as esbuild prints it, where they and nothing else start at the margin.
 * Blanks do not count: esbuild keeps some line breaks of the source.
 */
function declarations(printed: string): Record<string, string> {
  const parts: Record<string, string> = {};
  // The list of exports at the end is no part of the declaration before it.
  printed = printed.replace(/^export \{[^}]*\};?\s*$/m, "");
  const start =
    /^(?:export )?(?:default )?(?:async )?(?:function\*?|class|const|let|var) ([\w$]+)|^export default/gm;
  const found = [...printed.matchAll(start)];
  for (const [i, match] of found.entries()) {
    const chunk = printed.slice(match.index, found[i + 1]?.index ?? printed.length);
    // esbuild names what is exported without a name after the file.
    const name = match[1]?.replace(/^.*_default$/, "default export") ?? "default export";
    parts[name] = sha256(chunk.replaceAll(/\s+/g, "")).slice(0, 12);
  }
  return parts;
}

const text = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`(?:[^`\\\\$]|\\\\.)*`)";
/** What code does that its text does not tell, by its signs. */
const outside = {
  "asks the network": /\bfetch\(|\bnew (?:WebSocket|EventSource)\(|\bDeno\.connect/,
  "asks the environment": /\bDeno\.env\b|\bprocess\.env\b/,
  "asks other programs": /\bDeno\.Command\b|"(?:node:)?child_process"/,
  "reads files by a computed name": new RegExp(
    String.raw`\bDeno\.(?:readTextFile|readFile|open|readDir|readLink|stat|lstat|realPath)(?:Sync)?\b` +
      // A call with a name that is written out is seen; so is none where the function is only passed on.
      String.raw`(?!\((?:${text}|new URL\(${text},import\.meta\.url\))\s*[,)])`,
  ),
  "may read any file": /"(?:node:)?fs(?:\/promises)?"|\bDeno\[|\{[^{}]*\}=Deno\b|=Deno;/,
  "reads other runs": /\bimport\{[^}]*\bopen(?:Engine)?\b[^}]*\}from"motiflow"|\*as \w+ from"motiflow"/,
  [computedImport]: new RegExp(String.raw`\bimport\((?!\s*${text}\s*[,)])`),
};
const importing = new RegExp(String.raw`\b(?:from|import|import\()\s*${text}`, "g");
const locating = new RegExp(
  String.raw`\b(?:new URL\(${text},import\.meta\.url\)|import\.meta\.resolve\(${text}\))`,
  "g",
);

/**
 * Finds references in normalised code. Text inside string literals may be taken for a reference as well; that only
 * adds a file to the code id and can never leave one out.
 */
export function references(code: string): Pick<NormalizedModule, "imports" | "resources"> {
  const imports = new Set<string>();
  const resources = new Set<string>();
  for (const match of code.matchAll(importing)) imports.add(unquote(match[1]!));
  for (const match of code.matchAll(locating)) resources.add(unquote(match[1] ?? match[2]!));
  return { imports: [...imports].sort(), resources: [...resources].sort() };
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, "$1");
}
