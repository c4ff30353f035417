import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { drawSection, sections } from "../../lib/report/sections/mod.ts";
import { Sources } from "../../lib/report/sources.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { writeFixtures } from "./fixtures.ts";

/** Paths that are read as a whole while `work` goes on. */
async function readBy(work: () => Promise<void>): Promise<string[]> {
  const { readFileSync, readTextFileSync } = Deno;
  const paths: string[] = [];
  Deno.readFileSync = (path) => (paths.push(String(path)), readFileSync(path));
  Deno.readTextFileSync = (path) => (paths.push(String(path)), readTextFileSync(path));
  try {
    await work();
  } finally {
    Object.assign(Deno, { readFileSync, readTextFileSync });
  }
  return paths;
}

Deno.test("the sections of a report read the bouts of an artifact once, and nothing of single windows but classes", async () => {
  await withFolder(async (dir) => {
    const list = await writeFixtures(dir);
    const sources = new Sources(list);
    const paths = await readBy(async () => {
      for (const { id } of sections) await drawSection(id, sources);
    });
    const typeOf = (path: string) => list.find((source) => source.dir === dirname(path))?.type;
    const bouts = paths.filter((path) => basename(path) === "behaviours.json");
    assert.ok(bouts.length > 0);
    assert.deepEqual(bouts, [...new Set(bouts)]);
    const rows = paths.filter((path) => /\.npy$/.test(path)).map((path) =>
      `${typeOf(path)} ${basename(path)}`
    );
    for (const file of ["Codes codes", "Motifs labels", "Motifs points", "Behaviours labels"]) {
      assert.ok(!rows.includes(`${file}.npy`), `${file} of ${rows}`);
    }
    assert.ok(rows.includes("Windows labels.npy"));
  });
});
