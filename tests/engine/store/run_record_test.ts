import assert from "node:assert/strict";
import { join } from "node:path";
import { fileOf } from "../../../lib/engine/store/run_record.ts";
import { Project, stepSource } from "../project.ts";

Deno.test("every task has a log of its own, whatever its id is made of", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/say.ts", stepSource('log("I am " + params.text); return { text: "" };'));
  const long = "x".repeat(300);
  const values = ["ä", "ö", "日本", "中国", "a/b", "a_b", `${long}1`, `${long}2`];
  const specs = Object.fromEntries(
    values.map((x) => [`a[x=${JSON.stringify(x)}]`, { uses: "say", cell: { x }, params: { text: x } }]),
  );
  const result = await engine.run(project.plan(specs));
  const logs = result.tasks.map((task) => Deno.readTextFileSync(join(project.root, task.log!)));
  assert.deepEqual(logs, values.map((x) => `I am ${x}\n`));
});

Deno.test("workflows outside of the root are told apart by their whole path", () => {
  assert.equal(fileOf({ root: "/study", file: "/study/workflows/w.yaml" }), "workflows/w.yaml");
  assert.equal(fileOf({ root: "/study", file: "/other/w.yaml" }), "/other/w.yaml");
  assert.equal(fileOf({ root: "/study", file: "/third/w.yaml" }), "/third/w.yaml");
  assert.equal(fileOf({ root: "/study", file: "/study/..kept/w.yaml" }), "..kept/w.yaml");
});
