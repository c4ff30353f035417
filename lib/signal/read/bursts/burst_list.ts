/** A burst that stands in one cell, as a list of numbers or as JSON. */
import type { BurstOrder } from "./burst_columns.ts";

/** What is wrong with a cell, in words. */
export class BadBurst extends Error {}

/** Numbers of a flat list, in the order of samples. */
function inOrder(flat: readonly number[], width: number, order: BurstOrder): number[] {
  if (flat.length % width !== 0) {
    throw new BadBurst(`${flat.length} numbers are no whole number of samples of ${width} channels`);
  }
  if (order === "sample") return [...flat];
  const count = flat.length / width;
  return flat.map((_, i) => flat[(i % width) * count + Math.floor(i / width)]);
}

function numbers(values: readonly unknown[]): number[] {
  return values.map((value) => {
    const number = value === null || value === "" ? NaN : Number(value);
    if (Number.isNaN(number) && value !== null && !/^nan$/i.test(String(value))) {
      throw new BadBurst(`"${String(value).slice(0, 40)}" is not a number`);
    }
    return number;
  });
}

/**
 * The samples of a cell, channel after channel of each: `"x y z x y z …"` with blanks, commas or semicolons between, a JSON
 * list, JSON lists by sample or by channel, or a JSON object with a list for each channel.
 *
 * ```ts
 * import { burstOfCell } from "./burst_list.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(burstOfCell("1 2 3 4 5 6", ["x", "y", "z"], "channel"), [1, 3, 5, 2, 4, 6]);
 * assert.deepEqual(burstOfCell("[[1,2,3],[4,5,6]]", ["x", "y", "z"]), [1, 2, 3, 4, 5, 6]);
 * ```
 *
 * @throws {BadBurst} for anything else.
 */
export function burstOfCell(
  text: string,
  channels: readonly string[],
  order: BurstOrder = "sample",
): number[] {
  const width = channels.length;
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    const parts = trimmed.split(/[\s,;|]+/).filter((part) => part !== "");
    return inOrder(numbers(parts), width, order);
  }
  let json: unknown;
  try {
    json = JSON.parse(trimmed.replace(/\bnan\b/gi, "null"));
  } catch {
    // A list as Python prints an array: blanks between numbers, and no commas.
    const inner = trimmed.replace(/[[\]\s,]+/g, " ").trim();
    if (/[{}:"]/.test(inner)) throw new BadBurst("it is no JSON");
    return inOrder(numbers(inner.split(" ")), width, order);
  }
  if (!Array.isArray(json)) {
    const table = json as Record<string, unknown[]>;
    const lists = channels.map((name) => table[name]);
    const missing = channels[lists.findIndex((list) => !Array.isArray(list))];
    if (missing !== undefined) throw new BadBurst(`it has no list "${missing}"`);
    return byChannel(lists);
  }
  if (!json.some(Array.isArray)) return inOrder(numbers(json), width, order);
  const rows = json.map((row) => {
    if (!Array.isArray(row)) throw new BadBurst("some of it is a list and some is not");
    return row;
  });
  const square = rows.length === width && rows.every((row) => row.length === width);
  if (rows.every((row) => row.length === width) && !(square && order === "channel")) {
    return numbers(rows.flat());
  }
  if (rows.length === width) return byChannel(rows);
  throw new BadBurst(`its lists are neither ${width} channels nor samples of ${width} numbers`);
}

function byChannel(lists: readonly (readonly unknown[])[]): number[] {
  const [first] = lists;
  if (lists.some((list) => list.length !== first.length)) throw new BadBurst("its channels differ in length");
  return numbers(first.flatMap((_, t) => lists.map((list) => list[t])));
}
