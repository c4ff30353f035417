/**
 * A random table in a random dialect reads back equal, or is refused. `MOTIFLOW_TABLE_CASES=5000` runs the long version.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../../lib/errors.ts";
import type { TableOptions } from "../../lib/signal/read/reading.ts";
import { readFiles } from "../signal/read/read_files.ts";
import {
  channelNames,
  columnNames,
  type Dialect,
  dialects,
  sensible,
  type Table,
  tables,
  telling,
  write,
} from "./dialects.ts";

const cases = Number(Deno.env.get("MOTIFLOW_TABLE_CASES") ?? 300);

/** What a user says of the table. */
function optionsOf(table: Table, dialect: Dialect): Partial<TableOptions> {
  const names = columnNames(table, dialect);
  const ref = (name: string) => dialect.header === "none" ? names.indexOf(name) + 1 : name;
  const time = dialect.time === "none"
    ? { rate: table.rate }
    : dialect.time === "two-columns"
    ? { time: { columns: [ref("date"), ref("clock")] as const } }
    : { time: ref("t") };
  return {
    ...time,
    sensors: { hip: channelNames(table.values[0].length).map(ref) },
    label: ref("label"),
    missing: "gap",
    encoding: dialect.encoding === "windows-1252" ? "windows-1252" : undefined,
  };
}

/** Whether the table was read, and not refused; what was read must be what was written. */
async function check(table: Table, dialect: Dialect): Promise<boolean> {
  const { name, bytes } = write(table, dialect);
  let set;
  try {
    set = (await readFiles({ [name]: bytes }, optionsOf(table, dialect))).recordings;
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    return false;
  }
  assert.equal(set.rate, table.rate);
  assert.equal(set.recordings.length, 1);
  const [{ data, labels, samples, gaps }] = set.recordings;
  assert.equal(samples, table.values.length);
  const width = table.values[0].length;
  const holes = new Set(table.missing.map(([row, channel]) => row * width + channel));
  for (const [i, row] of table.values.entries()) {
    assert.equal(set.labelNames[labels[i]], table.labels[i], `label of row ${i}`);
    for (const [c, v] of row.entries()) {
      if (holes.has(i * width + c)) continue;
      assert(
        Math.abs(data[i * width + c] - v) <= 1e-6 * Math.abs(v) + 1e-9,
        `[${i}, ${c}]: ${data[i * width + c]}, not ${v}`,
      );
    }
  }
  for (const [from, to] of gaps) {
    for (let i = from; i < to; i++) assert(table.missing.some(([row]) => row === i), `row ${i} is no gap`);
  }
  return true;
}

Deno.test("a random table in a random dialect reads back equal, or is refused; few are refused", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(tables, dialects, async (table, dialect) => {
      if (await check(telling(table, dialect), sensible(dialect))) read++;
    }),
    { numRuns: cases, seed: cases === 300 ? 7 : undefined },
  );
  assert(read > 0.97 * cases, `${cases - read} of ${cases} were refused`);
});
