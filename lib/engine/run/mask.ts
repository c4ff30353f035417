/** Keeps the values of declared environment variables out of logs, events, errors and records. */

/** Shorter values are no secrets, and replacing them would garble every text. */
const shortest = 4;

/**
 * A function that replaces the value of each named variable by `[NAME]`.
 *
 * ```ts
 * import { masker } from "./mask.ts";
 * import assert from "node:assert/strict";
 * const mask = masker(["TOKEN"], (name) => name === "TOKEN" ? "hunter22" : undefined);
 * assert.equal(mask("Authorization: hunter22"), "Authorization: [TOKEN]");
 * ```
 *
 * @param names Declared variables; `*` (all of them) is not looked into.
 */
export function masker(
  names: readonly string[],
  valueOf: (name: string) => string | undefined = (name) => Deno.env.get(name),
): (text: string) => string {
  const secrets = names.filter((name) => name !== "*").flatMap((name) => {
    const value = valueOf(name);
    return value === undefined || value.length < shortest ? [] : [{ name, value }];
  });
  // The longest first: a value may be part of another.
  secrets.sort((a, b) => b.value.length - a.value.length);
  return (text) =>
    secrets.reduce((masked, { name, value }) => masked.replaceAll(value, () => `[${name}]`), text);
}
