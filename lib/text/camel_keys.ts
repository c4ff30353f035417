/** Parameters of a file, which are written `snake_case`, as options of a function, which are `camelCase`. */

/** `max_gap` → `maxGap`. */
type Camel<Name> = Name extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<Camel<Rest>>}` : Name;

/** The same values under names in camel case. */
export type CamelKeys<T> = { [Name in keyof T as Camel<Name>]: T[Name] };

/**
 * The same values under names in camel case; names within values stay as they are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { camelKeys } from "./camel_keys.ts";
 *
 * assert.deepEqual(camelKeys({ max_gap: 2, on_bad: "skip", gravity: true }), { maxGap: 2, onBad: "skip", gravity: true });
 * ```
 */
export function camelKeys<T extends object>(params: T): CamelKeys<T> {
  const entries = Object.entries(params).map(([name, value]) => [
    name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as CamelKeys<T>;
}
