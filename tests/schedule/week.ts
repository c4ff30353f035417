/**
 * A week of a schedule as a program: the real scheduler, files, history, outbox and a real webhook, under a clock that
 * takes no time. What goes wrong is a script. Prints what came of it as JSON.
 *
 * Arguments: project folder, first day, `full` where the folder is a small file system that may be filled.
 */
import { join } from "node:path";
import { attendFiles } from "../../lib/schedule/attend_files.ts";
import type { Clock } from "../../lib/schedule/clock.ts";
import { openDatabase } from "../../lib/schedule/database.ts";
import { keepFailedRun, keepUnrecorded } from "../../lib/schedule/failed_run.ts";
import { keepReport } from "../../lib/schedule/keep_report.ts";
import { httpSender } from "../../lib/schedule/outbox.ts";
import type { RunReport } from "../../lib/schedule/report.ts";
import { scheduledJobs } from "../../lib/schedule/schedule_files.ts";
import { type ScheduleEvent, Scheduler } from "../../lib/schedule/scheduler.ts";
import { registry } from "../../lib/steps/registry.ts";
import { report, utilization } from "./fixtures.ts";

const [root, first, kind] = Deno.args;
const start = Date.parse(`${first}T00:05:00Z`);
/** True time of an event, `day` from 0. */
const at = (day: number, time: string) => Date.parse(`${first}T${time}:00Z`) + day * 86_400_000;

const workflow = (name: string, cron: string, zone: string) =>
  `name: ${name}\nsteps: { recordings: { uses: load, with: { source: simulate } } }\n` +
  `schedule: { cron: "${cron}", timezone: ${zone} }\n`;
const watch = workflow("watch", "15 */4 * * *", "UTC");
const path = (file: string) => join(root, "flows", file);
Deno.mkdirSync(join(root, "flows"), { recursive: true });
Deno.writeTextFileSync(path("watch.yaml"), watch);
Deno.writeTextFileSync(path("nightly.yaml"), workflow("nightly", "30 2 * * *", "Europe/Berlin"));

// The world beside the scheduler.
const messages: any[] = [], events: (ScheduleEvent & { at: string })[] = [], warnings: string[] = [];
let webhook = true, limitBroken = false, nightlyFails = false, killNext = false, down = false, inFlight = 0;
let beats = 0;
const beatsWhileFull: string[] = [];
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  const message = await request.json();
  if (!webhook) return new Response("", { status: 503 });
  messages.push(message);
  return new Response("");
});
const outlets = {
  webhook: `http://127.0.0.1:${server.addr.port}/`,
  onWarning: (message: string) => void warnings.push(message),
  sender: { ...httpSender, pause: async () => {} },
};

/** Fills the file system to its last byte, and empties it again. */
const ballast = join(root, "ballast");
function fill(): void {
  // What the log has room for already would be written all the same.
  const log = openDatabase(root);
  log.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  log.close();
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      while (true) Deno.writeFileSync(ballast, new Uint8Array(size), { append: true });
    } catch {
      // As full as it gets in pieces of this size.
    }
  }
}
let full = false;

const script: [number, () => void][] = [
  [at(0, "12:00"), () => [webhook, limitBroken] = [false, true]],
  [at(0, "21:00"), () => limitBroken = false],
  [at(1, "09:30"), () => webhook = true],
  [at(1, "13:00"), () => Deno.writeTextFileSync(path("watch.yaml"), watch.replace("steps:", "stesp:"))],
  [at(2, "06:00"), () => Deno.writeTextFileSync(path("watch.yaml"), watch)],
  [at(2, "12:00"), () => nightlyFails = true],
  [at(3, "12:00"), () => nightlyFails = false],
  [at(4, "16:20"), () => clock.step(-30)],
  [at(4, "20:10"), () => clock.step(45)],
  [at(4, "23:00"), () => clock.step(-15)],
  ...(kind !== "full" ? [] : [
    [at(5, "01:00"), () => (fill(), full = true)],
    [at(5, "10:00"), () => (Deno.removeSync(ballast), full = false)],
  ] as [number, () => void][]),
  [at(6, "00:00"), () => killNext = true],
  [at(6, "09:20"), () => down = false],
];

class WeekClock implements Clock {
  #time = start;
  #offset = 0;
  readonly over = new AbortController();

  now(): Date {
    return new Date(this.#time + this.#offset);
  }

  step(minutes: number): void {
    this.#offset += minutes * 60_000;
  }

  async sleep(until: Date, signal: AbortSignal): Promise<void> {
    // A run takes none of the week's time.
    do await new Promise((resolve) => setTimeout(resolve, 0)); while (inFlight > 0);
    if (signal.aborted) return;
    this.pass(Math.max(this.#time, until.getTime() - this.#offset));
  }

  /** Lets time pass until then, or until the next event. */
  pass(to: number): void {
    if (script.length > 0 && script[0][0] <= to) {
      const [time, act] = script.shift()!;
      this.#time = time;
      act();
    } else this.#time = to;
    if (this.#time >= at(7, "00:05")) this.over.abort();
  }
}
const clock = new WeekClock();

/** One life of a scheduler. */
async function live(): Promise<void> {
  const database = openDatabase(root);
  const stop = new AbortController();
  const read = scheduledJobs(join(root, "flows"), root, { registry, onWarning: outlets.onWarning });
  const { jobs } = attendFiles(read, root, outlets);
  const scheduler = new Scheduler({
    jobs,
    database,
    clock,
    start: async ({ file }, due) => {
      inFlight++;
      try {
        if (killNext) {
          [killNext, down] = [false, true];
          stop.abort();
          return null;
        }
        return await run(file, due.toISOString());
      } finally {
        inFlight--;
      }
    },
    unrecorded: ({ file }, due, exit) => keepUnrecorded(root, file, due, exit, outlets),
    onEvent: (event) => events.push({ ...event, at: clock.now().toISOString() }),
    onTurn: () => full ? void beatsWhileFull.push(clock.now().toISOString()) : void beats++,
    turn: 600_000,
  });
  await scheduler.run(AbortSignal.any([clock.over.signal, stop.signal]));
  database.close();
}

let runs = 0;
async function run(file: string, due: string | null): Promise<number> {
  const ended = clock.now().toISOString();
  if (file === "flows/watch.yaml" && !Deno.readTextFileSync(path("watch.yaml")).includes("steps:")) {
    await keepFailedRun(
      root,
      { file, source: "", problem: "broken", due: due ?? undefined, broken: true },
      2,
      outlets,
    );
    return 2;
  }
  const fails = file === "flows/nightly.yaml" && nightlyFails;
  const alerts = file === "flows/watch.yaml" && limitBroken ? [utilization] : [];
  const { task, metric, direction, threshold, n } = utilization;
  const said: RunReport = report(`r${++runs}`, ended, {
    workflow: file.replace(/.*\/|\.yaml/g, ""),
    file,
    due,
    alerts,
    held: alerts.length > 0 || fails ? [] : [{ task, metric, direction, threshold, value: 0.5, n }],
    status: fails ? "failed" : "succeeded",
    failures: fails ? [{ task: "model", message: "out of memory" }] : [],
    whole: !fails,
  });
  const exit = fails ? 1 : alerts.length > 0 ? 3 : 0;
  await keepReport(root, said, exit, outlets);
  return exit;
}

while (!clock.over.signal.aborted) {
  if (down) clock.pass(Infinity);
  else await live();
}
// A second user runs it by hand, which stands for no due time.
await run("flows/watch.yaml", null);
await server.shutdown();
const db = openDatabase(root);
const all = (query: string) => db.prepare(query).all();
console.log(JSON.stringify({
  messages,
  events,
  warnings,
  beats,
  beatsWhileFull,
  occurrences: all("SELECT file, due, state, exit, run FROM occurrences ORDER BY due"),
  runs: all("SELECT run, file, due, status FROM runs ORDER BY due"),
  outbox: all("SELECT delivered IS NOT NULL AS delivered, aside FROM outbox"),
}));
db.close();
