import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import type { Job } from "../../lib/schedule/ledger.ts";
import { type ScheduleEvent, Scheduler } from "../../lib/schedule/scheduler.ts";
import { FakeClock } from "./fake_clock.ts";
import { recordRun } from "../../lib/schedule/history.ts";
import { report, withProject } from "./fixtures.ts";

const nightly: Job = { file: "nightly.yaml", cron: "30 2 * * *", timezone: "Europe/Berlin" };

const times = (dates: Date[]) => dates.map((date) => date.toISOString().slice(0, 16));

/** Runs from one time to another; returns the due times that were started. */
async function period(
  database: DatabaseSync,
  from: string,
  to: string,
  options: { job?: Job; start?: (clock: FakeClock) => number | null; turn?: number } = {},
): Promise<{ started: Date[]; events: ScheduleEvent[]; exits: (number | null)[] }> {
  const clock = new FakeClock(from, to), started: Date[] = [], events: ScheduleEvent[] = [];
  const scheduler = new Scheduler({
    jobs: async () => [options.job ?? nightly],
    database,
    clock,
    start: async (_, due) => {
      started.push(due);
      return options.start === undefined ? 0 : options.start(clock);
    },
    onEvent: (event) => events.push(event),
    turn: options.turn ?? 86_400_000,
  });
  await scheduler.run(clock.signal);
  return { started, events, exits: scheduler.exits };
}

for (
  const [change, from, to, expected] of [
    ["skips an hour", "2026-03-27T12:00Z", "2026-03-30T12:00Z", [
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]],
    ["repeats an hour", "2026-10-23T12:00Z", "2026-10-26T12:00Z", [
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]],
  ] as const
) {
  Deno.test(`Scheduler runs a nightly workflow once each night when the clock ${change}`, async () => {
    await withProject(async (db) => {
      const { started } = await period(db, from, to);
      assert.deepEqual(times(started), expected);
    });
  });
}

Deno.test("Scheduler neither loses nor doubles a run when it is killed at any minute around a clock change", async () => {
  await withProject(async (db) => {
    const all: Date[] = [];
    let at = Date.parse("2026-10-24T23:00:00Z");
    // A new scheduler every seven minutes: nothing but the database lives on.
    for (let i = 0; i < 30; i++) {
      const until = at + 7 * 60_000;
      const { started } = await period(db, new Date(at).toISOString(), new Date(until).toISOString());
      all.push(...started);
      at = until;
    }
    assert.deepEqual(times(all), ["2026-10-25T00:30"]);
  });
});

for (
  const [change, from, to, expected] of [
    ["skips an hour", "2026-03-28T12:00Z", "2026-03-30T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]],
    ["repeats an hour", "2026-10-24T12:00Z", "2026-10-26T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]],
  ] as const
) {
  Deno.test(`Scheduler that is killed in the middle of a run does each night once when the clock ${change}`, async () => {
    await withProject(async (db) => {
      const finished: string[] = [];
      let at = Date.parse(from), kills = 0;
      // A new scheduler every 40 minutes; the first to start a night's run dies with it, the next one ends it.
      while (at < Date.parse(to)) {
        const until = Math.min(at + 40 * 60_000, Date.parse(to));
        const { started, exits } = await period(
          db,
          new Date(at).toISOString(),
          new Date(until).toISOString(),
          {
            start: (clock) => {
              if (kills++ % 2 === 1) return 0;
              clock.stop();
              return null;
            },
          },
        );
        exits.forEach((exit, i) => exit === 0 && finished.push(started[i].toISOString().slice(0, 16)));
        at = until;
      }
      assert.deepEqual(finished, expected);
      const rows = db.prepare("SELECT due, state, attempts FROM occurrences ORDER BY due").all();
      assert.deepEqual(
        rows.map((r) => [String(r.due).slice(0, 16), r.state, r.attempts]),
        expected.map((e) => [e, "done", 2]),
      );
    });
  });
}

Deno.test("Scheduler takes up a run that was killed with it, and gives up after three attempts", async () => {
  await withProject(async (db) => {
    await period(db, "2026-05-01T00:00Z", "2026-05-01T00:10Z");
    const killed = (clock: FakeClock) => {
      clock.stop();
      return null;
    };
    const first = await period(db, "2026-05-01T00:10Z", "2026-05-01T00:31Z", { start: killed });
    assert.deepEqual(times(first.started), ["2026-05-01T00:30"]);
    const second = await period(db, "2026-05-01T08:00Z", "2026-05-01T08:01Z");
    assert.deepEqual(times(second.started), ["2026-05-01T00:30"]);
    const third = await period(db, "2026-05-01T08:02Z", "2026-05-01T20:00Z");
    assert.deepEqual(third.started, []);

    const crash = await period(db, "2026-05-02T00:00Z", "2026-05-02T06:00Z", {
      start: () => null,
      turn: 60_000,
    });
    assert.equal(crash.started.length, 3);
    assert.deepEqual(times((await period(db, "2026-05-02T06:00Z", "2026-05-03T06:00Z")).started), [
      "2026-05-03T00:30",
    ]);
  });
});

Deno.test("Scheduler catches up missed times by one run of the last, and counts the others as missed", async () => {
  await withProject(async (db) => {
    await period(db, "2026-05-01T12:00Z", "2026-05-02T12:00Z");
    const { started, events } = await period(db, "2026-05-06T12:00Z", "2026-05-07T12:00Z");
    assert.deepEqual(times(started), ["2026-05-06T00:30", "2026-05-07T00:30"]);
    assert.deepEqual(events.flatMap((e) => e.type === "started" ? [e.missed] : []), [3, 0]);
    const states = db.prepare("SELECT state, count(*) AS n FROM occurrences GROUP BY state").all();
    assert.deepEqual(states.map((row) => ({ ...row })), [{ state: "done", n: 3 }, { state: "missed", n: 3 }]);
  });
});

Deno.test("Scheduler never runs a workflow beside itself, and makes up once for what came due meanwhile", async () => {
  await withProject(async (db) => {
    const job = { file: "often.yaml", cron: "* * * * *", timezone: "UTC" };
    const clock = new FakeClock("2026-05-01T00:00:30Z", "2026-05-01T00:20:00Z");
    let running = 0, most = 0;
    const started: Date[] = [];
    const scheduler = new Scheduler({
      jobs: async () => [job],
      database: db,
      clock,
      start: async (_, due) => {
        started.push(due);
        most = Math.max(most, ++running);
        const end = clock.now().getTime() + 5 * 60_000;
        while (clock.now().getTime() < end && !clock.signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        running--;
        return 0;
      },
    });
    await scheduler.run(clock.signal);
    assert.equal(most, 1);
    assert.equal(new Set(started.map(Number)).size, started.length);
    assert.ok(started.length >= 3 && started.length <= 4, `${started.length} runs`);
  });
});

Deno.test("Scheduler leaves a workflow alone that still runs elsewhere", async () => {
  await withProject(async (db) => {
    const jobs = async () => [nightly];
    const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-01T00:05Z");
    const start = async () => 0;
    await new Scheduler({ jobs, database: db, clock, start }).run(clock.signal);
    const later = new FakeClock("2026-05-01T01:00Z", "2026-05-01T02:00Z");
    let busy = true;
    const scheduler = new Scheduler({
      jobs,
      database: db,
      clock: later,
      start,
      busy: () => busy && (busy = later.now() < new Date("2026-05-01T01:30Z")),
    });
    await scheduler.run(later.signal);
    assert.equal(busy, false);
    assert.deepEqual(scheduler.exits, [0]);
  });
});

Deno.test("Scheduler starts a schedule that is new or changed from now on, without a past", async () => {
  await withProject(async (db) => {
    const weekly = { ...nightly, cron: "0 4 * * 1" };
    assert.deepEqual(
      (await period(db, "2026-05-01T12:00Z", "2026-05-02T00:00Z", { job: weekly })).started,
      [],
    );
    const { started } = await period(db, "2026-05-20T12:00Z", "2026-05-21T12:00Z");
    assert.deepEqual(times(started), ["2026-05-21T00:30"]);
  });
});

Deno.test("Scheduler goes on with the workflows it knew while their folder cannot be read, and says so once", async () => {
  await withProject(async (db) => {
    const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-01T02:00Z");
    const events: ScheduleEvent[] = [];
    let turns = 0;
    const scheduler = new Scheduler({
      jobs: () => turns++ === 0 ? Promise.resolve([nightly]) : Promise.reject(new Error("the drive is gone")),
      database: db,
      clock,
      start: async () => 0,
      onEvent: (event) => events.push(event),
    });
    await scheduler.run(clock.signal);
    assert.ok(turns > 10);
    assert.deepEqual(scheduler.exits, [0]);
    assert.deepEqual(events.filter((e) => e.type === "warning"), [
      { type: "warning", message: "the drive is gone" },
    ]);
  });
});

for (
  const [what, bad, options] of [
    ["whose schedule cannot be read", { cron: "0 25 * * 1" }, {}],
    ["whose time zone does not exist", { timezone: "Mars/Base" }, {}],
    ["that cannot be looked at", {}, {
      busy: ({ file }: Job) => {
        if (file === "bad.yaml") throw new Error("no permission");
        return false;
      },
    }],
  ] as const
) {
  Deno.test(`Scheduler runs the others beside a workflow ${what}, and warns of it once`, async () => {
    await withProject(async (db) => {
      const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-01T02:00Z");
      const warned: (string | undefined)[] = [];
      const scheduler = new Scheduler({
        jobs: async () => [{ ...nightly, file: "bad.yaml", ...bad }, nightly],
        database: db,
        clock,
        start: async () => 0,
        onEvent: (event) => event.type === "warning" && warned.push(event.file),
        ...options,
      });
      await scheduler.run(clock.signal);
      assert.deepEqual(scheduler.exits, [0]);
      assert.deepEqual(warned, ["bad.yaml"]);
    });
  });
}

Deno.test("Scheduler outlives a run that cannot be started, and tries it three times", async () => {
  await withProject(async (db) => {
    const events: ScheduleEvent[] = [];
    const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-01T06:00Z");
    const scheduler = new Scheduler({
      jobs: async () => [nightly],
      database: db,
      clock,
      start: () => Promise.reject(new Error("too many processes")),
      onEvent: (event) => events.push(event),
    });
    await scheduler.run(clock.signal);
    assert.deepEqual(scheduler.exits, [null, null, null, 1]);
    assert.match(JSON.stringify(events), /too many processes/);
    assert.match(JSON.stringify(events), /at each of 3 attempts and is given up/);
  });
});

/** A scheduler for each spell; the clock may step between two. */
async function spells(
  db: DatabaseSync,
  job: Job,
  ...of: [from: string, to: string][]
): Promise<{ started: string[]; warnings: string[] }> {
  const all = { started: [] as string[], warnings: [] as string[] };
  for (const [from, to] of of) {
    const { started, events } = await period(db, from, to, {
      job,
      ...(job === nightly ? {} : { turn: 60_000 }),
    });
    all.started.push(...times(started));
    all.warnings.push(...events.flatMap((e) => e.type === "warning" ? [e.message] : []));
  }
  return all;
}

Deno.test("Scheduler whose clock was years ahead starts anew from now on, says so once, and runs each night again", async () => {
  await withProject(async (db) => {
    const { started, warnings } = await spells(
      db,
      nightly,
      ["2026-05-01T00:00Z", "2026-05-01T12:00Z"],
      ["2031-05-01T00:00Z", "2031-05-01T12:00Z"],
      ["2026-05-01T12:00Z", "2026-05-03T12:00Z"],
    );
    assert.deepEqual(started, [
      "2026-05-01T00:30",
      "2031-04-30T00:30",
      "2031-05-01T00:30",
      "2026-05-02T00:30",
      "2026-05-03T00:30",
    ]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /the clock went back: handled until 2031-05-01T00:30:00.000Z/);
  });
});

Deno.test("Scheduler whose clock was a day ahead runs the due time again that stands for that day", async () => {
  await withProject(async (db) => {
    const { started } = await spells(
      db,
      nightly,
      ["2026-05-01T00:00Z", "2026-05-01T12:00Z"],
      ["2026-05-02T00:00Z", "2026-05-02T12:00Z"],
      ["2026-05-01T12:00Z", "2026-05-03T12:00Z"],
    );
    assert.deepEqual(started, [
      "2026-05-01T00:30",
      "2026-05-02T00:30",
      "2026-05-02T00:30",
      "2026-05-03T00:30",
    ]);
  });
});

const minutely: Job = { file: "often.yaml", cron: "* * * * *", timezone: "UTC" };
const minutes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `2026-05-01T00:${String(from + i).padStart(2, "0")}`);

for (
  const [step, spans, expected] of [
    ["20 s back", [["00:00:30", "00:10:10"], ["00:09:50", "00:20:30"]], minutes(1, 20)],
    ["10 min back", [["00:00:30", "00:20:10"], ["00:10:10", "00:30:30"]], minutes(1, 30)],
    ["20 s on", [["00:00:30", "00:10:10"], ["00:10:30", "00:20:30"]], minutes(1, 20)],
    // What the step leaves out is made up for by one run.
    ["10 min on", [["00:00:30", "00:10:10"], ["00:20:10", "00:30:30"]], [
      ...minutes(1, 10),
      ...minutes(20, 30),
    ]],
  ] as [string, [string, string][], string[]][]
) {
  Deno.test(`Scheduler neither loses nor doubles a due time when the clock steps ${step}`, async () => {
    await withProject(async (db) => {
      const { started } = await spells(
        db,
        minutely,
        ...spans.map(([from, to]): [string, string] => [`2026-05-01T${from}Z`, `2026-05-01T${to}Z`]),
      );
      assert.deepEqual(started, expected);
    });
  });
}

Deno.test("Scheduler tells of a run that left no record, and of none that did", async () => {
  await withProject(async (db) => {
    const told: [string, number | null][] = [];
    const clock = new FakeClock("2026-05-01T00:00Z", "2026-05-04T00:00Z");
    const exits = [0, 1, 137 as number | null];
    const scheduler = new Scheduler({
      jobs: async () => [nightly],
      database: db,
      clock,
      start: async ({ file }, due) => {
        const exit = exits.shift() ?? null;
        if (exit === 0) {
          recordRun(db, report("r", due.toISOString(), { file, due: due.toISOString() }), {
            exit,
            notify: false,
          });
        }
        return exit;
      },
      unrecorded: async (_, due, exit) => void told.push([due.toISOString().slice(8, 10), exit]),
      turn: 86_400_000,
    });
    await scheduler.run(clock.signal);
    assert.deepEqual(told, [["02", 1], ["03", 137]]);
  });
});
