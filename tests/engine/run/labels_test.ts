import assert from "node:assert/strict";
import { collectTag } from "../../../lib/cli/flags.ts";
import { Project } from "../project.ts";

Deno.test("a run keeps its tags and its note, and is found by all of its tags", async () => {
  await using project = new Project();
  const engine = await project.open();
  const plan = project.plan({ a: { uses: "join" } });
  const first = await engine.run(plan, { tags: ["pilot", "week-3"], note: "before the new sensor" });
  const second = await engine.run(plan, { tags: ["pilot"] });
  const { tags, note } = await engine.readRun(first.id);
  assert.deepEqual([tags, note], [["pilot", "week-3"], "before the new sensor"]);
  const found = async (...tags: string[]) => (await engine.listRuns({ tags })).map(({ id }) => id);
  assert.deepEqual(await found("pilot"), [second.id, first.id]);
  assert.deepEqual(await found("pilot", "week-3"), [first.id]);
  assert.deepEqual(await found("none"), []);
});

Deno.test("a run with a name has a record of its own even where nothing was new", async () => {
  await using project = new Project();
  const engine = await project.open();
  const plan = project.plan({ a: { uses: "join" } });
  const first = await engine.run(plan);
  assert.equal((await engine.run(plan)).id, first.id);
  const named = await engine.run(plan, { note: "for the paper" });
  assert.notEqual(named.id, first.id);
  assert.equal((await engine.readRun(named.id)).note, "for the paper");
  assert.equal((await engine.readRun(first.id)).note, undefined);
});

Deno.test("a tag is one word, told once", () => {
  assert.deepEqual(
    ["pilot", "Woche-3", "pilot", "ä.1"].reduce((all, tag) => collectTag(tag, all), [] as string[]),
    [
      "pilot",
      "Woche-3",
      "ä.1",
    ],
  );
  for (const tag of ["", "two words", "-x", "a\nb", "x".repeat(65)]) {
    assert.throws(() => collectTag(tag), /one word/, JSON.stringify(tag));
  }
});
