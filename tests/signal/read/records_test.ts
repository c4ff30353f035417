/** Records and sheets: how they are looked at, and what becomes of damaged ones; their layouts are in tests/layouts. */
import assert from "node:assert/strict";
import { InputError } from "../../../lib/errors.ts";
import { Random } from "../../../lib/random.ts";
import { lookAtFiles } from "../../../lib/signal/read/look/look_at_folder.ts";
import { openSheet } from "../../../lib/signal/read/records/excel.ts";
import { openJson } from "../../../lib/signal/read/records/json_tables.ts";
import { withFiles } from "./read_files.ts";

const cases = Number(Deno.env.get("MOTIFLOW_DEVICE_CASES") ?? 60);
const workbook = Deno.readFileSync(new URL("../../reference/sheets.xlsx", import.meta.url));
const records = Array.from(
  { length: 60 },
  (_, i) => ({ time: i / 50, acc_x: i % 7, acc_y: 1, acc_z: -i % 5, label: "walk" }),
);
const jsonLines = records.map((r) => JSON.stringify(r)).join("\n");
const plan = { values: [1, 2, 3], texts: [4], missing: "gap" as const, onBad: "gap" as const };

Deno.test("init takes the longest sheet of a workbook, with its columns", async () => {
  const seen = await withFiles({ "a.xlsx": workbook }, lookAtFiles);
  assert.deepEqual([seen.params.source, seen.params.sheet, seen.params.time], ["excel", "Trial 1", "time"]);
  assert.equal(seen.data?.rate, 50);
});

Deno.test("init takes lines of records as a table", async () => {
  const seen = await withFiles({ "p1.jsonl": jsonLines }, lookAtFiles);
  assert.deepEqual([seen.params.source, seen.params.time, seen.params.label], ["json", "time", "label"]);
  assert.equal(seen.data?.rate, 50);
});

/** Changes, cuts, or doubles some bytes. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.uniform() < 0.3) return bytes.slice(0, random.below(bytes.length));
  const out = bytes.slice();
  for (let k = 0; k < 3; k++) out[random.below(out.length)] = random.below(256);
  return out;
}

for (
  const [name, whole, open] of [
    ["a.xlsx", workbook, (file: Parameters<typeof openSheet>[0]) => openSheet(file, "Trial 1")],
    ["a.jsonl", new TextEncoder().encode(jsonLines), openJson],
    ["a.json", new TextEncoder().encode(JSON.stringify(records)), openJson],
  ] as const
) {
  Deno.test(`${cases} damaged files ${name} are read or refused, and nothing else happens`, async () => {
    const random = new Random(5);
    let refused = 0;
    for (let i = 0; i < cases; i++) {
      const bytes = damage(whole, random);
      try {
        const table = await open({ name, place: name, read: () => bytes });
        if (table.columns < 5) continue;
        const { rows } = await table.read(plan);
        assert(rows <= 200, `${rows} rows`);
      } catch (cause) {
        if (!(cause instanceof InputError)) throw new Error(`case ${i}`, { cause });
        refused++;
      }
    }
    assert(refused > 0);
  });
}
