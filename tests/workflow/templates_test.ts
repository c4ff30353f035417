/** What the workflows that come with the program are set to. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { registry } from "../../lib/steps/registry.ts";
import { dwellPredictions } from "../../lib/temporal/dwell.ts";
import { checkWorkflow } from "../../lib/workflow/check/check.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = join(root, "workflows/edge-minimal.yaml");

Deno.test("T136 edge-minimal.yaml has 16 codes, 8 motifs, support 0.01, median 5, no hysteresis, and no dwell without effect", async () => {
  const loaded = await loadWorkflow(file, { registry, root });
  assert.ok(loaded.ok, JSON.stringify(loaded.diagnostics));
  const params = (step: string) =>
    loaded.plan.tasks.find((task) => task.step === step)!.params as Record<string, unknown>;
  assert.deepEqual(params("model").levels, [4, 4]);
  const { method, k } = params("motifs");
  assert.deepEqual([method, k], ["kmeans", 8]);
  assert.equal(params("supported").min_support, 0.01);
  const { median_k, hysteresis_rule } = params("behaviours");
  assert.deepEqual([median_k, hysteresis_rule], [5, "none"]);
  // The guide's dwell of 200 ms is ten predictions at 50 Hz; at the template's one prediction a second it is none.
  assert.deepEqual(dwellPredictions(200, 50), { predictions: 10 });
  const { hop } = params("windows") as { hop: number };
  assert.equal(dwellPredictions(200, 50 / hop).predictions, 1);
  assert.doesNotMatch(loaded.plan.source, /min_dwell_ms/);
});

Deno.test("T136 a key that a template's step does not know is refused at its place", async () => {
  const text = (await Deno.readTextFile(file)).replace("epochs: 40", "epochs: 40, commitment_loss: 0.25");
  const folder = join(root, "workflows");
  const { ok, diagnostics } = await checkWorkflow(text, file, { registry, root, folder, overrides: {} });
  assert.equal(ok, false);
  assert.deepEqual(diagnostics.map(({ message }) => /commitment_loss/.test(message)), [true]);
});

Deno.test("T028 the help of cluster says of each method what it is for, and the schema carries it to editors", async () => {
  const { workflowJsonSchema } = await import("../../lib/workflow/schema.ts");
  const { default: cluster } = await import("../../lib/steps/cluster.ts");
  const methods: string[] = cluster.params.shape.method.unwrap().options;
  const help = cluster.params.shape.method.description!;
  const uses = methods.map((method) => new RegExp(`\\b${method} (for|to) \\w+`).test(help) ? "" : method);
  assert.deepEqual(uses.filter((method) => method !== ""), []);
  assert.ok(JSON.stringify(await workflowJsonSchema(registry)).includes(JSON.stringify(help).slice(1, -1)));
});
