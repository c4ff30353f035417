/** Sizes as people write them: `512MiB`, `2GiB`, `20GB`. */

const UNITS: Record<string, number> = {
  B: 1,
  ...Object.fromEntries(["K", "M", "G", "T"].flatMap((letter, i) => [
    [`${letter}B`, 1000 ** (i + 1)],
    [`${letter}iB`, 1024 ** (i + 1)],
  ])),
};

/** A size in a workflow: always with its unit. */
export const BYTE_SIZE = /^\d+(\.\d+)?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

/**
 * Bytes of a size; a bare number is bytes, and case does not matter. Undefined where the text is no size.
 *
 * ```ts
 * import { parseByteSize } from "./byte_size.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseByteSize("2GiB"), 2147483648);
 * assert.equal(parseByteSize("1.5 kB"), 1500);
 * ```
 */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  if (match === null) return undefined;
  const unit = Object.keys(UNITS).find((name) => name.toLowerCase() === (match[2] || "B").toLowerCase());
  return unit === undefined ? undefined : Math.round(Number(match[1]) * UNITS[unit]!);
}

/** `1.5 GiB`: bytes in the unit in which memory is counted. */
export function formatByteSize(bytes: number): string {
  const unit = ["TiB", "GiB", "MiB", "KiB"].find((name) => bytes >= UNITS[name]!) ?? "B";
  return `${Number((bytes / UNITS[unit]!).toFixed(1))} ${unit}`;
}
