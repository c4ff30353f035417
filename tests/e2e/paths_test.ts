/** Paths start where the user stands, for every option that reads or writes one. */
import assert from "node:assert/strict";
import { called, calledDirectly, Rig } from "./rig.ts";

const workflow = (name: string) =>
  `version: 1
name: ${name}
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 2, minutes: 0.5, seed: 1 } }
`;

Deno.test("a user who stands below the project reads and writes there, and never meets the root's files of that name", async () => {
  await using rig = await Rig.open({ "wf.yaml": workflow("root-one"), "exp/wf.yaml": workflow("exp-one") });
  for (const path of ["wf.yaml", "./wf.yaml"]) {
    const planned = await rig.runFrom("exp", "plan", path, "--json");
    assert.equal(JSON.parse(planned.stdout).workflow, "exp-one", planned.stderr);
  }
  const dry = await rig.runFrom("exp", "run", "../wf.yaml", "-n", "--json");
  assert.equal(JSON.parse(dry.stdout).workflow, "root-one", dry.stderr);
  assert.equal(rig.exists(".motiflow/runs"), false);

  const ran = await rig.runFrom("exp", "run", "wf.yaml", "-j", "1", "--reports", "rep");
  assert.equal(ran.code, 0, ran.stderr);
  const written = [
    ["rep/exp-one.json"],
    ["c/ro-crate-metadata.json", "show", "latest", "--crate", "c"],
    ["sub/h.html", "history", "--html", "sub/h.html"],
    ["s.json", "schema", "--out", "s.json"],
  ];
  for (const [file, ...words] of written) {
    if (words.length > 0) {
      const { code, stderr } = await rig.runFrom("exp", ...words);
      assert.equal(code, 0, stderr);
    }
    assert.ok(rig.exists(`exp/${file}`), file);
    assert.equal(rig.exists(file), false, file);
  }
  // The project is still the one above.
  assert.ok(rig.exists(".motiflow/runs"));
  assert.equal(rig.exists("exp/.motiflow"), false);
  const started = await rig.runFrom("exp", "init", "new");
  assert.equal(started.code, 0, started.stderr);
  assert.ok(rig.exists("exp/new/motiflow.json"));
  assert.ok(started.stdout.includes(`run it with: ${called} run new/workflows/first.yaml`), started.stdout);
  const missing = await rig.runFrom("exp", "plan", "only-in-root.yaml");
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /exp\/only-in-root\.yaml: there is no such file/);
  // A root in the user's words, and a project that begins below.
  const inner = await rig.runFrom("exp/new", "plan", "../wf.yaml", "--root", ".", "--json");
  assert.equal(JSON.parse(inner.stdout).ok, true, inner.stderr);
  assert.match((await rig.runFrom("exp/new", "runs")).stdout, /no runs yet/);
});

Deno.test("a notebook is read where the user stands, then in the project, then among the program's", async () => {
  const cell = (source: string) => ({
    cell_type: "code",
    id: "a",
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  });
  const notebook = JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [cell("console.log('mine')")],
  });
  await using rig = await Rig.open({ "exp/n.ipynb": notebook, "motiflow.json": '{"version":1,"name":"x"}' });
  const own = await rig.runFrom("exp", "notebook", "n.ipynb", "--out", "o");
  assert.equal(own.code, 0, own.stderr);
  assert.match(await rig.read("exp/o/n.html"), /mine/);
  assert.deepEqual(own.stdout.trim().split("\n"), ["o/n.ipynb", "o/n.html"]);
  const programs = await rig.runFrom("exp", "notebook", "notebooks/report.ipynb");
  // It is found and begun; without inputs there is nothing to report on.
  assert.equal(programs.code, 1);
  assert.match(
    programs.stderr,
    /report\.ipynb: cell 2 failed: InputError: Cannot report: the notebook has no inputs/,
  );
});

Deno.test("an option of another program is answered with the one that is meant", async () => {
  await using rig = await Rig.open({ "wf.yaml": workflow("w") });
  const { code, stderr } = await rig.run("run", "wf.yaml", "--set", "a=1");
  assert.equal(code, 2);
  assert.match(stderr, /hint: --set is called --param name=value here/);
  const help = await rig.run("run", "--help");
  assert.match(help.stdout, new RegExp(String.raw`^Usage: ${calledDirectly} run \[options\] <file>`));
});
