import assert from "node:assert/strict";
import { z } from "zod";
import { objectOf, rowsOf } from "../../lib/artifacts/read_json.ts";
import { writeJson, writeJsonRows } from "../../lib/artifacts/write_json.ts";
import { withFolder } from "../hailo/sample_bundle.ts";

interface Row {
  name: string;
  x: number;
  more?: number[];
}

const schema = () =>
  objectOf<{ n: number; rows: Row[] }>({
    n: z.number(),
    rows: rowsOf(z.object({ name: z.string(), x: z.number(), more: z.array(z.number()).optional() })),
  });

const rowsFor = (n: number): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    name: i % 3 === 0 ? `line\nof "ä" ${i}` : `r${i}`,
    x: i / 7,
    ...(i % 5 === 0 ? { more: i % 2 === 0 ? [] : [i, -i] } : {}),
  }));

Deno.test("writeJsonRows() writes the bytes of writeJson(), of any number of rows", async () => {
  await withFolder(async (dir) => {
    for (const n of [0, 1, 1000, 1001, 2000, 2503]) {
      const rows = rowsFor(n);
      await writeJson(dir, "whole.json", { n, rows }, schema, "Model");
      await writeJsonRows(dir, "rows.json", { n }, "rows", rows, schema, "Model");
      assert.equal(Deno.readTextFileSync(`${dir}/rows.json`), Deno.readTextFileSync(`${dir}/whole.json`));
    }
  });
});

Deno.test("writeJsonRows() makes no text of many rows", async () => {
  const { writeSync } = Deno.FsFile.prototype;
  const lengths: number[] = [];
  Deno.FsFile.prototype.writeSync = function (bytes: Uint8Array) {
    lengths.push(bytes.length);
    return writeSync.call(this, bytes);
  };
  try {
    await withFolder(async (dir) => {
      await writeJsonRows(dir, "rows.json", { n: 1 }, "rows", rowsFor(50_000), schema, "Model");
      const size = Deno.statSync(`${dir}/rows.json`).size;
      assert.equal(lengths.reduce((a, b) => a + b, 0), size);
      assert.ok(Math.max(...lengths) < size / 20, `${Math.max(...lengths)} of ${size} bytes at once`);
    });
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
});

Deno.test("a number that is not finite is refused in any row, with its place", async () => {
  await withFolder(async (dir) => {
    for (const [n = 0, place = 0] of [[3, 2], [4000, 3999]]) {
      const rows = rowsFor(n);
      rows[place]!.x = Infinity;
      await assert.rejects(
        writeJsonRows(dir, "rows.json", { n }, "rows", rows, schema, "Model"),
        new RegExp(`rows\\.json: Cannot write Model: field rows\\[${place}\\]\\.x does not fit`),
      );
    }
    await assert.rejects(
      writeJsonRows(dir, "rows.json", { n: NaN }, "rows", rowsFor(2000), schema, "Model"),
      /field n does not fit/,
    );
  });
});

Deno.test("rowsOf() says of what is no list what z.array() says", () => {
  const message = (type: z.ZodType) => type.safeParse({ rows: 1 }).error?.issues[0]?.message;
  assert.equal(message(rowsOf(z.number())), message(z.array(z.number())));
  assert.equal(rowsOf(z.number()).safeParse([1, "2", 3]).error?.issues[0]?.path[0], 1);
});
