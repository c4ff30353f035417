/** How a project's schedule is: what waits, what is broken, whether anybody looks after it. */
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isLocked } from "../engine/system/lock.ts";
import { count } from "../text/numbers.ts";
import { openExisting } from "./database.ts";
import { nextTime } from "./times.ts";
import { knownSchedules } from "./ledger.ts";

/** One finding. */
export interface Health {
  name: "Scheduler" | "Workflows" | "Alerts" | "History";
  status: "ok" | "missing" | "problem";
  detail: string;
}

/** How long a due time may lie behind before nobody seems to look after it, in milliseconds. */
const LATE = 10 * 60_000;

/** Findings of a project's schedule; none where nothing was ever scheduled or sent. Reads only. */
export function scheduleHealth(root: string, now = new Date()): Health[] {
  let db: DatabaseSync | undefined;
  try {
    db = openExisting(root);
    if (db === undefined) return [];
    return [...scheduler(db, root, now), ...workflows(db), ...alerts(db)];
  } catch (error) {
    return [{ name: "History", status: "problem", detail: (error as Error).message.replaceAll("\n", " ") }];
  } finally {
    db?.close();
  }
}

function scheduler(db: DatabaseSync, root: string, now: Date): Health[] {
  const rows = db.prepare("SELECT file, handled FROM schedules").all() as unknown as {
    file: string;
    handled: string;
  }[];
  if (rows.length === 0) return [];
  const schedules = knownSchedules(db);
  const runs = isLocked(join(root, ".motiflow", "schedule", "scheduler.lock"));
  const ahead = rows.filter(({ handled }) => Date.parse(handled) > now.getTime() + LATE).map((row) =>
    row.file
  );
  const late = rows.filter(({ file, handled }) => {
    const next = nextTime(schedules.get(file)!, new Date(handled));
    return next !== undefined && next.getTime() < now.getTime() - LATE;
  }).map((row) => row.file);
  const problems = [
    ...(ahead.length === 0 ? [] : [`the clock was ahead when ${ahead.join(", ")} last ran`]),
    ...(late.length === 0 ? [] : [`${late.join(", ")} came due and did not run`]),
  ];
  const state = runs ? "a scheduler runs" : "no scheduler runs now";
  return [{
    name: "Scheduler",
    status: problems.length > 0 ? "problem" : runs ? "ok" : "missing",
    detail: [state, ...problems, ...(problems.length > 0 ? [] : [count(rows.length, "workflow")])].join("; "),
  }];
}

/** Tables and columns that a later version added are looked for: a reader adds none. */
function has(db: DatabaseSync, table: string, column: string): boolean {
  return db.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column) !== undefined;
}

function workflows(db: DatabaseSync): Health[] {
  if (!has(db, "troubles", "kind")) return [];
  const rows = db.prepare("SELECT file, kind, since FROM troubles ORDER BY since").all() as unknown as {
    file: string;
    kind: string;
    since: string;
  }[];
  return rows.map(({ file, kind, since }) => ({
    name: "Workflows",
    status: "problem",
    detail: `${file} ${kind === "broken" ? "cannot be read" : "fails"} since ${since}`,
  }));
}

function alerts(db: DatabaseSync): Health[] {
  const aside = has(db, "outbox", "aside") ? "aside" : "NULL";
  const { sent, waiting, given, oldest } = db.prepare(
    `SELECT count(delivered) AS sent, count(*) FILTER (WHERE delivered IS NULL AND ${aside} IS NULL) AS waiting,
       count(${aside}) AS given, min(created) FILTER (WHERE delivered IS NULL AND ${aside} IS NULL) AS oldest
     FROM outbox`,
  ).get() as unknown as { sent: number; waiting: number; given: number; oldest: string | null };
  if (sent + waiting + given === 0) return [];
  const parts = [
    `${count(sent, "message")} sent`,
    ...(waiting === 0 ? [] : [`${waiting} waiting since ${oldest}: the webhook did not take them`]),
    ...(given === 0 ? [] : [`${given} put aside: they were refused`]),
  ];
  return [{ name: "Alerts", status: waiting + given === 0 ? "ok" : "problem", detail: parts.join("; ") }];
}
