import assert from "node:assert/strict";
import { recordRun } from "../../lib/schedule/history.ts";
import { flushOutbox, httpSender } from "../../lib/schedule/outbox.ts";
import { report, withProject } from "./fixtures.ts";

const loudly = { exit: 3, notify: true };

Deno.test("flushOutbox() keeps what a dead webhook did not take, and sends it next time, the oldest first", async () => {
  await withProject(async (db) => {
    const alerts = (run: string) => [{ ...report(run, "").alerts[0], coolDown: 0 }];
    const at = (run: string, day: number) =>
      recordRun(db, report(run, `2026-01-0${day}T00:00:00.000Z`, { alerts: alerts(run) }), loudly);
    at("r1", 1);
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const url = "https://example.invalid/secret";
    const dead = async () => {
      throw new Error(`cannot reach ${url}`);
    };
    assert.deepEqual(await flushOutbox(db, url, { post: dead, pause }), {
      sent: 0,
      waiting: 1,
      error: "cannot reach the webhook",
    });
    assert.deepEqual(pauses, [1000, 4000]);
    at("r2", 2);
    const taken: string[] = [];
    let failures = 1;
    const flaky = async (_: string, body: string) => {
      if (failures-- > 0) throw new Error("busy");
      taken.push(JSON.parse(body).run);
    };
    assert.deepEqual(await flushOutbox(db, url, { post: flaky, pause }), { sent: 2, waiting: 0 });
    assert.deepEqual(taken, ["r1", "r2"]);
    assert.deepEqual(await flushOutbox(db, url, { post: dead, pause }), { sent: 0, waiting: 0 });
    assert.equal(JSON.stringify(db.prepare("SELECT * FROM outbox").all()).includes("secret"), false);
  });
});

Deno.test("flushOutbox() posts JSON with a key, and takes an error status for no delivery", async () => {
  await withProject(async (db) => {
    recordRun(db, report("r1", "2026-01-01T00:00:00.000Z"), loudly);
    const seen: { key: string | null; body: any }[] = [];
    let status = 503;
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
      seen.push({ key: request.headers.get("idempotency-key"), body: await request.json() });
      return new Response("x", { status });
    });
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const impatient = { ...httpSender, pause: async () => {} };
    try {
      assert.equal((await flushOutbox(db, url, impatient)).error, "the webhook answered 503");
      status = 200;
      assert.equal((await flushOutbox(db, url, impatient)).sent, 1);
    } finally {
      await server.shutdown();
    }
    assert.equal(new Set(seen.map((s) => s.key)).size, 1);
    const { type, workflow, alerts } = seen[0].body;
    assert.deepEqual([type, workflow, alerts[0].metric], [
      "motiflow-run",
      "revalidate",
      "codebook_utilization",
    ]);
  });
});

Deno.test("recordRun() sends nothing when there is no news, and a failed run always", async () => {
  await withProject(async (db) => {
    recordRun(db, report("fine", "2026-01-01T00:00:00.000Z", { alerts: [] }), loudly);
    assert.equal(db.prepare("SELECT * FROM outbox").all().length, 0);
    const failures = [{ task: "model", message: "out of memory" }];
    recordRun(db, report("bad", "2026-01-02T00:00:00.000Z", { alerts: [], failures, status: "failed" }), {
      exit: 1,
      notify: true,
    });
    assert.equal(db.prepare("SELECT * FROM outbox").all().length, 1);
  });
});

/** A webhook that answers by what it is sent. */
async function withWebhook(
  status: (body: any) => number,
  use: (url: string, seen: any[]) => Promise<void>,
): Promise<void> {
  const seen: any[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const body = await request.json();
    seen.push(body);
    return new Response("x", { status: status(body) });
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}/secret-token`, seen);
  } finally {
    await server.shutdown();
  }
}

const impatient = { ...httpSender, pause: async () => {} };

/** Runs whose message is due, one a day. */
function recordRuns(db: Parameters<typeof recordRun>[0], ...runs: string[]): void {
  runs.forEach((run, i) => {
    const alerts = [{ ...report(run, "").alerts[0], coolDown: 0 }];
    recordRun(db, report(run, `2026-01-0${i + 1}T00:00:00.000Z`, { alerts }), loudly);
  });
}

for (const status of [400, 413, 422]) {
  Deno.test(`a message that is refused with ${status} is put aside after three attempts and holds up none behind it`, async () => {
    await withProject(async (db) => {
      recordRuns(db, "poison", "r2", "r3");
      await withWebhook(({ run }) => run === "poison" ? status : 200, async (url, seen) => {
        const aside = [{ run: "poison", error: `the webhook answered ${status}` }];
        assert.deepEqual(await flushOutbox(db, url, impatient), { sent: 2, waiting: 0, aside });
        assert.deepEqual(seen.map((s) => s.run), ["poison", "poison", "poison", "r2", "r3"]);
        assert.deepEqual(await flushOutbox(db, url, impatient), { sent: 0, waiting: 0 });
      });
      assert.doesNotMatch(JSON.stringify(db.prepare("SELECT * FROM outbox").all()), /secret-token/);
    });
  });
}

Deno.test("a message that meets a fault of the other side waits, and those behind it are sent", async () => {
  await withProject(async (db) => {
    recordRuns(db, "slow", "r2", "r3");
    await withWebhook(({ run }) => run === "slow" ? 503 : 200, async (url) => {
      for (const sent of [2, 0, 0, 0]) {
        assert.deepEqual(await flushOutbox(db, url, impatient), {
          sent,
          waiting: 1,
          error: "the webhook answered 503",
        });
      }
    });
  });
});

Deno.test("an address that is refused may be put right by the third run, and is given up after nine attempts", async () => {
  await withProject(async (db) => {
    recordRuns(db, "r1");
    await withWebhook(() => 404, async (url) => {
      for (let flush = 0; flush < 2; flush++) {
        assert.equal((await flushOutbox(db, url, impatient)).waiting, 1);
      }
      assert.equal((await flushOutbox(db, url, impatient)).aside?.length, 1);
    });
  });
});

Deno.test("a webhook that is down is not tried for every message that waits", async () => {
  await withProject(async (db) => {
    recordRuns(db, "r1", "r2", "r3", "r4");
    let posts = 0;
    const post = async () => {
      posts++;
      throw new TypeError("error sending request for url (https://example.invalid/secret)");
    };
    const { sent, waiting, error } = await flushOutbox(db, "https://example.invalid/secret", {
      post,
      pause: async () => {},
    });
    assert.deepEqual([sent, waiting, posts], [0, 4, 4]);
    assert.doesNotMatch(error!, /secret/);
  });
});
