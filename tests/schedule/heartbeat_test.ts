import assert from "node:assert/strict";
import { join } from "node:path";
import { type Beat, heartAt } from "../../lib/schedule/heartbeat.ts";
import { Scheduler } from "../../lib/schedule/scheduler.ts";
import { FakeClock } from "./fake_clock.ts";
import { withProject } from "./fixtures.ts";

const beat: Beat = { time: "2026-05-01T00:00:00.000Z", workflows: 2, running: ["a.yaml"], next: null };

/** Waits for what is under way. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("heartAt() writes a file that is whole at any time, as JSON or for the node exporter", async () => {
  await withProject(async (_, root) => {
    const warned: string[] = [];
    const [json, prom] = ["beat.json", "beat.prom"].map((name) => join(root, name));
    for (const path of [json, prom]) heartAt(path, (message) => warned.push(message))(beat);
    await settle();
    const { pid, host, ...said } = JSON.parse(Deno.readTextFileSync(json));
    assert.deepEqual([pid, said], [Deno.pid, beat]);
    assert.equal(host.length > 0, true);
    assert.match(Deno.readTextFileSync(prom), /^motiflow_scheduler_heartbeat_seconds 1777593600$/m);
    assert.match(Deno.readTextFileSync(prom), /^motiflow_scheduler_running 1$/m);
    const lost = heartAt(join(root, "none", "beat.json"), (message) => warned.push(message));
    for (let i = 0; i < 3; i++) {
      lost(beat);
      await settle();
    }
    assert.equal(warned.length, 1, "said once while it lasts");
    assert.match(warned[0], /cannot give a sign of life/);
    for (const path of [json, prom]) heartAt(path, (message) => warned.push(message))(beat);
    await settle();
    assert.equal(warned.length, 1, "its own file is replaced");
    const thesis = join(root, "thesis.txt");
    Deno.writeTextFileSync(thesis, "my only copy");
    heartAt(thesis, (message) => warned.push(message))(beat);
    await settle();
    assert.equal(Deno.readTextFileSync(thesis), "my only copy");
    assert.match(warned[1], /thesis\.txt: it is there and is no earlier sign of life$/);
  });
});

Deno.test("heartAt() calls an address at most once a minute, and never tells it", async () => {
  const bodies: Beat[] = [];
  const answered = Promise.withResolvers<void>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    bodies.push(await request.json());
    return new Response("", { status: 503 });
  });
  try {
    const warned: string[] = [];
    const heart = heartAt(`http://127.0.0.1:${server.addr.port}/secret`, (message) => {
      warned.push(message);
      answered.resolve();
    });
    for (let i = 0; i < 5; i++) heart(beat);
    await answered.promise;
    assert.deepEqual([bodies, warned], [[beat], ["cannot give a sign of life: the address answered 503"]]);
  } finally {
    await server.shutdown();
  }
  const dead = Promise.withResolvers<string>();
  heartAt("http://127.0.0.1:1/secret", dead.resolve)(beat);
  assert.doesNotMatch(await dead.promise, /secret|127/);
});

Deno.test("Scheduler gives a sign of life each turn, and none while it cannot look after its workflows", async () => {
  await withProject(async (db) => {
    const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-01T00:10Z");
    const beats: Beat[] = [];
    const nightly = { file: "nightly.yaml", cron: "30 2 * * *", timezone: "UTC" };
    const gone = () =>
      clock.now() >= new Date("2026-05-01T00:03Z") && clock.now() < new Date("2026-05-01T00:08Z");
    const scheduler = new Scheduler({
      jobs: () => gone() ? Promise.reject(new Error("the drive is gone")) : Promise.resolve([nightly]),
      database: db,
      clock,
      start: async () => 0,
      onTurn: (said) => beats.push(said),
    });
    await scheduler.run(clock.signal);
    assert.deepEqual(beats.map(({ time }) => time.slice(14, 16)), ["00", "01", "02", "08", "09"]);
    assert.deepEqual([beats[0].workflows, beats[0].next], [1, "2026-05-01T02:30:00.000Z"]);
  });
});
