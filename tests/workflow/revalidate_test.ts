import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { registry } from "../../lib/steps/registry.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";
import type { Workplan } from "../../lib/workflow/workplan.ts";

const file = fileURLToPath(new URL("../../workflows/revalidate.yaml", import.meta.url));

async function planOf(seed: string): Promise<Workplan> {
  const result = await loadWorkflow(file, { registry, overrides: { new_seed: seed } });
  assert.ok(result.ok);
  return result.plan;
}

Deno.test("revalidate.yaml: nothing of the baseline depends on the new recordings", async () => {
  const { tasks, schedule } = await planOf("8");
  const touched = new Set<string>(["new-recordings"]);
  // Every task comes after its inputs.
  for (const { id, inputs } of tasks) {
    if (Object.values(inputs).some((i) => i.sources.some((s) => touched.has(s.task)))) touched.add(id);
  }
  const baseline = ["recordings", "windows", "split", "model", "latents", "codes", "motifs", "baseline"];
  assert.deepEqual(tasks.map((t) => t.id).filter((id) => !touched.has(id)), baseline);
  assert.deepEqual(schedule, { cron: "0 4 * * 1", timezone: "UTC" });

  const later = await planOf("9");
  const same = tasks.filter((task, i) => JSON.stringify(task) === JSON.stringify(later.tasks[i])).map((t) =>
    t.id
  );
  assert.deepEqual(tasks.map((t) => t.id).filter((id) => !same.includes(id)), ["new-recordings"]);
});
