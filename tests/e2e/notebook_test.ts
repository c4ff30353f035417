/** Notebooks on the results of a run: executed again where they lie, and on a run that is named. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import { ended, Rig } from "./rig.ts";

const workflow = `version: 1
name: tiny
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 3, minutes: 1 } }
  windows: { uses: window, from: recordings }
  report:
    uses: report
    from: windows
    with: { notebook: notebooks/count.ipynb, title: Counted }
    publish: out/report
`;

function notebook(...sources: string[]): string {
  const cells = sources.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    metadata: { tags: i === 0 ? ["parameters"] : [] },
    source,
    execution_count: null,
    outputs: [],
  }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}

const parameters = 'let inputs = [];\nlet title = "";\nlet description = "";';
const count = notebook(
  parameters,
  'import * as report from "motiflow/report";\nimport { Windows } from "motiflow";\n' +
    "const sources = await report.Sources.open(inputs);",
  "const { value } = await sources.first(Windows);\n" +
    'console.log(title, sources.list.map(({ type }) => type).join(" "), value.start.length > 10);',
);
const outputs = (text: string) => JSON.parse(text).cells.map((cell: any) => cell.outputs);

Deno.test("an executed report runs again from where it lies, and a notebook on any run", async () => {
  await using rig = await Rig.open({
    "tiny.yaml": workflow,
    "notebooks/count.ipynb": count,
    "notebooks/open.ipynb": notebook('let run = "latest";', "console.log(run.length > 10);"),
    "notebooks/broken.ipynb": notebook('console.log("before")', 'throw new Error("on purpose")', "1 + 1"),
  });
  const ran = await rig.run("run", "tiny.yaml");
  assert.equal(ran.code, 0, ran.stderr + ran.stdout);
  const executed = await rig.read("out/report/report.ipynb");
  assert.match(JSON.stringify(outputs(executed)), /Counted Windows true/);
  assert.ok(!executed.includes(rig.root), "no path of this machine");

  const again = await rig.run("notebook", "out/report/report.ipynb");
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(outputs(await rig.read("out/notebooks/report.ipynb")), outputs(executed));
  const retitled = await rig.run("notebook", "out/report/report.ipynb", "--param", "title=Other");
  assert.equal(retitled.code, 0, retitled.stderr);
  assert.match(await rig.read("out/notebooks/report.ipynb"), /Other Windows true/);

  for (const run of ["latest", "tiny.yaml"]) {
    const named = await rig.run("notebook", "notebooks/count.ipynb", "--run", run);
    assert.equal(named.code, 0, named.stderr);
    const written = await rig.read("out/notebooks/count.ipynb");
    assert.match(written, /Recordings Windows Report true/);
    assert.ok(!written.includes(rig.root));
  }

  const opened = await rig.run("notebook", "notebooks/open.ipynb", "--run", "latest");
  assert.equal(opened.code, 0, opened.stderr);
  assert.match(
    await rig.read("out/notebooks/open.ipynb"),
    /true/,
    "a notebook that opens a run is given its id",
  );

  const empty = await rig.run("notebook", "notebooks/count.ipynb");
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /the notebook has no inputs/);
  assert.match(empty.stderr, /--run latest/);
  const unknown = await rig.run("notebook", "notebooks/count.ipynb", "--run", "nothing");
  assert.equal(unknown.code, 2, unknown.stderr);

  const broken = await rig.run("notebook", "notebooks/broken.ipynb");
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /out\/notebooks\/broken\.ipynb/);
  const [first, second, third] = outputs(await rig.read("out/notebooks/broken.ipynb"));
  assert.equal(first[0].text.join(""), "before\n");
  assert.equal(second[0].evalue, "on purpose");
  assert.deepEqual(third, []);
  assert.match(await rig.read("out/notebooks/broken.html"), /on purpose/);
});

/** Why nbconvert cannot execute here. */
async function withoutNbconvert(): Promise<string | false> {
  try {
    const { success } = await new Deno.Command("jupyter", { args: ["nbconvert", "--version"] }).output();
    return !success && "no nbconvert";
  } catch {
    return "no nbconvert";
  }
}

Deno.test({
  name: "nbconvert runs an executed report again from where it lies, on the kernel that was installed for it",
  ignore: skipReason(await withoutNbconvert()),
  async fn() {
    await using rig = await Rig.open({ "tiny.yaml": workflow, "notebooks/count.ipynb": count });
    const ran = await rig.run("run", "tiny.yaml");
    assert.equal(ran.code, 0, ran.stderr + ran.stdout);
    const env = { JUPYTER_DATA_DIR: join(rig.root, "jupyter") };
    assert.equal((await ended(rig.startWith(env, "kernel", "install"))).code, 0);
    const options = ["--execute", "--to", "notebook", "--ExecutePreprocessor.kernel_name=motiflow"];
    const { success, stderr } = await new Deno.Command("jupyter", {
      args: ["nbconvert", ...options, "--output", join(rig.root, "again.ipynb"), "out/report/report.ipynb"],
      cwd: rig.root,
      env,
      stdin: "null",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.match(JSON.stringify(outputs(await rig.read("again.ipynb"))), /Counted Windows true/);
  },
});
