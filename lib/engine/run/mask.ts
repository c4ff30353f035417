/** Keeps the values of declared environment variables out of logs, events, errors and records. */
import type { Json } from "../../artifacts/artifact.ts";

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
  shown: (name: string) => string = (name) => `[${name}]`,
): (text: string) => string {
  const secrets = names.filter((name) => name !== "*").flatMap((name) => {
    const value = valueOf(name);
    return value === undefined || value.length < shortest ? [] : [{ name, value }];
  });
  // The longest first: a value may be part of another.
  secrets.sort((a, b) => b.value.length - a.value.length);
  return (text) =>
    secrets.reduce((masked, { name, value }) => masked.replaceAll(value, () => shown(name)), text);
}

/**
 * Parameters in which the value of each named variable is replaced by its name and keyed hash: another value is another
 * parameter, and nobody can read which.
 *
 * @param hashes By name, see {@linkcode EnvHasher}.
 */
export function maskParams(
  params: Json,
  hashes: Record<string, string | null>,
  valueOf: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Json {
  const mask = masker(Object.keys(hashes), valueOf, (name) => `[${name} ${hashes[name]?.slice(0, 12)}]`);
  const masked = (value: Json): Json => {
    if (typeof value === "string") return mask(value);
    if (Array.isArray(value)) return value.map(masked);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one)]));
  };
  return masked(params);
}
