/** Records and sheets: how they are looked at, and what becomes of damaged ones; their layouts are in tests/layouts. */
import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { InputError } from "../../../lib/errors.ts";
import { Random } from "../../../lib/random.ts";
import { lookAtFiles } from "../../../lib/signal/read/look/look_at_folder.ts";
import { openSheet } from "../../../lib/signal/read/records/excel.ts";
import { openJson } from "../../../lib/signal/read/records/json_tables.ts";
import { loadFiles } from "../../layouts/load.ts";
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

Deno.test("a record that lacks a number is named by its own line, and Python's NaN is a missing number", async () => {
  const lines = jsonLines.split("\n");
  const load = (changed: string, more = {}) =>
    loadFiles({ "p1.jsonl": [...lines.slice(0, 9), changed, ...lines.slice(10)].join("\n") }, {
      source: "json",
      time: "time",
      sensors: { s: ["acc_x", "acc_y", "acc_z"] },
      ...more,
    });
  for (
    const changed of ['{"time":0.18,"acc_x":2,"acc_z":0}', '{"time":0.18,"acc_x":2,"acc_y":NaN,"acc_z":0}']
  ) {
    await assert.rejects(load(changed), /p1\.jsonl:10: Cannot read acc_y: the sample is missing/);
    const { recordings: { recordings: [{ samples, data }] } } = await load(changed, { missing: "gap" });
    assert.deepEqual([samples, ...data.subarray(27, 30)], [60, 2, 1, 0]);
  }
  await assert.rejects(load('{"time":0.18,"acc_x":NaN oops}'), /p1\.jsonl:10: Cannot read JSON/);
});

/** The bytes of a workbook with one sheet. */
function workbookOf(sheet: string): Uint8Array {
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const relations = (target: string, type: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
    `Type="${office}/${type}" Target="${target}"/></Relationships>`;
  const entries = {
    "_rels/.rels": relations("xl/workbook.xml", "officeDocument"),
    "xl/_rels/workbook.xml.rels": relations("worksheets/sheet1.xml", "worksheet"),
    "xl/workbook.xml":
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="A &amp; B" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}">${sheet}</worksheet>`,
  };
  return zipSync(
    Object.fromEntries(Object.entries(entries).map(([n, text]) => [n, new TextEncoder().encode(text)])),
  );
}

const textCell = (place: string, text: string) => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;

Deno.test("a header of two rows gives a sensor's name, merged over its axes, to each of them, and a title to none", async () => {
  for (
    const [names, merged] of [
      [{ A1: "time", B1: "acc", E1: "label", B2: "x", C2: "y", D2: "z" }, ["A1:A2", "B1:D1", "E1:E2"]],
      [{ A1: "Trial", A2: "time", B2: "acc_x", C2: "acc_y", D2: "acc_z", E2: "label" }, ["A1:E1"]],
    ] as const
  ) {
    const header = ["1", "2"].map((row) =>
      `<row r="${row}">${
        Object.entries(names).filter(([at]) => at[1] === row).map(([at, text]) => textCell(at, text)).join("")
      }</row>`
    );
    const rows = records.map((r, i) =>
      `<row r="${i + 3}">${
        [r.time, r.acc_x, r.acc_y, r.acc_z].map((v, c) => `<c r="${"ABCD"[c]}${i + 3}"><v>${v}</v></c>`).join(
          "",
        )
      }${textCell(`E${i + 3}`, r.label)}</row>`
    );
    const areas = merged.map((area) => `<mergeCell ref="${area}"/>`).join("");
    const bytes = workbookOf(
      `<sheetData>${header.join("")}${rows.join("")}</sheetData><mergeCells>${areas}</mergeCells>`,
    );
    const { recordings: { recordings: [{ samples, data }] } } = await loadFiles({ "a.xlsx": bytes }, {
      source: "excel",
      time: "time",
      sensors: { s: ["acc_x", "acc_y", "acc_z"] },
    });
    assert.deepEqual([samples, ...data.subarray(3, 6)], [60, 1, 1, -1]);
  }
});

Deno.test("a label that is merged over rows of a sheet holds for all of them", async () => {
  const rows = records.map((r, i) =>
    `<row r="${i + 2}">${
      [r.time, r.acc_x, r.acc_y, r.acc_z].map((v, c) => `<c r="${"ABCD"[c]}${i + 2}"><v>${v}</v></c>`).join(
        "",
      )
    }${i % 30 === 0 ? textCell(`E${i + 2}`, i === 0 ? "walk" : "sit") : ""}</row>`
  );
  const names = ["time", "acc_x", "acc_y", "acc_z", "label"].map((name, c) =>
    textCell(`${"ABCDE"[c]}1`, name)
  );
  const bytes = workbookOf(
    `<sheetData><row r="1">${names.join("")}</row>${rows.join("")}</sheetData>` +
      `<mergeCells count="2"><mergeCell ref="E2:E31"/><mergeCell ref="E32:E61"/></mergeCells>`,
  );
  const { recordings } = await loadFiles({ "a.xlsx": bytes }, {
    source: "excel",
    time: "time",
    label: "label",
  });
  assert.deepEqual(recordings.labelNames, ["sit", "walk"]);
  assert.deepEqual([...recordings.recordings[0].labels], records.map((_, i) => i < 30 ? 1 : 0));
});
