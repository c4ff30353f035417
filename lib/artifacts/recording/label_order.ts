/** The order of label names, which is the same whoever reads a set, whole or in parts. */

/**
 * Names sorted, numbers by value where all are numbers.
 *
 * ```ts
 * import { inLabelOrder } from "./label_order.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(inLabelOrder(["10", "9"]), ["9", "10"]);
 * assert.deepEqual(inLabelOrder(["b", "10", "a"]), ["10", "a", "b"]);
 * ```
 */
export function inLabelOrder(names: readonly string[]): string[] {
  const numbers = names.every((name) => Number.isFinite(Number(name)));
  return [...names].sort((a, b) => numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
}
