/** `schedule DIR`: run workflows by their `schedule`. */
import type { Examples } from "../examples.ts";
import { Command, Option } from "@commander-js/extra-typings";
import { days, jsonOption, rootOption, webhookOption } from "../flags.ts";
import { checkWebhook } from "../../schedule/keep_report.ts";
import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { InputError } from "../../errors.ts";
import type { Job } from "../../schedule/ledger.ts";
import type { Heart } from "../../schedule/heartbeat.ts";
import type { ScheduleEvent } from "../../schedule/scheduler.ts";
import { programWords } from "../../text/program.ts";
import { registry } from "../../steps/registry.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { table } from "../terminal/format.ts";
import { isRunning } from "../../schedule/claim_due.ts";
import { attendFiles } from "../../schedule/attend_files.ts";
import { keepUnrecorded } from "../../schedule/failed_run.ts";
import { type BrokenFile, scheduledJobs, type Schedules } from "../../schedule/schedule_files.ts";
import type { Schedule } from "../../schedule/times.ts";
import { err, errStyle, json, out } from "../terminal/terminal.ts";
import { projectRoot, userPath } from "../paths.ts";

export const examples: Examples = [
  ["schedule workflows --list"],
  ["schedule workflows --once", "run what is due now"],
  ["schedule workflows --print systemd"],
];

export const command = new Command()
  .description("Run every workflow of a folder when its `schedule:` is due. Runs until interrupted.")
  .argument("<dir>", "folder of workflow files, or one file")
  .option("--once", "run what is due now, and end")
  .option("--list", "show when each workflow is due next")
  .addOption(
    new Option("--print <kind>", "print units for the machine's own timers").choices(["systemd", "cron"]),
  )
  .option("--reports <dir>", "for each run: write <workflow>.json, .junit.xml and .prom there")
  .addOption(webhookOption)
  .option(
    "--heartbeat <place>",
    "a sign of life each minute: a file (.prom or JSON) or a URL; by default $MOTIFLOW_HEARTBEAT",
  )
  .option("--keep-runs <days>", "once a day, drop records and logs of runs that are older, e.g. 90d", days)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (dir, options) => {
    const place = resolve(userPath(dir));
    const root = await projectRoot(options.root, place);
    let warned = false;
    const onWarning = (message: string) => {
      warned = true;
      err(message);
    };
    const files = scheduledJobs(place, root, { registry, known: await lastSchedules(root), onWarning });
    const { jobs, broken } = await files();
    if (jobs.length === 0 && broken.length === 0) {
      // What is wrong has been said with its place; that a schedule is missing would be a second, false remark.
      if (warned) throw new Exit(exitCodes.usage);
      throw new InputError(`Cannot schedule: no workflow in ${dir} has a schedule`, {
        hint: 'Add to a workflow file: schedule: { cron: "0 3 * * 1", timezone: UTC }',
      });
    }
    const isBroken = ({ file }: Job) => broken.some((one) => one.file === file);
    if (options.print !== undefined) {
      await print(options.print, jobs.filter((job) => !isBroken(job)), root);
      if (broken.length > 0) throw new Exit(exitCodes.usage);
      return;
    }
    if (options.list === true) return await list(jobs, broken, root, options.json === true);
    await checkWebhook(options);
    await follow(root, files, options);
  });

/** What the schedules were when the scheduler last saw them. */
async function lastSchedules(root: string): Promise<ReadonlyMap<string, Schedule>> {
  const { knownSchedules } = await import("../../schedule/ledger.ts");
  return await fromLedger(root, (db) => db === undefined ? new Map() : knownSchedules(db));
}

/** Reads what was handled; there is no database where nothing ever was. */
async function fromLedger<T>(root: string, read: (db: DatabaseSync | undefined) => T): Promise<T> {
  const { openExisting } = await import("../../schedule/database.ts");
  const db = openExisting(root);
  try {
    return read(db);
  } finally {
    db?.close();
  }
}

/** Words that run a workflow with this program. */
function runWords(root: string, file: string, more: string[] = []): string[] {
  return [...programWords(), "run", resolve(root, file), "--root", root, "--quiet", ...more];
}

async function print(kind: "systemd" | "cron", jobs: Job[], root: string): Promise<void> {
  const { cronLines, systemdUnits } = await import("../../schedule/units.ts");
  const { cronHere } = await import("../../schedule/cron_here.ts");
  const here = kind === "cron" ? await cronHere() : undefined;
  for (const job of jobs) {
    const unit = { words: runWords(root, job.file), folder: root };
    if (here !== undefined) out(cronLines(job, unit, here).join("\n"));
    else {
      for (const [name, text] of Object.entries(systemdUnits(job, unit))) out(`# ${name}\n${text}`);
    }
  }
}

async function list(jobs: Job[], broken: BrokenFile[], root: string, asJson: boolean): Promise<void> {
  const { nextDue } = await import("../../schedule/ledger.ts");
  const now = new Date();
  const times = await fromLedger(root, (db) => jobs.map((job) => nextDue(db, job, now)));
  const rows = jobs.map((job, i) => ({
    ...job,
    next: times[i]?.toISOString() ?? null,
    running: isRunning(root, job.file),
    ...(broken.some(({ file }) => file === job.file) ? { broken: true } : {}),
  }));
  const unknown = broken.filter(({ file }) => !jobs.some((job) => job.file === file))
    .map(({ file }) => ({ file, cron: "", timezone: "", next: null, running: false, broken: true }));
  rows.push(...unknown);
  if (asJson) return json(rows);
  const local = (time: string, timeZone: string) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(
      new Date(time),
    );
  out(table(rows.map(({ file, cron, timezone, next, running, broken }) => [
    file,
    cron,
    timezone,
    broken === true ? "broken: its runs fail" : next === null ? "never" : local(next, timezone),
    running
      ? "runs now"
      : next !== null && next <= now.toISOString()
      ? "overdue: runs with the scheduler"
      : "",
  ])));
}

interface FollowOptions {
  once?: true | undefined;
  json?: true | undefined;
  reports?: string | undefined;
  webhook?: string | undefined;
  heartbeat?: string | undefined;
  keepRuns?: number | undefined;
}

async function follow(
  root: string,
  files: () => Promise<Schedules>,
  options: FollowOptions,
): Promise<void> {
  const { tryLock } = await import("../../engine/system/lock.ts");
  using alone = tryLock(join(root, ".motiflow", "schedule", "scheduler.lock"));
  if (alone === undefined) {
    throw new InputError("Cannot schedule: another scheduler runs this project", {
      hint: "End it first; one is enough.",
    });
  }
  const { openDatabase } = await import("../../schedule/database.ts");
  const { Scheduler } = await import("../../schedule/scheduler.ts");
  const { systemClock } = await import("../../schedule/clock.ts");
  const database = openDatabase(root);
  const stop = new AbortController();
  const children = new Set<Deno.ChildProcess>();
  const reports = options.reports === undefined ? undefined : resolve(userPath(options.reports));
  const outlets = {
    reports,
    webhook: options.webhook,
    onWarning: (message: string) => err(`warning: ${message}`),
  };
  const { jobs, broken } = attendFiles(files, root, outlets);
  // Not as an argument, which every user of the machine can read.
  const env: Record<string, string> = options.webhook === undefined
    ? {}
    : { MOTIFLOW_WEBHOOK: options.webhook };
  const end = () => {
    if (stop.signal.aborted) return;
    err("stopping: running steps are stopped; the next scheduler takes their runs up again");
    stop.abort();
    for (const child of children) child.kill("SIGTERM");
  };
  const heart = await openHeart(options.heartbeat, outlets.onWarning);
  const { housekeeping } = await import("../../schedule/housekeeping.ts");
  const keepHouse = housekeeping(root, options.keepRuns, outlets);
  const scheduler = new Scheduler({
    jobs,
    database,
    clock: systemClock,
    busy: (job) => isRunning(root, job.file),
    async start(job, due) {
      const [program, ...args] = runWords(root, job.file, [
        "--scheduled",
        due.toISOString(),
        ...(reports === undefined ? [] : ["--reports", reports]),
      ]);
      const child = new Deno.Command(program, { args, cwd: root, env, stdin: "null" }).spawn();
      children.add(child);
      const { code, signal } = await child.status;
      children.delete(child);
      return signal !== null || code >= exitCodes.interrupted ? null : code;
    },
    unrecorded: ({ file }, due, exit) => keepUnrecorded(root, file, due, exit, outlets),
    onTurn: (beat) => {
      heart?.(beat);
      keepHouse();
    },
    onEvent: (event) => options.json === true ? out(JSON.stringify(event)) : err(eventLine(event)),
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    if (options.once === true) await scheduler.once();
    else {
      const { jobs: waiting } = await files();
      if (options.json !== true) err(`waiting for ${waiting.map((job) => job.file).join(", ")}; Ctrl-C ends`);
      await scheduler.run(stop.signal);
    }
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, end);
    database.close();
  }
  if (options.once === true) {
    throw new Exit(worst([...scheduler.exits, ...(broken.size > 0 ? [exitCodes.usage] : [])]));
  }
}

/** Where signs of life go; undefined for nowhere. */
async function openHeart(
  given: string | undefined,
  onWarning: (message: string) => void,
): Promise<Heart | undefined> {
  const place = given ?? (Deno.env.get("MOTIFLOW_HEARTBEAT") || undefined);
  if (place === undefined) return undefined;
  const { heartAt } = await import("../../schedule/heartbeat.ts");
  return heartAt(/^https?:/i.test(place) ? place : resolve(userPath(place)), onWarning);
}

function eventLine(event: ScheduleEvent): string {
  const { bold, dim } = errStyle;
  if (event.type === "warning") {
    return `warning: ${event.file === undefined ? "" : `${event.file}: `}${event.message}`;
  }
  const head = `${bold(event.file)} ${dim(`due ${event.due}`)}`;
  if (event.type === "ended") {
    return `${head}: ${event.exit === null ? "was stopped" : `exit code ${event.exit}`}`;
  }
  const notes = [
    ...(event.missed > 0 ? [`${event.missed} earlier due times were missed`] : []),
    ...(event.attempt > 1 ? [`attempt ${event.attempt}`] : []),
  ];
  return `${head}: starts${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}

/** A failure outweighs a broken limit. */
function worst(exits: (number | null)[]): number {
  const order = [exitCodes.done, exitCodes.alert, exitCodes.usage, exitCodes.failed, exitCodes.interrupted];
  const ranks = exits.map((exit) => exit === null ? 4 : Math.max(0, order.indexOf(exit as 0)));
  return order[Math.max(0, ...ranks)];
}
