/**
 * Which due times have been handled. On disk, so that a scheduler that is killed at any moment neither loses nor
 * doubles a run: a due time is open before its run starts and done in the same transaction as the run's record.
 */
import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";
import { dueTimes, type Schedule } from "./times.ts";

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
}

/** Attempts at one due time: a run that brings the machine down must not do so for ever. */
const MOST_ATTEMPTS = 3;

/**
 * Takes what is due: the latest due time, marked open; earlier ones are marked missed, because running a workflow
 * several times in a row on the same data is no use to anyone. A schedule that is new or changed starts now.
 */
export function takeDue(db: DatabaseSync, { file, cron, timezone }: Job, now: Date): Due | undefined {
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
    const times = dueTimes({ cron, timezone }, new Date(known.handled), now);
    const open = db.prepare("SELECT due, attempts FROM occurrences WHERE file = ? AND state = 'open'").all(
      file,
    ) as unknown as Open[];
    if (times.length === 0) return open.length === 0 ? undefined : again(db, file, open, now);
    const due = times.at(-1)!;
    const miss = db.prepare(
      `INSERT INTO occurrences (file, due, state, ended) VALUES (?, ?, 'missed', ?)
       ON CONFLICT DO UPDATE SET state = 'missed', ended = excluded.ended`,
    );
    const passed = [...open.map((o) => o.due), ...times.slice(0, -1).map((t) => t.toISOString())];
    for (const time of passed) miss.run(file, time, now.toISOString());
    db.prepare("INSERT OR IGNORE INTO occurrences (file, due, state, attempts) VALUES (?, ?, 'open', 1)")
      .run(file, due.toISOString());
    db.prepare("UPDATE schedules SET handled = ? WHERE file = ?").run(due.toISOString(), file);
    return { due, missed: passed.length, attempt: 1 };
  });
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

function again(db: DatabaseSync, file: string, open: Open[], now: Date): Due | undefined {
  const { due, attempts } = open.at(-1)!;
  if (attempts >= MOST_ATTEMPTS) {
    closeOccurrence(db, file, new Date(due), null, now);
    return undefined;
  }
  db.prepare("UPDATE occurrences SET attempts = attempts + 1 WHERE file = ? AND due = ?").run(file, due);
  return { due: new Date(due), missed: 0, attempt: attempts + 1 };
}

/** Marks a due time done, e.g. when its run could not even record itself; one that is done stays as it is. */
export function closeOccurrence(
  db: DatabaseSync,
  file: string,
  due: Date,
  exit: number | null,
  now: Date,
): void {
  db.prepare(
    "UPDATE occurrences SET state = 'done', exit = ?, ended = ? WHERE file = ? AND due = ? AND state = 'open'",
  )
    .run(exit, now.toISOString(), file, due.toISOString());
}

/** The last due time that was taken, or when the schedule was first seen; undefined for a new schedule. */
export function handledUntil(db: DatabaseSync, { file, cron, timezone }: Job): Date | undefined {
  const row = db.prepare("SELECT handled FROM schedules WHERE file = ? AND cron = ? AND timezone = ?")
    .get(file, cron, timezone) as { handled: string } | undefined;
  return row === undefined ? undefined : new Date(row.handled);
}
