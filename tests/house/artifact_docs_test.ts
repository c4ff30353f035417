import assert from "node:assert/strict";
import { artifactPage } from "./artifact_docs.ts";

Deno.test("docs/artifacts.md says what lib/artifacts says", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/artifacts.md", import.meta.url));
  assert.equal(page, await artifactPage(), "write it again: deno task docs");
  for (const file of ["codes.npy", "weights.npz", "device_benchmark.json", "model.hef", "report.html"]) {
    assert.ok(page.includes(`\`${file}\``), file);
  }
});
