/**
 * Patterns of files as users write them: `*`, `?`, `**`, `[…]`, `{a,b}` and `{1..9}` as in shells. Wildcards are those
 * of the user's own pattern; the project's folder may hold any character.
 */
import type picomatch from "picomatch";
import { InputError } from "../../errors.ts";

/** A pattern, cut before the first part that has a wildcard. */
export interface CutPattern {
  /** The folder that is meant literally; empty where the first part has a wildcard already. */
  fixed: string;
  /** Parts from the first wildcard on; empty for a plain path. */
  wild: string[];
}

/**
 * Cuts a pattern at its first wildcard.
 *
 * @param pattern With `/`, without `.`, and with `..` at its beginning at most.
 *
 * ```ts
 * import { cutPattern } from "./glob.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(cutPattern("data/2024/*\/sub_?.csv"), { fixed: "data/2024", wild: ["*", "sub_?.csv"] });
 * assert.deepEqual(cutPattern("data/a.csv"), { fixed: "data/a.csv", wild: [] });
 * ```
 */
export function cutPattern(pattern: string): CutPattern {
  const parts = pattern.split("/");
  const first = parts.findIndex(hasWildcard);
  if (first < 0) return { fixed: pattern, wild: [] };
  return { fixed: parts.slice(0, first).join("/") || (first > 0 ? "/" : ""), wild: parts.slice(first) };
}

/** Whether a part of a pattern has a character that stands for others. */
export function hasWildcard(part: string): boolean {
  return /[*?[{]/.test(part);
}

/** Most names that one range such as `{1..9}` stands for. */
const maxRange = 10_000;

/**
 * What tells whether a relative path with `/` fits the wildcard parts of a pattern. A wildcard takes no leading dot. `ü`
 * as one character and as `u` with a mark are the same, since systems write names in either form.
 *
 * @param named The whole pattern, for the message.
 * @throws InputError for a pattern that is none, e.g. with the set `[z-a]`.
 *
 * ```ts
 * import { matcher } from "./glob.ts";
 * import assert from "node:assert/strict";
 * const fits = await matcher(["**", "*.{csv,txt}"], "**\/*.{csv,txt}");
 * assert.ok(fits("a/b/c.csv"));
 * assert.ok(!fits("a/.trash/c.csv"));
 * ```
 */
export async function matcher(wild: readonly string[], named: string): Promise<(path: string) => boolean> {
  const { default: picomatch } = await import("picomatch");
  try {
    const pattern = picomatch.makeRe(wild.map(literal).join("/").normalize("NFC"), options);
    return (path) => pattern.test(path.normalize("NFC"));
  } catch (cause) {
    throw new InputError(`Cannot find files: the pattern cannot be read: ${(cause as Error).message}`, {
      file: named,
      hint: "close every [ and {, and put a \\ before a character that is meant itself",
      cause,
    });
  }
}

const options: picomatch.PicomatchOptions & { flags: string } = {
  nonegate: true,
  noextglob: true,
  windows: false,
  debug: true,
  flags: "s",
  posix: true,
  expandRange,
};

/** `{08..11}` as a choice of names; a leading zero says how long they are. */
function expandRange(from: string, to: string, step?: unknown): string {
  const width = /^-?0\d/.test(from) || /^-?0\d/.test(to) ? Math.max(from.length, to.length) : 0;
  const by = typeof step === "string" ? Math.abs(Number(step)) || 1 : 1;
  const letters = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  const [a, b] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  if (!Number.isInteger(a) || !Number.isInteger(b)) throw new Error(`{${from}..${to}} is no range`);
  if (Math.abs(b - a) / by > maxRange) throw new Error(`{${from}..${to}} has more than ${maxRange} names`);
  const names: string[] = [];
  for (let i = Math.min(a, b); i <= Math.max(a, b); i += by) {
    names.push(letters ? String.fromCharCode(i) : (i < 0 ? "-" : "") + `${Math.abs(i)}`.padStart(width, "0"));
  }
  return `(?:${names.join("|")})`;
}

/** Characters that only regular expressions and other shells know stand for themselves, outside of sets. */
function literal(part: string): string {
  return part.replace(
    /\\.|\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|[()|+@!^$"']/g,
    (found) => found.length === 1 ? `\\${found}` : found,
  );
}
