import { openEngine } from "/work/main/lib/engine/mod.ts";
import { InlineExecutor } from "./inline_executor.ts";
const t0 = performance.now();
const plan = JSON.parse(Deno.readTextFileSync(Deno.args[0] + "/plan200.json"));
const t1 = performance.now();
const engine = await openEngine({ root: Deno.args[0], executor: (f) => new InlineExecutor(f) });
const r = await engine.run(plan, { jobs: 2 });
const t2 = performance.now();
console.log(
  r.status,
  r.id,
  Object.entries(Object.groupBy(r.tasks, (t) => t.outcome)).map(([k, v]) => k + " " + v!.length).join(),
  "parse",
  (t1 - t0).toFixed(1),
  "run",
  (t2 - t1).toFixed(1),
);
