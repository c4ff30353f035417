/** Values as a person would write them in YAML: words without quotes, lists and maps on one line. */

/** Words that YAML or this language take for something else than text. */
const taken = /^(true|false|null|yes|no|on|off|nan|inf|infinity)$/i;
const plain = /^[\p{L}_./][\p{L}\p{N}_./-]*( [\p{L}\p{N}_./-]+)*$/u;

/**
 * One value in flow style.
 *
 * ```ts
 * import { flowText } from "./flow_text.ts";
 * import assert from "node:assert/strict";
 * const value = { wrist: ["acc x", "y"], pattern: "sub_(\\d+)", rate: 50 };
 * assert.equal(flowText(value), '{ wrist: [acc x, y], pattern: "sub_(\\\\d+)", rate: 50 }');
 * ```
 */
export function flowText(value: unknown): string {
  if (typeof value === "string") {
    return plain.test(value) && !taken.test(value) ? value : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, own]) => `${flowText(key)}: ${flowText(own)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Longest line of a map that stays on one. */
const width = 100;

/** Lines of `key: value`; a map that is too long for one has a line for each of its entries. */
export function entryLines(indent: string, key: string, value: unknown): string[] {
  const line = `${indent}${key}: ${flowText(value)}`;
  const map = typeof value === "object" && value !== null && !Array.isArray(value);
  if (line.length <= width || !map) return [line];
  return [
    `${indent}${key}:`,
    ...Object.entries(value).map(([own, inner]) => `${indent}  ${flowText(own)}: ${flowText(inner)}`),
  ];
}
