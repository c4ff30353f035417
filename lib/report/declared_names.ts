/** The variables that a cell declares at its top level, as far as that can be told without parsing the language. */

/** A declaration: `let a = 1, b = 2;` declares two. */
export interface Declared {
  name: string;
  fixed: boolean;
}

/** Strings, comments and regular expressions after `=`, `(` or `,`: what stands in them declares nothing. */
const opaque = /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`/y;
const start = /(?:export\s+)?(let|var|const)\s+/y;
const identifier = /[A-Za-z_$][\w$]*/y;

/**
 * Finds declarations anywhere on a line, also several after one keyword.
 *
 * ```ts
 * import { declaredNames } from "./declared_names.ts";
 * import assert from "node:assert/strict";
 * const names = declaredNames("  let a = f(1, 2); let b = [1, 2], c: Map<string, number>;").map(({ name }) => name);
 * assert.deepEqual(names, ["a", "b", "c"]);
 * ```
 */
export function declaredNames(source: string): Declared[] {
  const found: Declared[] = [];
  /** Of the declaration that goes on: set after its keyword, and after a comma at its level. */
  let keyword: string | undefined;
  let expectsName = false;
  let depth = 0;
  const take = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  for (let at = 0; at < source.length;) {
    const skipped = take(opaque, at);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const before = source[at - 1] ?? "\n";
    const begins = depth === 0 && !/[\w$.]/.test(before) ? take(start, at) : null;
    if (begins !== null) {
      [keyword, expectsName] = [begins[1], true];
      at += begins[0].length;
      continue;
    }
    const word = take(identifier, at);
    if (word !== null) {
      if (expectsName && keyword !== undefined && depth === 0) {
        found.push({ name: word[0], fixed: keyword === "const" });
      }
      expectsName = false;
      at += word[0].length;
      continue;
    }
    const character = source[at]!;
    if ("([{<".includes(character)) depth += character === "<" && !isType(source, at) ? 0 : 1;
    else if (")]}".includes(character) || (character === ">" && isTypeEnd(source, at, depth))) {
      depth = Math.max(0, depth - 1);
    } else if (depth === 0 && character === ",") expectsName = keyword !== undefined;
    else if (depth === 0 && character === ";") keyword = undefined;
    if (!/\s/.test(character) && character !== ",") expectsName = false;
    at++;
  }
  return found;
}

/** `Map<string, number>` opens a list of types, `a < b` compares. */
function isType(source: string, at: number): boolean {
  return /[\w$]$/.test(source.slice(0, at)) && /^<[\w$]/.test(source.slice(at, at + 2));
}

function isTypeEnd(source: string, at: number, depth: number): boolean {
  return depth > 0 && source[at - 1] !== "=" && source[at - 1] !== " ";
}
