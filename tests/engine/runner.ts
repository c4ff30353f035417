/** A process that runs a work plan from a JSON file: what the tests of several processes start, race and kill. */
import { openEngine } from "../../lib/engine/mod.ts";
import { InlineExecutor } from "./inline_executor.ts";

const [file, mode, jobs] = Deno.args;
const plan = JSON.parse(Deno.readTextFileSync(file));
const engine = await openEngine({
  root: plan.root,
  ...(mode === "inline" ? { executor: (folder: string) => new InlineExecutor(folder) } : {}),
});
const result = await engine.run(plan, {
  jobs: Number(jobs ?? 2),
  executor: mode === "slurm" ? "slurm" : "local",
});
const tasks = result.tasks.map(({ id, outcome, error, outputs }) => ({ id, outcome, error, outputs }));
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ status: result.status, tasks })));
Deno.exit(0);
