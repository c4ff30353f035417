/**
 * Every capability that the source guides name has a test, a report section, a verb, a reasoned refusal, or is said to
 * be open. The table is tests/capabilities.json.
 */
import assert from "node:assert/strict";
import { verbs } from "../../lib/cli/verbs.ts";
import { missingTest, type Place, textOf } from "./places.ts";

interface Row {
  title: string;
  test?: Place | Place[];
  section?: Place;
  verb?: string;
  refusal?: string;
  open?: string;
}

const kinds = ["test", "section", "verb", "refusal", "open"] as const;
const root = new URL("../../", import.meta.url);
const rows: Record<string, Row> = JSON.parse(
  await Deno.readTextFile(new URL("tests/capabilities.json", root)),
);

/** What is wrong with a row, in words. */
function mistakes(id: string, row: Row): string[] {
  const given = kinds.filter((kind) => row[kind] !== undefined);
  if (given.length !== 1) return [`${id} has ${given.length === 0 ? "nothing" : given.join(" and ")}`];
  const wrong: string[] = [];
  if (row.title.trim() === "") wrong.push(`${id} has no title`);
  const { test, section, verb } = row;
  for (const place of [test ?? []].flat()) {
    const missing = missingTest(place);
    if (missing !== undefined) wrong.push(`${id}: ${missing}`);
  }
  if (section !== undefined && !textOf(section.file).includes(section.name)) {
    wrong.push(`${id}: ${section.file} has no ${section.name}`);
  }
  if (verb !== undefined && !Object.hasOwn(verbs, verb)) wrong.push(`${id}: there is no verb ${verb}`);
  const sentence = row.refusal ?? row.open;
  if (sentence !== undefined && !/^[A-Z].{20,}\.$/.test(sentence)) wrong.push(`${id} gives no reason`);
  return wrong;
}

Deno.test("every capability of the guides has a test, a report section, a verb or a reason", () => {
  const ids = Array.from({ length: 323 }, (_, i) => `T${String(i + 1).padStart(3, "0")}`);
  assert.deepEqual(Object.keys(rows), ids);
  assert.deepEqual(ids.flatMap((id) => mistakes(id, rows[id])), []);
  const counts = kinds.map((kind) =>
    `${Object.values(rows).filter((row) => row[kind] !== undefined).length} ${kind}`
  );
  console.log(`${ids.length} capabilities: ${counts.join(", ")}`);
});

Deno.test("a row without reason, with an unknown test or with two answers is found", () => {
  const test = { file: "tests/house/capabilities_test.ts", name: ["no", "such", "test"].join(" ") };
  assert.deepEqual(mistakes("X", { title: "x" }), ["X has nothing"]);
  assert.deepEqual(mistakes("X", { title: "x", test }), [
    `X: tests/house/capabilities_test.ts has no test "${test.name}"`,
  ]);
  assert.deepEqual(mistakes("X", { title: "x", verb: "run", open: "y" }), ["X has verb and open"]);
  assert.deepEqual(mistakes("X", { title: "x", verb: "fly" }), ["X: there is no verb fly"]);
  assert.deepEqual(mistakes("X", { title: "x", refusal: "no" }), ["X gives no reason"]);
});
