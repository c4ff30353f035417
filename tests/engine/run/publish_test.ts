import assert from "node:assert/strict";
import { sha256 } from "../../../lib/engine/system/canonical_json.ts";
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

/** Everything below a folder that does not belong to the engine or the test's own steps. */
function users(project: Project): string[] {
  return Object.keys(snapshot(project.root)).filter((path) => !/^(\.motiflow|steps)\//.test(path)).sort();
}

Deno.test("publish follows links inside the project and refuses all others; it removes none (test 44)", async () => {
  await using project = new Project();
  await using other = new Project();
  const engine = await project.open();
  Deno.mkdirSync(project.path("disk/deep"), { recursive: true });
  Deno.symlinkSync("disk", project.path("out"));
  const inside = await engine.run(project.plan(publishing("out/a")));
  assert.equal(inside.status, "succeeded");
  assert.equal(Deno.readTextFileSync(project.path("disk/a/text.txt")), "p()");
  assert.ok(Deno.lstatSync(project.path("out")).isSymlink);
  assert.equal((await engine.run(project.plan(publishing("out/a")))).tasks[0].published, "out/a");

  const ways: Record<string, string> = {
    away: other.root,
    nowhere: "/does/not/exist",
    store: ".motiflow/objects",
    self: "self",
    top: ".",
  };
  for (const [name, target] of Object.entries(ways)) {
    Deno.symlinkSync(target, project.path(name));
    for (const folder of [`${name}`, `${name}/results`]) {
      const [task] = await engine.plan(project.plan(publishing(folder)));
      assert.match(task.problem!, new RegExp(`${name} is a link that leads`));
      const { status, tasks } = await engine.run(project.plan(publishing(folder)));
      assert.deepEqual([status, tasks[0].errorKind], ["failed", "input"], folder);
      assert.match(tasks[0].error!, new RegExp(`${name} is a link that leads`));
    }
    assert.ok(Deno.lstatSync(project.path(name)).isSymlink);
  }
  assert.deepEqual([...Deno.readDirSync(other.root)].map(({ name }) => name), ["steps"]);
});

Deno.test("publish names what is in the way and touches nothing", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("thesis", "my only copy");
  project.write("notes/text.txt", "notes of three months");
  project.write("folder/text.txt/mine.txt", "mine");
  project.write("elsewhere.txt", "mine");
  Deno.mkdirSync(project.path("linked"));
  Deno.symlinkSync("../elsewhere.txt", project.path("linked/text.txt"));
  const before = snapshot(project.root);
  const cases: Record<string, string> = {
    "thesis": "thesis",
    "thesis/results": "thesis",
    "notes": "notes/text.txt",
    "folder": "folder/text.txt/mine.txt",
    "linked": "linked/text.txt",
  };
  for (const [folder, path] of Object.entries(cases)) {
    for (let i = 0; i < 2; i++) {
      const { status, tasks } = await engine.run(project.plan(publishing(folder)));
      assert.deepEqual([status, tasks[0].errorKind], ["failed", "input"], folder);
      assert.ok(
        tasks[0].error!.includes(`${path} is there and is not of an earlier publication`),
        tasks[0].error,
      );
    }
    const [task] = await engine.plan(project.plan({ ...publishing(folder) }));
    assert.ok(task.problem?.includes(path), "plan tells it as well");
  }
  for (const [path, text] of Object.entries(before)) assert.equal(snapshot(project.root)[path], text, path);
  assert.deepEqual(users(project), Object.keys(before).filter((path) => !path.startsWith("steps/")).sort());
});

Deno.test("publish takes a file for its own that holds just what it would write", async () => {
  await using project = new Project();
  const engine = await project.open();
  await engine.run(project.plan(publishing("out")));
  Deno.removeSync(project.path(".motiflow"), { recursive: true });
  assert.equal((await engine.run(project.plan(publishing("out")))).status, "succeeded");
});

Deno.test("publish keeps a published file that was changed by hand, and says where", async () => {
  await using project = new Project();
  const engine = await project.open();
  const say = (text: string) => ({ only: { uses: "join", params: { text }, publish: "out" } });
  await engine.run(project.plan(say("a")));
  project.write("out/text.txt", "my words");
  const [planned] = await engine.plan(project.plan(say("a")));
  assert.deepEqual(planned.edited, ["out/text.txt"]);
  const repaired = await engine.run(project.plan(say("a")));
  const [name] = users(project).filter((path) => path.includes(".edited-"));
  assert.match(name, /^out\/text\.txt\.edited-\d{8}-\d{6}$/);
  assert.equal(Deno.readTextFileSync(project.path(name)), "my words");
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "a()");
  assert.match(repaired.tasks[0].warnings.join(), /changed by hand; it is kept as out\/text\.txt\.edited-/);
  assert.equal(project.events.filter((event) => event.type === "task-warning").length, 1);

  await engine.run(project.plan(say("b")));
  assert.equal(
    users(project).filter((path) => path.includes(".edited-")).length,
    1,
    "nothing else was edited",
  );
  project.write("out/text.txt", "second");
  await engine.run(project.plan(say("c")));
  const kept = users(project).filter((path) => path.includes(".edited-"));
  assert.deepEqual(kept.map((path) => Deno.readTextFileSync(project.path(path))).sort(), [
    "my words",
    "second",
  ]);

  Deno.removeSync(project.path("out/text.txt"));
  project.write("mine.txt", "mine");
  Deno.symlinkSync("../mine.txt", project.path("out/text.txt"));
  assert.equal((await engine.run(project.plan(say("c")))).status, "succeeded");
  assert.equal(Deno.readTextFileSync(project.path("mine.txt")), "mine");
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "c()");
});

Deno.test("a publication that was cut short is finished by the next run, whatever that publishes", async () => {
  await using project = new Project();
  const say = (text: string) => ({ only: { uses: "join", params: { text }, publish: "out" } });
  await (await project.open()).run(project.plan(say("a")));
  for (let calls = 1;; calls++) {
    let left = calls;
    const broken = await project.open({
      faultHook: (_, path) => {
        if (/[\\/](out|published)[\\/]/.test(path) && left-- === 0) throw new Error("cut short");
      },
    });
    const { status } = await broken.run(project.plan(say(`b${calls}`)));
    const next = await (await project.open()).run(project.plan(say(`c${calls}`)));
    assert.equal(next.status, "succeeded", next.tasks[0].error);
    assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), `c${calls}()`);
    assert.deepEqual(users(project).filter((path) => path.includes("edited")), []);
    if (status === "succeeded") break;
  }
});

Deno.test("a run lists what its workflow published earlier and does not any more", async () => {
  await using project = new Project();
  const engine = await project.open();
  const folds = (...cells: number[]) =>
    project.plan(Object.fromEntries(cells.map((fold) => [
      `a[fold=${fold}]`,
      { uses: "join", params: { text: `${fold}` }, cell: { fold }, publish: "out" },
    ])));
  const all = await engine.run(folds(0, 1, 2));
  assert.equal(all.leftovers, undefined);
  assert.deepEqual(all.tasks.map((task) => task.published), ["out/fold=0", "out/fold=1", "out/fold=2"]);
  assert.deepEqual((await engine.run(folds(0))).leftovers, ["out/fold=1", "out/fold=2"]);
  Deno.removeSync(project.path("out/fold=1"), { recursive: true });
  assert.deepEqual((await engine.run(folds(0))).leftovers, ["out/fold=2"]);
  const other = { ...folds(0), file: project.path("other.yaml") };
  assert.equal((await engine.run(other)).leftovers, undefined, "what others publish is theirs");
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
    .find((path) => JSON.parse(Deno.readTextFileSync(path)).folder === "one")!;
  project.write("one/old.txt", "published earlier");
  project.write("one/sub/changed.txt", "published earlier, and changed");
  project.write("one/mine.txt", "never published");
  const known = JSON.parse(Deno.readTextFileSync(list));
  known.files["old.txt"] = [sha256("published earlier")];
  known.files["sub/changed.txt"] = [sha256("published earlier")];
  Deno.writeTextFileSync(list, JSON.stringify(known));
  const { tasks } = await engine.run(one);
  const [kept] = [...Deno.readDirSync(project.path("one/sub"))].map((e) => e.name);
  assert.match(kept, /^changed\.txt\.edited-/);
  assert.match(tasks[0].warnings.join(), /changed by hand/);
  Deno.removeSync(project.path("one/sub"), { recursive: true });
  assert.deepEqual([...Deno.readDirSync(project.path("one"))].map((e) => e.name).sort(), [
    "artifact.json",
    "mine.txt",
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

Deno.test("publish leaves a folder to the workflow that filled it, until that workflow's file is gone", async () => {
  await using project = new Project();
  const engine = await project.open();
  const by = (file: string, text: string) => ({
    ...project.plan({ a: { uses: "join", params: { text }, publish: "out" } }),
    file: project.path(file),
  });
  for (const file of ["one.yaml", "two.yaml"]) project.write(file, "");
  assert.equal((await engine.run(by("one.yaml", "1"))).status, "succeeded");
  const text = () => Deno.readTextFileSync(project.path("out/text.txt"));
  const mine = text();
  const refusal = /Cannot publish to out: out holds what one\.yaml published/;
  assert.match((await engine.plan(by("two.yaml", "2")))[0]!.problem ?? "", refusal);
  // Neither before its result is there nor after.
  for (let i = 0; i < 2; i++) {
    const { status, tasks } = await engine.run(by("two.yaml", "2"));
    assert.equal(status, "failed");
    assert.match(tasks[0]!.error ?? "", refusal);
    assert.equal(text(), mine);
    assert.equal(
      (await engine.run({
        ...by("two.yaml", "2"),
        tasks: by("two.yaml", "2").tasks.map((t) => ({ ...t, publish: "other" })),
      })).status,
      "succeeded",
    );
  }
  assert.equal((await engine.run(by("two.yaml", "1"))).status, "succeeded", "the same files are no quarrel");
  assert.equal((await engine.run(by("one.yaml", "1"))).status, "succeeded");
  Deno.removeSync(project.path("one.yaml"));
  assert.equal((await engine.run(by("two.yaml", "2"))).status, "succeeded", "the workflow was renamed");
  assert.notEqual(text(), mine);
});

Deno.test("publish shortens the folder of a cell whose name no file system takes, each to one of its own", async () => {
  await using project = new Project();
  const engine = await project.open();
  const long = "\u00fc".repeat(200);
  const cells = project.plan(Object.fromEntries(["a", "b"].map((end) => [
    `a[m=${end}]`,
    { uses: "join", params: { text: end }, cell: { m: long + end }, publish: `out/${end}` },
  ])));
  const { status } = await engine.run(cells);
  assert.equal(status, "succeeded");
  const names = ["a", "b"].map((end) =>
    [...Deno.readDirSync(project.path("out", end))].map((e) => e.name).join()
  );
  assert.match(names[0]!, /^m=\u00fc{92}\u00fc?~[\da-f]{12}$/);
  assert.notEqual(names[0], names[1]);
});

Deno.test("publish tells of a folder that takes nothing with the place in the file and a cure", async () => {
  await using project = new Project();
  const engine = await project.open();
  // What is to be written has a name there that is too long for any file system.
  const folder = `out/${"x".repeat(300)}`;
  const { tasks } = await engine.run(project.plan(publishing(folder)));
  assert.deepEqual([tasks[0].outcome, tasks[0].errorKind], ["failed", "input"]);
  assert.match(
    tasks[0].error!,
    /Cannot publish to out\/x+: File name too long \(os error 36\)\n.*publish elsewhere/,
  );
});
