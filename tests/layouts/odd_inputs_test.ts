/** Inputs that are odd in one thing each are read right, or refused in words that name the cure. */
import assert from "node:assert/strict";
import { check } from "./check.ts";
import type { Odd } from "./layout.ts";
import { arrays } from "./odd/arrays.ts";
import { columns } from "./odd/columns.ts";
import { labels } from "./odd/labels.ts";
import { loggers } from "./odd/loggers.ts";
import { numbers } from "./odd/numbers.ts";
import { sets } from "./odd/sets.ts";
import { times } from "./odd/times.ts";

const odd: readonly Odd[] = [...numbers, ...times, ...columns, ...labels, ...arrays, ...sets, ...loggers];

for (const input of odd) Deno.test(`load ${input.name}`, () => check(input));

Deno.test("odd inputs have names of their own", () => {
  assert.equal(new Set(odd.map((input) => input.name)).size, odd.length);
});
