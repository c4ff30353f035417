/** Which exports of lib/ nobody imports. A text analysis: it follows relative imports, static and lazy, by name. */
import { posix } from "node:path";

/** A module by its path from the repository's root, with its text. */
export interface Source {
  path: string;
  text: string;
}

/** An export, and who imports it. */
export interface Export {
  file: string;
  name: string;
  /** A type tells the shape of something else that is exported; it may be named by nobody. */
  kind: "type" | "value";
  /** Whether the file itself uses it. */
  usedInside: boolean;
  /** Paths of the files that import it; `example` where the example in its own documentation does. */
  importers: string[];
}

const declaration =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(function\*?|const|let|class|interface|type|enum)\s+([\w$]+)/gm;
const importing = /\b(?:import|export)\s+(?:type\s+)?(\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s+"(\.[^"]+)"/g;
const lazy = /\bimport\(\s*"(\.[^"]+)"\s*,?\s*\)/g;

const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, "");
const occurrences = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`(?<![\\w$])${RegExp.escape(name)}(?![\\w$])`, "g"))].length;

/** Every export of the files below lib/ with its importers among all given files. */
export function exportsOf(files: Source[]): Export[] {
  const texts = files.map(({ path, text }) => ({ path, text: withoutComments(text) }));
  const shows = (path: string, name: string) => {
    const { text } = files.find((file) => file.path === path)!;
    const docs = (text.match(/\/\*\*[\s\S]*?\*\//g) ?? []).join("\n");
    const own = [...docs.matchAll(importing)].filter(([, , target]) =>
      posix.basename(path) === target.slice(2)
    );
    return own.some(([, clause]) => occurrences(clause, name) > 0);
  };
  const found = new Map<string, Map<string, Export>>();
  for (const { path, text } of texts.filter(({ path }) => path.startsWith("lib/"))) {
    const own = new Map<string, Export>();
    for (const [, keyword, name] of text.matchAll(declaration)) {
      const kind = keyword === "interface" || keyword === "type" ? "type" : "value";
      const usedInside = occurrences(text, name) > 1;
      own.set(name, { file: path, name, kind, usedInside, importers: shows(path, name) ? ["example"] : [] });
    }
    found.set(path, own);
  }
  for (const { path, text } of texts) {
    const use = (target: string, takes: (name: string) => boolean) => {
      const exports = found.get(posix.join(posix.dirname(path), target));
      for (const { name, importers } of exports?.values() ?? []) {
        if (takes(name) && !importers.includes(path)) importers.push(path);
      }
    };
    for (const [, clause, target] of text.matchAll(importing)) {
      const names = new Set(clause.match(/[\w$]+(?:\s+as\s+[\w$]+)?/g)?.map((part) => part.split(/\s/)[0]));
      for (const part of clause.matchAll(/\btype\s+([\w$]+)/g)) names.add(part[1]);
      use(target, (name) => clause.startsWith("*") || names.has(name));
    }
    for (const [, target] of text.matchAll(lazy)) use(target, (name) => occurrences(text, name) > 0);
  }
  return [...found.values()].flatMap((own) => [...own.values()]);
}
