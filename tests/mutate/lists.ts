/** Mutants that are known by name, and survivors that change nothing, with the reason. */
import { lineAt, type Mutant } from "./places.ts";

interface NamedMutant {
  /** What is wrong with it. */
  name: string;
  file: string;
  /** Occurs once in the file. */
  search: string;
  replacement: string;
}

interface Equivalent {
  file: string;
  /** The whole line in which the mutant begins, without the spaces around it. */
  line: string;
  /** Which change; every mutant of the line where left out. */
  text?: string;
  replacement?: string;
  /** Why no test can notice it. */
  reason: string;
}

const read = (name: string) => JSON.parse(Deno.readTextFileSync(new URL(name, import.meta.url)));
const named: Record<string, NamedMutant[]> = read("named.json");
const equivalents: Equivalent[] = read("equivalent.json");

/**
 * The lists of named mutants: `fourteen`, which once passed the whole suite together, and `later`, others that did so one
 * by one.
 */
export const listNames = Object.keys(named);

/** The mutants of a list. Fails where a place is gone or not the only one. */
export function namedMutants(list: string, sources: (file: string) => string): Mutant[] {
  return named[list].map(({ name, file, search, replacement }) => {
    const source = sources(file);
    const start = source.indexOf(search);
    if (start === -1 || source.indexOf(search, start + 1) !== -1) {
      throw new Error(`Cannot mutate "${name}": ${file} has not exactly one ${search}`);
    }
    const line = source.slice(0, start).split("\n").length;
    const context = lineAt(source, start);
    return { file, start, end: start + search.length, line, kind: name, context, text: search, replacement };
  });
}

/** Why a mutant changes nothing, where that is known. */
export function reasonFor(mutant: Mutant): string | undefined {
  return equivalents.find((known) => isKnown(known, mutant))?.reason;
}

/** Entries of the list of equivalent mutants whose place is gone. */
export function goneEquivalents(mutants: (file: string) => Mutant[]): string[] {
  return equivalents.filter((known) => !mutants(known.file).some((mutant) => isKnown(known, mutant)))
    .map(({ file, line }) => `${file}: ${line}`);
}

function isKnown({ file, line, text, replacement }: Equivalent, mutant: Mutant): boolean {
  return file === mutant.file && line === mutant.context && (text === undefined || text === mutant.text) &&
    (replacement === undefined || replacement === mutant.replacement);
}
