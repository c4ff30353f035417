/** What happens to a run from outside: signals, and a workflow file that is edited meanwhile. */
import assert from "node:assert/strict";
import { follow, library, Rig } from "./rig.ts";
import { only, skipReason } from "../house/skip.ts";
import { lives } from "../standins/lives.ts";

/** Waits for a file, and as long starts a program that never ends by itself. */
const waiting = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "waiting", summary: "Waits", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ value: z.number(), until: z.string() }),
  async run({ params, log }) {
    const child = new Deno.Command("sleep", { args: ["300"] }).spawn();
    log("child " + child.pid);
    const there = () => { try { return Deno.statSync(params.until).isFile; } catch { return false; } };
    while (!there()) await new Promise((r) => setTimeout(r, 20));
    child.kill();
    await child.status;
    const total = { value: params.value, n: 1, of: "numbers", origin: "measured" };
    return { metrics: { metrics: { total }, tables: {}, details: {} } };
  },
};
`;

const workflow = (root: string, value: number) =>
  `steps:
  wait:
    uses: ./waiting.ts
    with: { value: ${value}, until: ${root}/go }
    permissions: { read: [${root}/go], run: [sleep] }
    cache: pure
    publish: out
`;

async function started(rig: Rig) {
  await rig.write("w.yaml", workflow(rig.root, 1));
  const child = rig.start("run", "w.yaml", "--json");
  const said = follow(child.stdout);
  const errors = follow(child.stderr);
  await said.until('"message":"child ');
  const pid = Number(/child (\d+)/.exec(said.text())![1]);
  return { child, pid, errors, said };
}

for (const [signal, times] of [["SIGINT", 2], ["SIGTERM", 1], ["SIGHUP", 1]] as const) {
  Deno.test(`run ends by ${signal}, leaves no program behind, and its record says cancelled (test 5)`, {
    ignore: skipReason(only("linux")),
  }, async () => {
    await using rig = await Rig.open({ "waiting.ts": waiting });
    const { child, pid, errors, said } = await started(rig);
    assert.ok(lives(pid));
    for (let i = 0; i < times; i++) {
      child.kill(signal);
      await errors.until("stopping");
    }
    const { code } = await child.status;
    await Promise.all([errors.end, said.end]);
    assert.equal(code, 130, errors.text());
    for (let i = 0; lives(pid) && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(!lives(pid), "the step's program still runs");
    const [run] = JSON.parse((await rig.run("runs", "--json")).stdout);
    assert.equal(JSON.parse(await rig.read(`.motiflow/runs/${run.id}/run.json`)).status, "cancelled");
    assert.ok(!rig.exists("out"));
  });
}

Deno.test("run goes by the workflow as it was at the start, and records it (test 43)", async () => {
  await using rig = await Rig.open({ "waiting.ts": waiting });
  const { child, said, errors } = await started(rig);
  await rig.write("w.yaml", workflow(rig.root, 2));
  await rig.write("go", "");
  assert.equal((await child.status).code, 0, errors.text());
  await Promise.all([said.end, errors.end]);
  assert.equal(JSON.parse(await rig.read("out/metrics.json")).metrics.total.value, 1);
  const { source } = JSON.parse((await rig.run("show", "latest", "--json")).stdout);
  assert.equal(source, workflow(rig.root, 1));
  assert.match((await rig.run("plan", "w.yaml")).stdout, /1 to run, 0 to restore/);
});
