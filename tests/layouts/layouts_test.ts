/** Every layout is read right, value by value, or refused in words that name the cure. */
import assert from "node:assert/strict";
import { animals } from "./cases/animals.ts";
import { arrays } from "./cases/arrays.ts";
import { devices } from "./cases/devices.ts";
import { labels } from "./cases/labels.ts";
import { loggers } from "./cases/loggers.ts";
import { phones } from "./cases/phones.ts";
import { records } from "./cases/records.ts";
import { spreadsheets } from "./cases/spreadsheets.ts";
import { trackers } from "./cases/trackers.ts";
import { check } from "./check.ts";
import { checkedSources } from "./checked_sources.ts";
import type { Layout } from "./layout.ts";

const layouts: readonly Layout[] = [
  ...phones,
  ...loggers,
  ...trackers,
  ...animals,
  ...devices,
  ...labels,
  ...spreadsheets,
  ...arrays,
  ...records,
];

for (const layout of layouts) {
  Deno.test(`${layout.maker}, ${layout.format}: ${layout.name}`, () => check(layout));
}

Deno.test("there are at least sixty layouts, each under a name of its own and with its public source", () => {
  assert(layouts.length >= 60, `${layouts.length} layouts`);
  assert.equal(new Set(layouts.map((l) => `${l.maker} ${l.format} ${l.name}`)).size, layouts.length);
  for (const { name, source } of layouts) assert(source.length > 8, name);
});

Deno.test("sources that were opened are sources of the table", () => {
  const sources = new Set(layouts.map(({ source }) => source));
  for (const [source, title] of Object.entries(checkedSources)) {
    assert(sources.has(source), source);
    assert(title.length > 8, source);
  }
});
