/** Looking up names that come from outside. */

/**
 * Entry of a record by a name from a file or a command line; never one that all objects inherit, like `constructor`.
 *
 * ```ts
 * import { own } from "./own.ts";
 * import assert from "node:assert/strict";
 * assert.equal(own({ walk: 1 }, "walk"), 1);
 * assert.equal(own({ walk: 1 }, "constructor"), undefined);
 * ```
 */
export function own<T>(record: { readonly [name: string]: T }, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
