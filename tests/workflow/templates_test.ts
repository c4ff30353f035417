/** What the workflows that come with the program are set to. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { registry } from "../../lib/steps/registry.ts";
import { checkWorkflow } from "../../lib/workflow/check.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = join(root, "workflows/edge-minimal.yaml");

Deno.test("T136 edge-minimal.yaml has 16 codes, 8 motifs, support 0.01, median 5, dwell 200 ms, no hysteresis", async () => {
  const loaded = await loadWorkflow(file, { registry, root });
  assert.ok(loaded.ok, JSON.stringify(loaded.diagnostics));
  const params = (step: string) =>
    loaded.plan.tasks.find((task) => task.step === step)!.params as Record<string, unknown>;
  assert.deepEqual(params("model").levels, [4, 4]);
  const { method, k } = params("motifs");
  assert.deepEqual([method, k], ["kmeans", 8]);
  assert.equal(params("supported").min_support, 0.01);
  const { median_k, min_dwell_ms, hysteresis_rule } = params("behaviours");
  assert.deepEqual([median_k, min_dwell_ms, hysteresis_rule], [5, 200, "none"]);
});

Deno.test("T136 a key that a template's step does not know is refused at its place", async () => {
  const text = (await Deno.readTextFile(file)).replace("epochs: 40", "epochs: 40, commitment_loss: 0.25");
  const folder = join(root, "workflows");
  const { ok, diagnostics } = await checkWorkflow(text, file, { registry, root, folder, overrides: {} });
  assert.equal(ok, false);
  assert.deepEqual(diagnostics.map(({ message }) => /commitment_loss/.test(message)), [true]);
});
