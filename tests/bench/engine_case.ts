/**
 * One process of the engine benchmark: runs a work plan from a JSON file, or a workflow file, and prints what the engine
 * took.
 */
import { openEngine } from "../../lib/engine/mod.ts";

const [file, mode] = Deno.args;
const plan = file.endsWith(".yaml") ? await planOf(file) : JSON.parse(Deno.readTextFileSync(file));

async function planOf(path: string) {
  const { loadWorkflow } = await import("../../lib/workflow/load.ts");
  const { registry } = await import("../../lib/steps/registry.ts");
  const { dirname } = await import("node:path");
  const checked = await loadWorkflow(path, { registry, root: dirname(path) });
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
  return checked.plan;
}
// In this thread results are there sooner, where nobody times how they are made.
const inline = mode === "inline" ? (await import("../engine/inline_executor.ts")).InlineExecutor : undefined;
const engine = await openEngine({
  root: plan.root,
  ...(inline === undefined ? {} : { executor: (folder: string) => new inline(folder) }),
});
const started = performance.now();
const result = await engine.run(plan, { jobs: 2 });
if (result.status !== "succeeded") {
  throw new Error(`Cannot time the run: ${result.tasks.find((task) => task.error !== undefined)?.error}`);
}
const count = (outcome: string) => result.tasks.filter((t) => t.outcome === outcome).length;
const report = {
  ms: performance.now() - started,
  ran: count("ran"),
  restored: count("restored"),
  status: result.status,
};
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
// As the program does: nothing is left to wait for.
Deno.exit(0);
