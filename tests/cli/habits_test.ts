import assert from "node:assert/strict";
import { habitHint, verbHint } from "../../lib/cli/habits.ts";
import { verbs } from "../../lib/cli/verbs.ts";
import { Rig } from "../e2e/rig.ts";

const unknown = (word: string) => habitHint(`error: unknown option '${word}'`, ["w.yaml", word]);

Deno.test("options of make, Snakemake, DVC and Nextflow are pointed to ours", () => {
  const pairs: [theirs: string, ours: string][] = [
    ["--set", "--param name=value"],
    ["--workers=4", "--jobs N"],
    ["--cores", "--jobs N"],
    ["-B", "--force-all"],
    ["--forceall", "--force-all"],
    ["--forcerun", "--force STEP"],
    ["--single-item", "--only STEP"],
    ["--downstream", "--from STEP"],
    ["-C", "--root DIR"],
    ["--configfile", "--params-file FILE"],
    ["-params-file", "--params-file FILE"],
    ["-profile", "--profile NAME"],
    ["--ignore-errors", "--keep-going"],
    ["-with-report", "--reports DIR"],
  ];
  for (const [theirs, ours] of pairs) {
    assert.equal(unknown(theirs), `${theirs.split("=")[0]} is called ${ours} here`);
  }
  assert.equal(unknown("--frobnicate"), undefined);
});

Deno.test("what nobody has to ask for here is said", () => {
  assert.match(unknown("-resume")!, /every run goes on/);
  assert.match(unknown("--rerun-incomplete")!, /every run goes on/);
  assert.match(unknown("--unlock")!, /nothing has to be unlocked/);
  assert.match(unknown("--touch")!, /by content/);
  assert.match(unknown("--dag")!, /`graph FILE`/);
  assert.match(unknown("--exit-code")!, /`plan FILE --exit-code` ends with 4/);
  assert.match(unknown("--detailed-exitcode")!, /`plan FILE --exit-code` ends with 4/);
  assert.match(unknown("-f")!, /run FILE/);
});

Deno.test("one dash and underscores are put right", () => {
  assert.match(unknown("-keep-reports")!, /two dashes: --keep-reports/);
  assert.match(unknown("--exit_code")!, /--exit-code/);
});

Deno.test("words after the file are targets or variables", () => {
  const extra = (...args: string[]) => habitHint("error: too many arguments. Expected 1 argument", args);
  assert.match(extra("w.yaml", "model")!, /--until model/);
  assert.match(extra("w.yaml", "rate=50")!, /--param rate=50/);
});

Deno.test("verbs of other programs are pointed to ours, and every hint names a verb that exists", () => {
  assert.equal(verbHint("repro"), "it is called run here");
  assert.equal(verbHint("status"), "it is called plan here");
  assert.equal(verbHint("clean"), "it is called cache gc here");
  assert.match(verbHint("w.yaml")!, /run w\.yaml/);
  assert.match(verbHint("--jobs")!, /verb comes first/);
  assert.equal(verbHint("frobnicate"), undefined);
  for (const word of ["repro", "status", "dag", "ls", "inspect", "clean", "fsck", "serve", "new", "trend"]) {
    const [, verb] = /called (\w+)/.exec(verbHint(word)!)!;
    assert.ok(Object.hasOwn(verbs, verb), `${word} → ${verb}`);
  }
});

const files = {
  "w.yaml": `name: w
steps:
  people: { uses: load, with: { source: simulate, subjects: 2, minutes: 1 } }
  windows: { uses: window, from: people, with: { length: 50, hop: 25 } }
`,
};

Deno.test("`plan` takes the options of `run`, and a dry run is a plan", async () => {
  await using rig = await Rig.open(files);
  const flags = ["-j", "2", "-k", "-q", "--keep-failed", "--reports", "out"];
  const plan = await rig.run("plan", "w.yaml", ...flags);
  const dry = await rig.run("run", "w.yaml", "-n", ...flags);
  assert.deepEqual([plan.code, plan.stderr], [0, ""]);
  assert.equal(plan.stdout, dry.stdout);
  assert.ok(!rig.exists("out") && !rig.exists(".motiflow/runs"));
});

Deno.test("--force-all runs everything again, -q says only the end", async () => {
  await using rig = await Rig.open(files);
  await rig.run("run", "w.yaml");
  const again = await rig.run("run", "w.yaml", "-q", "-F");
  assert.match(again.stdout, /: 2 ran/);
  assert.equal(again.stderr, "");
  assert.match((await rig.run("plan", "w.yaml", "-F")).stdout, /2 to run, 0 to restore/);
});

Deno.test("a mistake on the command line ends with 2, a hint, and with --json one object", async () => {
  await using rig = await Rig.open(files);
  for (
    const [args, hint] of [
      [["run", "w.yaml", "-resume"], /every run goes on/],
      [["run", "w.yaml", "windows"], /--until windows/],
      [["run", "w.yaml", "--force"], /--force-all/],
      [["run"], /name the workflow file/],
      [["repro", "w.yaml"], /called run here/],
      [["w.yaml"], /run w\.yaml/],
    ] as [string[], RegExp][]
  ) {
    const { code, stdout, stderr } = await rig.run(...args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, hint);
  }
  const { code, stdout } = await rig.run("run", "w.yaml", "-resume", "--json");
  const { ok, error, exit } = JSON.parse(stdout);
  assert.deepEqual([code, ok, exit], [2, false, 2]);
  assert.match(error, /unknown option/);
});
