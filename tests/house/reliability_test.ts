/**
 * Each of the sixty ways in which workflow engines lose or invent results has a test that shows that this one does not,
 * or a reason why it cannot happen here. The table is tests/reliability.json.
 */
import assert from "node:assert/strict";
import { missingTest, type Place } from "./places.ts";

interface Row {
  title: string;
  tests?: Place[];
  /** Why it does not apply. */
  reason?: string;
}

const rows: Record<string, Row> = JSON.parse(
  await Deno.readTextFile(new URL("../reliability.json", import.meta.url)),
);

/** What is wrong with a row, in words. */
function mistakes(id: string, { title, tests, reason }: Row): string[] {
  const wrong = title.trim() === "" ? [`${id} has no title`] : [];
  if (reason !== undefined && !/^[A-Z].{20,}\.$/.test(reason)) wrong.push(`${id} gives no reason`);
  if ((tests === undefined) === (reason === undefined)) {
    wrong.push(`${id} has neither or both of tests and reason`);
  }
  if (tests?.length === 0) wrong.push(`${id} has no test`);
  for (const missing of tests?.map(missingTest) ?? []) {
    if (missing !== undefined) wrong.push(`${id}: ${missing}`);
  }
  return wrong;
}

Deno.test("each way of losing a result has a test or a reason", () => {
  const ids = Array.from({ length: 60 }, (_, i) => String(i + 1));
  assert.deepEqual(Object.keys(rows), ids);
  assert.deepEqual(ids.flatMap((id) => mistakes(id, rows[id])), []);
});

Deno.test("a row of reliability.json without test, with an unknown one or a lame reason is found", () => {
  const test = { file: "tests/house/reliability_test.ts", name: ["no", "such", "test"].join(" ") };
  assert.deepEqual(mistakes("1", { title: "x" }), ["1 has neither or both of tests and reason"]);
  assert.deepEqual(mistakes("1", { title: "x", tests: [] }), ["1 has no test"]);
  assert.deepEqual(mistakes("1", { title: "x", tests: [test] }), [
    `1: ${test.file} has no test "${test.name}"`,
  ]);
  assert.deepEqual(mistakes("1", { title: "x", reason: "no" }), ["1 gives no reason"]);
});
