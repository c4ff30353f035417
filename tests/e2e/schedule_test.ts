import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { ended, follow, library, Rig } from "./rig.ts";

const slow = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "slow", summary: "A number after a while", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ wait: z.number().default(0) }),
  async run({ params, signal, progress }) {
    progress({ fraction: 0, message: "waiting" });
    await new Promise((resolve, reject) => {
      setTimeout(resolve, params.wait * 1000);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    const total = { value: 50, n: 3, of: "numbers", origin: "measured" };
    return { metrics: { metrics: { total }, tables: {}, details: {} } };
  },
};
`;

const workflow = (wait: number, cron = "* * * * * *") =>
  `name: slow
steps:
  number: { uses: ./slow.ts, with: { wait: ${wait} }, cache: never }
schedule: { cron: "${cron}", timezone: Europe/Berlin }
alerts: [{ metric: total, above: 40, cool_down: 7d }]
`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Rows of the project's history. */
function rows(rig: Rig, query: string): any[] {
  const db = new DatabaseSync(join(rig.root, ".motiflow/history.sqlite"), { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

Deno.test("schedule --list and --print tell times and units; a folder without schedule is refused", async () => {
  await using rig = await Rig.open({ "flows/slow.ts": slow, "flows/a.yaml": workflow(0, "0 3 * * 1") });
  const listed = await rig.run("schedule", "flows", "--list", "--json");
  const [job] = JSON.parse(listed.stdout);
  assert.deepEqual([job.file, job.cron, job.running], ["flows/a.yaml", "0 3 * * 1", false]);
  assert.match(job.next, /T0[12]:00:00\.000Z$/);
  const units = await rig.run("schedule", "flows", "--print", "systemd");
  assert.match(units.stdout, /^OnCalendar=Mon \*-\*-\* 03:00:00 Europe\/Berlin$/m);
  assert.match(
    units.stdout,
    new RegExp(`^ExecStart=.* run ${rig.root}/flows/a.yaml --root ${rig.root}`, "m"),
  );
  // The zone of the machine that runs the test is its own.
  const cron = await rig.run("schedule", "flows", "--print", "cron");
  if (cron.code === 0) assert.match(cron.stdout, /^0 3 \* \* 1 cd /m);
  else {assert.match(
      cron.stderr,
      /flows\/a\.yaml: Cannot write "0 3 \* \* 1" for cron: its zone is Europe\/Berlin/,
    );}
  await rig.write("empty/a.yaml", workflow(0).replace(/schedule.*\n/, "").replace("./slow", "../flows/slow"));
  const refused = await rig.run("schedule", "empty");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Cannot schedule: no workflow in empty has a schedule/);
});

Deno.test("schedule runs what is due, keeps its numbers, writes reports and ends cleanly when told", async () => {
  await using rig = await Rig.open({ "flows/slow.ts": slow, "flows/a.yaml": workflow(0) });
  const child = rig.start("schedule", "flows", "--reports", "reports");
  const said = follow(child.stderr);
  void child.stdout.cancel();
  await said.until("exit code 3", 2);
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0, said.text());
  await said.end;
  const done = rows(rig, "SELECT due FROM occurrences WHERE state = 'done'");
  assert.ok(done.length >= 2);
  assert.equal(new Set(done.map((row) => row.due)).size, rows(rig, "SELECT due FROM runs").length);
  assert.deepEqual(rows(rig, "SELECT quiet FROM alerts ORDER BY time LIMIT 2").map((r) => r.quiet), [0, 1]);
  assert.match(await rig.read("reports/slow.prom"), /^motiflow_metric\{.*metric="total".*\} 50$/m);
  assert.match(await rig.read("reports/slow.junit.xml"), /failures="1"/);
  const history = await rig.run("history", "--metric", "total");
  assert.match(history.stdout, /slow +number +total +50 +n = 3 numbers +measured/);
});

Deno.test("schedule that is killed lets its run end, and runs no due time twice", async () => {
  await using rig = await Rig.open({ "flows/slow.ts": slow, "flows/a.yaml": workflow(2) });
  const child = rig.start("schedule", "flows", "--json");
  const events = follow(child.stdout);
  await events.until('"started"');
  // Killed before its run holds the lock, a scheduler leaves a due time that the next one makes up for by a later one.
  await until(() => rig.exists(".motiflow/runs"));
  child.kill("SIGKILL");
  await Promise.all([child.status, child.stderr.cancel()]);
  const again = rig.start("schedule", "flows");
  const said = follow(again.stderr);
  void again.stdout.cancel();
  await said.until("exit code 3", 2); // one may be the end of the run that outlived its scheduler
  again.kill("SIGINT");
  assert.equal((await again.status).code, 0);
  await said.end;
  const due = JSON.parse(events.text().split("\n")[0]).due;
  const runs = rows(rig, "SELECT due FROM runs ORDER BY due").map((row) => row.due);
  assert.equal(runs.filter((time) => time === due).length, 1, `${due} in ${runs}`);
  assert.equal(new Set(runs).size, runs.length);
  assert.ok(runs.length >= 2);
});

Deno.test("run keeps its result although the webhook is dead, and delivers with the next run", async () => {
  await using rig = await Rig.open({ "slow.ts": slow, "a.yaml": workflow(0).replace(", cool_down: 7d", "") });
  const bodies: any[] = [];
  let alive = false;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    if (!alive) return new Response("", { status: 500 });
    bodies.push(await request.json());
    return new Response("");
  });
  try {
    const url = `http://127.0.0.1:${server.addr.port}/hook`;
    const first = await rig.run("run", "a.yaml", "--webhook", url);
    assert.equal(first.code, 3);
    assert.match(first.stderr, /1 not delivered yet, kept for the next run: the webhook answered 500/);
    alive = true;
    assert.equal((await ended(rig.start("run", "a.yaml", "--webhook", url))).code, 3);
    assert.equal(bodies.length, 2);
    assert.deepEqual(bodies[0].alerts[0].direction, "above");
    await rig.write("a.yaml", workflow(0).replace(", cache: never", ""));
    for (let i = 0; i < 2; i++) assert.doesNotMatch((await rig.run("run", "a.yaml")).stderr, /report/);
  } finally {
    await server.shutdown();
  }
});

Deno.test("a bad schedule is a mistake at its place for plan and run, and hides no other from schedule --list", async () => {
  const bad = workflow(0, "0 25 * * 1").replace("Europe/Berlin", "Mars/Base");
  await using rig = await Rig.open({
    "flows/slow.ts": slow,
    "flows/bad.yaml": bad,
    "flows/good.yaml": workflow(0, "0 3 * * 1"),
  });
  const [cron, zone] = ['"0 25', "Mars"].map((text) => bad.split("\n")[3].indexOf(text) + 1);
  for (const verb of ["plan", "run"]) {
    const { code, stderr } = await rig.run(verb, "flows/bad.yaml");
    assert.equal(code, 2);
    const place =
      `flows/bad.yaml:4:${cron}: schedule.cron "0 25 * * 1" cannot be read: invalid value for hour: 25\n`;
    assert.ok(stderr.includes(place), stderr);
    assert.match(stderr, /\^{12}\n/);
    assert.ok(
      stderr.includes(`flows/bad.yaml:4:${zone}: schedule.timezone "Mars/Base" is no time zone`),
      stderr,
    );
  }
  const listed = await rig.run("schedule", "flows", "--list");
  assert.equal(listed.code, 0);
  assert.match(listed.stdout, /flows\/good\.yaml/);
  assert.match(listed.stderr, /bad\.yaml:4:/);
});

Deno.test("schedule --once fails a workflow whose file broke, sends its alert once and tells when it is well again", async () => {
  await using rig = await Rig.open({
    "flows/slow.ts": slow,
    "flows/a.yaml": workflow(0, "0 3 1 1 *"),
    "flows/b.yaml": workflow(0, "0 3 1 1 *").replace("name: slow", "name: other"),
  });
  const bodies: any[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    bodies.push(await request.json());
    return new Response("");
  });
  try {
    const outlets = ["--webhook", `http://127.0.0.1:${server.addr.port}/hook`, "--reports", "reports"];
    const once = () => rig.run("schedule", "flows", "--once", ...outlets);
    assert.equal((await rig.run("run", "flows/a.yaml", "--reports", "reports")).code, 3);
    assert.equal((await once()).code, 0);
    await rig.write("flows/a.yaml", workflow(0, "0 3 1 1 *").replace("steps:", "stesp:"));
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await once();
      assert.equal(code, 2);
      assert.match(stderr, /flows\/a\.yaml:2:1/);
    }
    assert.deepEqual(bodies.map((b) => [b.workflow, b.status, b.failures[0].task]), [[
      "slow",
      "failed",
      "flows/a.yaml",
    ]]);
    assert.match(await rig.read("reports/slow.prom"), /^motiflow_run_success\{.*\} 0$/m);
    const listed = JSON.parse((await rig.run("schedule", "flows", "--list", "--json")).stdout);
    assert.deepEqual(listed.map((job: any) => [job.file, job.broken]), [
      ["flows/a.yaml", true],
      ["flows/b.yaml", undefined],
    ]);
    const printed = await rig.run("schedule", "flows", "--print", "systemd");
    assert.equal(printed.code, 2);
    assert.doesNotMatch(printed.stdout, /a\.yaml/);
    assert.match(
      (await rig.run("show", "latest")).stdout,
      /^failed: flows\/a\.yaml:1:1: "steps" is missing/m,
    );
    // A run by hand, or by the machine's own timers, is told no second time.
    assert.equal((await rig.run("run", "flows/a.yaml", ...outlets)).code, 2);
    await rig.write("flows/a.yaml", workflow(0, "0 3 1 1 *"));
    assert.equal((await once()).code, 0);
    assert.equal(bodies.length, 2);
    assert.deepEqual(bodies[1].resolved.map((r: any) => r.message), ["flows/a.yaml can be read again"]);
  } finally {
    await server.shutdown();
  }
});
