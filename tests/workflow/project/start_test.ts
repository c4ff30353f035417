import assert from "node:assert/strict";
import { join } from "node:path";
import { startProject } from "../../../lib/workflow/project/start.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-start-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const modeline = (folder: string) =>
  Deno.readTextFileSync(join(folder, "workflows/first.yaml")).split("\n")[0]!.split("$schema=")[1]!;

Deno.test("startProject() lets editors read the schema of an installed package, and copies it where there is none", async () => {
  await withFolder(async (folder) => {
    const schema = "node_modules/motiflow/workflows/workflow.schema.json";
    await Deno.mkdir(join(folder, schema, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, schema), "{}");
    const below = join(folder, "studies/walks");
    for (const project of [folder, below]) {
      assert.deepEqual(await startProject(project, {}), [
        "motiflow.json",
        ".gitignore",
        "workflows/first.yaml",
      ]);
      assert.equal(Deno.readTextFileSync(join(project, "workflows", modeline(project))), "{}");
    }
    assert.equal(modeline(below), "../../../" + schema);
    assert.match(Deno.readTextFileSync(join(folder, ".gitignore")), /^node_modules\/$/m);
  });
  await withFolder(async (folder) => {
    assert.ok((await startProject(folder, {})).includes("workflows/workflow.schema.json"));
    assert.equal(modeline(folder), "./workflow.schema.json");
  });
});
