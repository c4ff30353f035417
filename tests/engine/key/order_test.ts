/** Maps whose order a step sees: another order is another result, and is told as such. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describeChanges } from "../../../lib/engine/key/diff_ingredients.ts";
import { planFrom } from "../from_yaml.ts";
import { outcomes, Project, stepSource, textOf } from "../project.ts";

const fields = stepSource('return { text: JSON.stringify(params.map) + texts.join("") };');

Deno.test("a map in another order runs its step again, and the old order is back for free", async () => {
  await using project = new Project();
  project.write("steps/fields.ts", fields);
  const engine = await project.open();
  const of = (map: Record<string, number>) =>
    project.plan({
      fields: { uses: "fields", params: { map: { deep: [map] } } },
      after: { uses: "join", from: ["fields"] },
    });
  const first = await engine.run({ ...of({ left: 1, right: 2 }), params: { map: { left: 1, right: 2 } } });
  const plan = { ...of({ right: 2, left: 1 }), params: { map: { right: 2, left: 1 } } };
  const second = await engine.run(plan);
  assert.deepEqual(outcomes(second), { fields: "ran", after: "ran" });
  assert.equal(textOf(second, "fields"), '{"deep":[{"right":2,"left":1}]}');
  const order = 'order of params.map changed: ["left","right"] → ["right","left"]';
  const diff = await engine.diffRuns(first.id, second.id);
  assert.equal(describeChanges(diff.params), order);
  // Lists are compared as a whole.
  assert.deepEqual(diff.tasks[0].changes.map((c) => c.what), ["params.map.deep"]);
  const again = await engine.run(of({ left: 1, right: 2 }));
  assert.deepEqual(outcomes(again), { fields: "restored", after: "restored" });
  assert.deepEqual(again.tasks[0].outputs, first.tasks[0].outputs);
});

Deno.test("a map with one field more and the others moved tells both", async () => {
  await using project = new Project();
  project.write("steps/fields.ts", fields);
  const engine = await project.open();
  const of = (map: Record<string, number>) => project.plan({ fields: { uses: "fields", params: { map } } });
  await engine.run(of({ left: 1, right: 2 }));
  const run = await engine.run(of({ right: 2, top: 3, left: 1 }));
  assert.equal(run.tasks[0].reason, "params.map.top is new (and 1 more)");
});

Deno.test("`sensors` of load in another order gives recordings in that order, not the stored ones", async () => {
  await using project = new Project();
  project.write("data/p1.csv", ["lx,rx", ...Array.from({ length: 200 }, (_, i) => `${i},${-i}`)].join("\n"));
  const engine = await project.open({ workers: true });
  const run = async (fields: string) => {
    const plan = await planFrom(
      project,
      `steps:\n  load:\n    uses: load\n    with: { ${fields}, path: data/*.csv, source: csv }\n`,
    );
    const result = await engine.run(plan);
    assert.equal(result.status, "succeeded", result.tasks[0].error ?? "");
    const [task] = result.tasks;
    const path = join(Object.values(task.outputs)[0].dir, "recordings.json");
    return { task, sensors: JSON.parse(Deno.readTextFileSync(path)).sensors };
  };
  const first = await run("sensors: { left: [lx], right: [rx] }, rate: 50");
  assert.deepEqual(first.sensors, ["left", "right"]);
  const second = await run("sensors: { right: [rx], left: [lx] }, rate: 50");
  assert.deepEqual([second.task.outcome, second.sensors], ["ran", ["right", "left"]]);
  assert.equal(second.task.reason, 'order of params.sensors changed: ["left","right"] → ["right","left"]');
  // Fields of the step itself have an order of their own, however they are written.
  const third = await run("rate: 50, sensors: { left: [lx], right: [rx] }");
  assert.deepEqual([third.task.outcome, third.task.outputs], ["restored", first.task.outputs]);
});
