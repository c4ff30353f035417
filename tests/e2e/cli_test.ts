import assert from "node:assert/strict";
import { skipReason } from "../house/skip.ts";
import { calledDirectly, follow, library, Rig } from "./rig.ts";

/** Counts its runs in the log, doubles what it is given, fails when told to. */
const number = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
import { many } from "${library("steps/define.ts")}";
export default {
  type: "number", summary: "A number", inputs: { before: many(Metrics) }, outputs: { metrics: Metrics },
  params: z.strictObject({
    value: z.number().default(0).describe("Added."),
    fail: z.boolean().default(false),
    wait: z.number().default(0),
  }),
  async run({ inputs, params, progress, warn, signal }) {
    progress({ fraction: 0.5, message: "adding" });
    if (params.fail) throw new Error("asked to fail");
    if (params.wait > 0) {
      await new Promise((resolve, reject) => {
        setTimeout(resolve, params.wait * 1000);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    }
    const value = inputs.before.reduce((sum, b) => sum + b.value.metrics.total.value, params.value);
    if (value > 100) warn("more than a hundred");
    const total = { value, n: inputs.before.length + 1, of: "numbers", origin: "measured" };
    return { metrics: { metrics: { total }, tables: {}, details: {} } };
  },
};
`;

const workflow = `name: sums
params: { start: 1, fail: false }
matrix: { add: [10, 20] }
steps:
  start: { uses: ./number.ts, with: { value: "\${{ params.start }}" } }
  each: { uses: ./number.ts, from: start, with: { value: "\${{ matrix.add }}" } }
  sum: { uses: ./number.ts, from: each, over: add, with: { fail: "\${{ params.fail }}" }, publish: out/sum }
alerts: [{ metric: total, above: 40 }]
`;

const files = { "number.ts": number, "flows/number.ts": number, "sums.yaml": workflow };

Deno.test("run restores what did not change and tells what it did", async () => {
  await using rig = await Rig.open(files);
  const first = await rig.run("run", "sums.yaml");
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    first.stdout,
    /^sums succeeded in [\d.]+ s: 4 ran\n[^]*\nsum\n {2}total {2}32\n {2}n = 3 numbers, measured\n/,
  );
  assert.match(first.stdout, /^published: out\/sum$/m);
  assert.equal(JSON.parse(await rig.read("out/sum/metrics.json")).metrics.total.value, 32);

  const second = await rig.run("run", "sums.yaml");
  assert.equal(second.code, 0);
  assert.match(second.stdout, /: 4 restored\n/);

  const third = await rig.run("run", "sums.yaml", "--param", "start=2");
  assert.match(third.stdout, /: 4 ran\n[^]*total {2}34\n/);
  const back = await rig.run("run", "sums.yaml");
  assert.match(back.stdout, /: 4 restored\n/);
});

Deno.test("plan agrees with run, changes nothing, and speaks JSON", async () => {
  await using rig = await Rig.open(files);
  const plan = await rig.run("plan", "sums.yaml");
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /^run +start +first time$/m);
  assert.ok(!rig.exists(".motiflow"));
  await rig.run("run", "sums.yaml");
  const json = JSON.parse((await rig.run("plan", "sums.yaml", "--json")).stdout);
  assert.deepEqual(json.tasks.map((t: any) => `${t.id} ${t.status}`), [
    "start restore",
    "each[add=10] restore",
    "each[add=20] restore",
    "sum restore",
  ]);
});

Deno.test("a failed run says which step failed and ends with the command that resumes it", async () => {
  await using rig = await Rig.open(files);
  const failed = await rig.run("run", "sums.yaml", "--param", "fail=true", "--jobs", "2");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^failed {3}sum [\d.]+ s\n {2}asked to fail\n {2}log: \.motiflow\/runs\//m);
  assert.match(
    failed.stderr.trimEnd().split("\n").at(-1)!,
    /^resume: .* run sums\.yaml --param fail=true --jobs 2$/,
  );
  const resumed = await rig.run("run", "sums.yaml");
  assert.match(resumed.stdout, /: 3 restored, 1 ran\n/);
});

Deno.test("an alert that trips ends with exit code 3, after the summary", async () => {
  await using rig = await Rig.open(files);
  const ran = await rig.run("run", "sums.yaml", "--param", "start=11");
  assert.equal(ran.code, 3);
  assert.match(ran.stderr, /^alert {4}total of sum is 52, above 40$/m);
  assert.match(ran.stdout, /sums succeeded/);
});

Deno.test("mistakes in the file are printed all, nothing runs, exit code 2", async () => {
  await using rig = await Rig.open({
    ...files,
    "bad.yaml": workflow.replace("from: start", "from: strat").replace("over: add", "over: ad"),
  });
  const ran = await rig.run("run", "bad.yaml");
  assert.equal(ran.code, 2);
  assert.equal(ran.stdout, "");
  assert.equal(
    ran.stderr,
    `bad.yaml:6:36: there is no step "strat"
  6 |   each: { uses: ./number.ts, from: strat, with: { value: "\${{ matrix.add }}" } }
    |                                    ^^^^^
  hint: did you mean "start"?

bad.yaml:7:47: ad is not a matrix axis
  7 |   sum: { uses: ./number.ts, from: each, over: ad, with: { fail: "\${{ params.fail }}" }, publish: out/sum }
    |                                               ^^
  hint: did you mean "add"?

bad.yaml: 2 mistakes; nothing was run
`,
  );
  assert.ok(!rig.exists(".motiflow"));
  const json = JSON.parse((await rig.run("plan", "bad.yaml", "--json")).stdout);
  assert.deepEqual(json.diagnostics.map((d: any) => [d.location.line, d.location.column]), [[6, 36], [
    7,
    47,
  ]]);
});

Deno.test("wrong usage ends with exit code 2 and no stack", async () => {
  await using rig = await Rig.open(files);
  for (
    const [args, message] of [
      [["rnu"], 'There is no verb "rnu"\n  hint: did you mean "run"?\n'],
      [
        ["run"],
        "error: missing required argument 'file'\n  hint: name the workflow file, e.g. workflows/production.yaml\n",
      ],
      [
        ["run", "no.yaml"],
        "error: Cannot read workflow no.yaml: there is no such file\n  There are: sums.yaml.\n",
      ],
      [
        ["run", "sums.yaml", "--prm", "x=1"],
        "error: unknown option '--prm'\n(Did you mean one of --from, --param?)\n",
      ],
      [
        ["run", "sums.yaml", "--param", "x"],
        "error: option '--param <name=value>' argument 'x' is invalid. It must be name=value, for example levels=[8,6,5].\n",
      ],
      [
        ["run", "sums.yaml", "--jobs", "0"],
        "error: option '--jobs <n>' argument '0' is invalid. It must be a whole number of at least 1.\n",
      ],
      [
        ["why", "sums.yaml", "smu"],
        'error: sums.yaml: Cannot find step: there is no step "smu"\n  did you mean "sum"?\n',
      ],
    ] as const
  ) {
    const ran = await rig.run(...args);
    assert.equal(ran.code, 2, args.join(" "));
    // A hint may follow.
    assert.ok(ran.stderr.startsWith(message), ran.stderr);
  }
});

Deno.test("run --json writes the events as JSON lines", async () => {
  await using rig = await Rig.open(files);
  const ran = await rig.run("run", "sums.yaml", "--json", "--param", "start=11");
  const events = ran.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(events[0].type, "run-started");
  assert.equal(events.filter((e) => e.type === "task-succeeded").length, 4);
  assert.equal(events.at(-2).type, "run-ended");
  assert.deepEqual(events.at(-1), {
    type: "alert",
    direction: "above",
    threshold: 40,
    n: 3,
    confirm: 1,
    coolDown: 0,
    quiet: false,
    metric: "total",
    task: "sum",
    value: 52,
    message: "total of sum is 52, above 40",
  });
});

Deno.test("runs, show, why, diff and cache tell what happened, also as JSON", async () => {
  await using rig = await Rig.open(files);
  assert.match((await rig.run("runs")).stdout, /^no runs yet/);
  await rig.run("run", "sums.yaml");
  await rig.run("run", "sums.yaml", "--param", "start=2");
  const runs = JSON.parse((await rig.run("runs", "--json")).stdout);
  assert.equal(runs.length, 2);
  const [after, before] = runs.map((r: any) => r.id);
  assert.match((await rig.run("show", after)).stdout, /ran +start/);
  assert.match((await rig.run("show", after, "sum")).stdout, /total {2}34/);
  assert.equal(JSON.parse((await rig.run("show", after, "sum", "--json")).stdout)[0].id, "sum");
  const whyAll = (await rig.run("why", "sums.yaml", "--param", "start=9")).stdout;
  assert.match(
    whyAll,
    /^start run: .*\n.*compared with the result of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n.*params\.value: 2 → 9/,
  );
  assert.match(whyAll, /^depends on them: .*\bsum\b/m);
  const diff = await rig.run("diff", before, after);
  assert.match(diff.stdout, /start: 1 → 2/);
  assert.match(diff.stdout, /sum +total {2}32 {2}→ {2}34/);
  assert.equal(JSON.parse((await rig.run("diff", before, after, "--json")).stdout).metrics.length, 2);
  assert.match((await rig.run("cache", "ls")).stdout, /8 results/);
  assert.match((await rig.run("cache", "check")).stdout, /all whole/);
  assert.match(
    (await rig.run("cache", "gc", "--max-size", "0", "--dry-run")).stdout,
    /^would remove 8 results/m,
  );
  assert.equal(JSON.parse((await rig.run("cache", "ls", "--json")).stdout).length, 8);
  assert.match((await rig.run("verify", "sums.yaml")).stdout, /^same: 4 tasks/);
});

Deno.test("interrupts stop a run with exit code 130; the same command resumes it", async () => {
  await using rig = await Rig.open({
    "number.ts": number,
    "slow.yaml": `params: { wait: 60 }
steps:
  quick: { uses: ./number.ts }
  slow: { uses: ./number.ts, from: quick, with: { wait: "\${{ params.wait }}" } }
`,
  });
  const child = rig.start("run", "slow.yaml");
  const stdout = child.stdout.cancel();
  const said = follow(child.stderr);
  await said.until("run      slow");
  child.kill("SIGINT");
  await said.until("interrupt again");
  child.kill("SIGINT");
  const { code } = await child.status;
  await Promise.all([stdout, said.end]);
  assert.equal(code, 130, said.text());
  assert.match(said.text().trimEnd().split("\n").at(-1)!, /^resume: .* run slow\.yaml$/);
  assert.match((await rig.run("runs")).stdout, /cancelled/);
  assert.match((await rig.run("run", "slow.yaml", "--param", "wait=0")).stdout, /: 1 restored, 1 ran/);
});

Deno.test("the own step of the language's page runs as it stands there", async () => {
  const page = await Deno.readTextFile(new URL("../../workflows/README.md", import.meta.url));
  const louder = /```ts\n([^]*?)```/.exec(page)![1];
  await using rig = await Rig.open({
    "number.ts": number,
    "louder.ts": louder,
    "w.yaml": `steps:
  metrics: { uses: ./number.ts, with: { value: 4 } }
  louder: { uses: ./louder.ts, from: metrics, with: { factor: 3 } }
`,
  });
  const ran = await rig.run("run", "w.yaml");
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /^louder\n {2}total {2}12$/m);
});

Deno.test("graph draws steps and typed edges", async () => {
  await using rig = await Rig.open(files);
  assert.equal(
    (await rig.run("graph", "sums.yaml")).stdout,
    `flowchart TD
  n0["start<br/><i>./number.ts</i>"]
  n1[["each<br/><i>./number.ts × 2 (add)</i>"]]
  n2["sum<br/><i>./number.ts</i>"]
  n0 -->|Metrics| n1
  n1 -->|Metrics| n2
`,
  );
});

Deno.test("--help lists the verbs, and each verb has its own help", async () => {
  await using rig = await Rig.open();
  const help = await rig.run("--help");
  assert.equal(help.code, 0);
  for (
    const verb of [
      "run",
      "plan",
      "why",
      "graph",
      "runs",
      "show",
      "diff",
      "verify",
      "cache",
      "notebook",
      "init",
      "schema",
      "doctor",
    ]
  ) {
    assert.match(help.stdout, new RegExp(`^  ${verb}\\b`, "m"));
  }
  const plan = await rig.run("plan", "--help");
  assert.equal(plan.code, 0);
  assert.match(plan.stdout, new RegExp(String.raw`^Usage: ${calledDirectly} plan \[options\] <file>`));
});

Deno.test("a run goes on although nothing takes what it says, and lost results are no success", {
  ignore: skipReason(Deno.build.os !== "linux" && "only Linux has /dev/full"),
}, async () => {
  await using rig = await Rig.open(files);
  const silent = await rig.runInShell("2>/dev/full", "run", "sums.yaml");
  assert.equal(silent.code, 0);
  assert.match(silent.stdout, /^sums succeeded in [\d.]+ s: 4 ran/);
  const { code, stderr } = await rig.runInShell(">/dev/full", "run", "sums.yaml", "-F", "--json");
  assert.equal(code, 1);
  assert.match(stderr, /^error: Cannot write the output: No space left on device \(os error 28\)\n$/);
  const runs = JSON.parse((await rig.run("runs", "--json")).stdout);
  assert.deepEqual(runs.map((run: { status: string }) => run.status), ["succeeded", "succeeded"]);
  const wrong = await rig.runInShell(">/dev/full", "plan", "none.yaml", "--json");
  assert.equal(wrong.code, 2);
  assert.doesNotMatch(wrong.stderr, /at .*\.ts/);
});
