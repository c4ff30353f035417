/**
 * Modules without what does not matter: comments, layout and types are gone, so that editing them changes no key.
 * esbuild does the work; it is loaded only when a module is new, and its process is stopped afterwards.
 */
import { sha256 } from "./canonical.ts";

/** What the code id needs to know of one module. */
export interface NormalizedModule {
  /** SHA-256 of the code after normalisation. */
  hash: string;
  /** Specifiers of static and literal dynamic imports, and of `new URL("…", import.meta.url)`. */
  imports: string[];
  /** Files named by `new URL("…", import.meta.url)` or `import.meta.resolve("…")`, modules or not. */
  resources: string[];
}

/** Normalises many modules with one esbuild process. */
export class Normalizer {
  #esbuild: typeof import("esbuild") | undefined;

  /** @returns undefined for a module with a syntax error. */
  async normalize(source: string, name: string): Promise<NormalizedModule | undefined> {
    this.#esbuild ??= await import("esbuild");
    const code = await transform(this.#esbuild, source, name);
    return code === undefined ? undefined : { hash: sha256(code), ...references(code) };
  }

  /** Ends esbuild's process; the next call starts another. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#esbuild?.stop();
    this.#esbuild = undefined;
  }
}

async function transform(
  esbuild: typeof import("esbuild"),
  source: string,
  name: string,
): Promise<string | undefined> {
  try {
    return (await esbuild.transform(source, {
      loader: /\.[cm]?js$/.test(name) ? "js" : name.endsWith("x") ? "tsx" : "ts",
      sourcefile: name,
      format: "esm",
      target: "esnext",
      minifyWhitespace: true,
      minifySyntax: false,
      minifyIdentifiers: false,
      legalComments: "none",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      logLevel: "silent",
    })).code;
  } catch (error) {
    // Only a fault of the source has a list of places; anything else must not pass for one.
    if (Array.isArray((error as { errors?: unknown }).errors)) return undefined;
    throw error;
  }
}

const text = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`(?:[^`\\\\$]|\\\\.)*`)";
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
  for (const match of code.matchAll(importing)) imports.add(unquote(match[1]));
  for (const match of code.matchAll(locating)) resources.add(unquote(match[1] ?? match[2]));
  return { imports: [...imports].sort(), resources: [...resources].sort() };
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, "$1");
}
