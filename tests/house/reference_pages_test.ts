import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { registry } from "../../lib/steps/registry.ts";
import { referencePages } from "../docs/reference_pages.ts";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

Deno.test("the generated pages say what the definitions say, and no page is left of a step that is gone", async () => {
  const pages = await referencePages();
  for (const [path, text] of Object.entries(pages)) {
    assert.equal(await Deno.readTextFile(join(docs, path)), text, `${path}: write it again: deno task docs`);
  }
  const there = [...Deno.readDirSync(join(docs, "steps"))].map(({ name }) => name).sort();
  assert.deepEqual(there, ["README.md", ...registry.names.map((name) => `${name}.md`)].sort());
  assert.ok(pages["steps/window.md"]!.includes("| `length` "));
  assert.ok(pages["steps/load.md"]!.includes("## `source: csv`"));
  assert.ok(pages["metrics.md"]!.includes("| `macro_f1` "));
});
