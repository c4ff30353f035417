import assert from "node:assert/strict";
import { Project, snapshot } from "../project.ts";

const publishing = (publish: string) => ({ only: { uses: "join", params: { text: "p" }, publish } });

Deno.test("publish refuses to leave the project or to touch the store (test 44)", async () => {
  await using project = new Project();
  const engine = await project.open();
  const before = snapshot(project.root);
  for (
    const folder of [
      "..",
      "../x",
      "a/../../b",
      "./..",
      ".",
      "",
      "/etc",
      "/",
      ".motiflow",
      ".motiflow/objects",
      "a\0b",
    ]
  ) {
    const result = await engine.run(project.plan(publishing(folder)));
    assert.deepEqual([result.status, result.tasks[0].errorKind], ["failed", "input"], JSON.stringify(folder));
    assert.match(result.tasks[0].error!, /Cannot publish to/);
  }
  const after = Object.keys(snapshot(project.root)).filter((path) => !path.startsWith(".motiflow/"));
  assert.deepEqual(after, Object.keys(before));
});

Deno.test("publish replaces links on its way instead of following them (test 44)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("src/text.txt", "source");
  Deno.symlinkSync(project.path("src"), project.path("out"));
  await engine.run(project.plan(publishing("out")));
  assert.equal(Deno.readTextFileSync(project.path("src/text.txt")), "source");
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "p()");
  assert.ok(Deno.lstatSync(project.path("out")).isDirectory);

  Deno.removeSync(project.path("out/text.txt"));
  Deno.symlinkSync(project.path("src/text.txt"), project.path("out/text.txt"));
  await engine.run(project.plan(publishing("out")));
  assert.equal(Deno.readTextFileSync(project.path("src/text.txt")), "source");
  assert.ok(Deno.lstatSync(project.path("out/text.txt")).isFile);

  Deno.mkdirSync(project.path("deep"));
  Deno.symlinkSync("/", project.path("deep/a"));
  await engine.run(project.plan(publishing("deep/a/b")));
  assert.equal(Deno.readTextFileSync(project.path("deep/a/b/text.txt")), "p()");
  assert.ok(Deno.lstatSync(project.path("deep/a")).isDirectory);
});

Deno.test("publish gives each matrix cell a folder and removes what is no longer part of it", async () => {
  await using project = new Project();
  const engine = await project.open();
  const cells = project.plan({
    "a[fold=0]": { uses: "join", params: { text: "0" }, cell: { fold: 0 }, publish: "out" },
    "a[fold=1]": { uses: "join", params: { text: "1" }, cell: { fold: 1 }, publish: "out" },
  });
  await engine.run(cells);
  assert.equal(Deno.readTextFileSync(project.path("out/fold=1/text.txt")), "1()");
  const one = project.plan(publishing("one"));
  await engine.run(one);
  const list = [...Deno.readDirSync(project.path(".motiflow/published"))].map((e) =>
    project.path(".motiflow/published", e.name)
  )
    .find((path) => JSON.parse(Deno.readTextFileSync(path)).length === 2)!;
  assert.ok(list);
  project.write("one/old.txt", "published earlier");
  for (const { name } of Deno.readDirSync(project.path(".motiflow/published"))) {
    project.write(`.motiflow/published/${name}`, JSON.stringify(["artifact.json", "old.txt", "text.txt"]));
  }
  await engine.run(one);
  assert.deepEqual([...Deno.readDirSync(project.path("one"))].map((e) => e.name).sort(), [
    "artifact.json",
    "text.txt",
  ]);
});

Deno.test("publish makes scripts executable and nothing else", async () => {
  await using project = new Project();
  const engine = await project.open();
  const scripted = { only: { uses: "join", params: { text: "#!/bin/sh\n" }, publish: "out" } };
  await engine.run(project.plan(scripted));
  assert.equal(Deno.statSync(project.path("out/text.txt")).mode! & 0o777, 0o755);
  await engine.run(project.plan(publishing("out")));
  assert.equal(Deno.statSync(project.path("out/text.txt")).mode! & 0o777, 0o644);
});
