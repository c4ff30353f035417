/**
 * Which due times have been handled. On disk, so that a scheduler that is killed at any moment neither loses nor
 * doubles a run: a due time is open before its run starts and done in the same transaction as the run's record.
 */
import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";
import { isDone } from "./history.ts";
import { dueTimes, nextTime, type Schedule } from "./times.ts";

/** A workflow with a schedule. */
export interface Job extends Schedule {
  /** Workflow file, relative to the root. */
  file: string;
}

/** A due time to run now. */
export interface Due {
  due: Date;
  /** Earlier due times that this run stands for as well. */
  missed: number;
  attempt: number;
  /** It was stopped at every attempt and is not tried again. */
  givenUp?: true;
}

/** Attempts at one due time: a run that brings the machine down must not do so for ever. */
const MOST_ATTEMPTS = 3;
/** How far a clock is corrected as a matter of course, in milliseconds: NTP, a machine that slept. */
const SMALL_STEP = 60_000;
/** What was run further ahead than this ran in a time that never was, and stands for no due time to come. */
const FALSE_FUTURE = 3_600_000;

/**
 * Takes what is due: the latest due time, marked open; earlier ones are marked missed, because running a workflow
 * several times in a row on the same data is no use to anyone. A schedule that is new or changed starts now, and so does
 * one that was handled when the clock was ahead; what was run in the last hour before now, as it seems, is not run again.
 *
 * @param onBack Told until when the schedule had been handled, where that is in the future.
 */
export function takeDue(
  db: DatabaseSync,
  { file, cron, timezone }: Job,
  now: Date,
  onBack: (handled: string) => void = () => {},
): Due | undefined {
  return transaction(db, () => {
    const known = db.prepare("SELECT * FROM schedules WHERE file = ?").get(file) as Row | undefined;
    if (known === undefined || known.cron !== cron || known.timezone !== timezone) {
      db.prepare("INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?)").run(
        file,
        cron,
        timezone,
        now.toISOString(),
      );
      return undefined;
    }
    const handled = new Date(known.handled);
    if (handled.getTime() > now.getTime() + SMALL_STEP) {
      onBack(known.handled);
      forgetFuture(db, file, now);
      return undefined;
    }
    const times = dueTimes({ cron, timezone }, handled, now).filter((time) =>
      !isDone(db, file, time.toISOString())
    );
    const open = openTimes(db, file);
    if (times.length === 0) return open.length === 0 ? undefined : again(db, file, open);
    const due = times.at(-1)!;
    const miss = db.prepare(
      `INSERT INTO occurrences (file, due, state, ended) VALUES (?, ?, 'missed', ?)
       ON CONFLICT DO UPDATE SET state = 'missed', ended = excluded.ended`,
    );
    const passed = [...open.map((o) => o.due), ...times.slice(0, -1).map((t) => t.toISOString())];
    for (const time of passed) miss.run(file, time, now.toISOString());
    db.prepare(
      `INSERT INTO occurrences (file, due, state, attempts) VALUES (?, ?, 'open', 1)
       ON CONFLICT DO UPDATE SET state = 'open', attempts = 1, ended = NULL`,
    ).run(file, due.toISOString());
    db.prepare("UPDATE schedules SET handled = ? WHERE file = ?").run(due.toISOString(), file);
    return { due, missed: passed.length, attempt: 1 };
  });
}

/** Starts a schedule anew from now on. */
function forgetFuture(db: DatabaseSync, file: string, now: Date): void {
  const limit = new Date(now.getTime() + FALSE_FUTURE).toISOString();
  db.prepare("UPDATE schedules SET handled = ? WHERE file = ?").run(now.toISOString(), file);
  db.prepare("UPDATE runs SET due = NULL WHERE file = ? AND due > ?").run(file, limit);
  db.prepare("DELETE FROM occurrences WHERE file = ? AND due > ?").run(file, limit);
}

interface Row {
  cron: string;
  timezone: string;
  handled: string;
}

interface Open {
  due: string;
  attempts: number;
}

function again(db: DatabaseSync, file: string, open: Open[]): Due | undefined {
  const { due, attempts } = open.at(-1)!;
  if (attempts >= MOST_ATTEMPTS) {
    return { due: new Date(due), missed: 0, attempt: attempts, givenUp: true };
  }
  db.prepare("UPDATE occurrences SET attempts = attempts + 1 WHERE file = ? AND due = ?").run(file, due);
  return { due: new Date(due), missed: 0, attempt: attempts + 1 };
}

/**
 * Marks a due time done, e.g. when its run could not even record itself; one that is done stays as it is.
 *
 * @returns Whether it was open.
 */
export function closeOccurrence(
  db: DatabaseSync,
  file: string,
  due: Date,
  exit: number | null,
  now: Date,
): boolean {
  return db.prepare(
    "UPDATE occurrences SET state = 'done', exit = ?, ended = ? WHERE file = ? AND due = ? AND state = 'open'",
  )
    .run(exit, now.toISOString(), file, due.toISOString()).changes > 0;
}

/** Whether a due time was taken and has no end yet. */
export function isOpen(db: DatabaseSync, file: string, due: Date): boolean {
  return db.prepare("SELECT 1 FROM occurrences WHERE file = ? AND due = ? AND state = 'open'")
    .get(file, due.toISOString()) !== undefined;
}

/** Schedules by file as they were last seen: what a file that is broken now had. */
export function knownSchedules(db: DatabaseSync): Map<string, Schedule> {
  const rows = db.prepare("SELECT file, cron, timezone FROM schedules").all() as unknown as (Row & Job)[];
  return new Map(rows.map(({ file, cron, timezone }) => [file, { cron, timezone }]));
}

/**
 * The time that a scheduler would next start a workflow for. It lies in the past where one was missed and none made up
 * for it yet: then the latest of those. Undefined where it never comes.
 *
 * @param db Undefined where nothing was ever scheduled.
 */
export function nextDue(db: DatabaseSync | undefined, job: Job, now: Date): Date | undefined {
  const handled = db === undefined ? undefined : handledUntil(db, job);
  // A clock that was ahead is put right by the scheduler, which then starts from now on.
  if (handled === undefined || handled.getTime() > now.getTime() + SMALL_STEP) return nextTime(job, now);
  const passed = dueTimes(job, handled, now);
  const missed = passed.filter((time) => !isDone(db!, job.file, time.toISOString())).at(-1);
  const open = openTimes(db!, job.file).at(-1);
  return missed ?? (open === undefined ? nextTime(job, passed.at(-1) ?? handled) : new Date(open.due));
}

/** Due times that were taken and have no end yet. */
function openTimes(db: DatabaseSync, file: string): Open[] {
  return db.prepare("SELECT due, attempts FROM occurrences WHERE file = ? AND state = 'open'")
    .all(file) as unknown as Open[];
}

/** The last due time that was taken, or when the schedule was first seen; undefined for a new schedule. */
export function handledUntil(db: DatabaseSync, { file, cron, timezone }: Job): Date | undefined {
  const row = db.prepare("SELECT handled FROM schedules WHERE file = ? AND cron = ? AND timezone = ?")
    .get(file, cron, timezone) as { handled: string } | undefined;
  return row === undefined ? undefined : new Date(row.handled);
}
