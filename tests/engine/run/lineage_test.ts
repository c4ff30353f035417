import assert from "node:assert/strict";
import type { Lineage } from "../../../lib/artifacts/lineage.ts";
import type { RunResult } from "../../../lib/engine/mod.ts";
import { outcomes, Project, stepSource, textOf } from "../project.ts";

/** A project with a step that makes the same text of any parameter, and one that writes down its lineage. */
function project(): Project {
  const made = new Project();
  made.write("steps/same.ts", stepSource('return { text: "same" };'));
  made.write(
    "steps/tell.ts",
    stepSource("return { text: JSON.stringify(lineage ?? null) };").replace(
      "{ inputs, ",
      "{ lineage, inputs, ",
    ),
  );
  return made;
}

const plan = (of: Project, params = { epochs: 1 }, told: { lineage?: true } = { lineage: true }) =>
  of.plan({
    other: { uses: "join" },
    data: { uses: "join", params: { text: "a" } },
    model: { uses: "same", params, from: ["data"], seed: 7 },
    score: { uses: "join", from: ["model"] },
    report: { uses: "tell", from: ["score"], ...told },
  });

const toldBy = (result: RunResult): Lineage => JSON.parse(textOf(result, "report"));

Deno.test("a step with lineage is told how all that led to its inputs was made, and nothing else", async () => {
  await using of = project();
  const engine = await of.open();
  const result = await engine.run(plan(of));
  const lineage = toldBy(result);
  assert.deepEqual(lineage.tasks.map(({ id, from }) => [id, from]), [
    ["data", []],
    ["model", ["data"]],
    ["score", ["model"]],
    ["report", ["score"]],
  ]);
  const [, model, , report] = lineage.tasks;
  const ran = result.tasks.find(({ id }) => id === "model")!;
  assert.equal(model!.key, ran.key);
  assert.equal(model!.outputs.text!.id, ran.outputs.text!.id);
  const stored = (await engine.readAction(ran.key!))!;
  assert.equal(model!.made!.at, stored.created);
  assert.equal(model!.made!.seconds, stored.seconds);
  assert.deepEqual([model!.made!.params, model!.made!.seed], [{ epochs: 1 }, 7]);
  assert.equal(model!.made!.code, stored.ingredients.code);
  assert.equal(report!.made, undefined);
  assert.equal(lineage.run.id, result.id);
  assert.deepEqual(lineage.runtime.deno, Deno.version.deno);
  const silent = await engine.run(plan(of, { epochs: 1 }, {}));
  assert.equal(toldBy(silent), null, "a step that does not ask is told nothing");
});

Deno.test("another way to equal inputs runs a step with lineage again, and only that", async () => {
  await using of = project();
  const engine = await of.open();
  await engine.run(plan(of));
  const changed = plan(of, { epochs: 2 });
  const again = await engine.run(changed);
  const { model, score, report, data } = outcomes(again);
  assert.deepEqual([data, model, score, report], ["restored", "ran", "restored", "ran"]);
  assert.equal(
    again.tasks.find(({ id }) => id === "report")!.reason,
    "lineage of model changed",
  );
  assert.deepEqual(toldBy(again).tasks[1]!.made!.params, { epochs: 2 });
  const back = await engine.run(plan(of));
  assert.equal(outcomes(back).report, "restored");
  assert.deepEqual(toldBy(back).tasks[1]!.made!.params, { epochs: 1 });
});

Deno.test("a result that was made anew is told as it was then: no rerun, and verify() makes the same bytes", async () => {
  await using of = project();
  const engine = await of.open();
  const first = await engine.run(plan(of));
  const forced = await engine.run(plan(of), { force: ["model"] });
  assert.deepEqual(
    [outcomes(forced).model, outcomes(forced).score, outcomes(forced).report],
    ["ran", "restored", "restored"],
  );
  assert.notEqual(
    (await engine.readAction(first.tasks[2]!.key!))!.created,
    toldBy(forced).tasks[1]!.made!.at,
  );
  const { tasks } = await engine.verify(plan(of));
  assert.deepEqual(tasks.filter(({ same }) => !same), []);
  const made = await engine.run(plan(of), { force: ["report"] });
  assert.equal(toldBy(made).run.id, made.id, "made anew, it tells of its own run");
});
