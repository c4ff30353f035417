/** Metrics and alerts of all runs, in one database. */
import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";
import type { RaisedAlert, RunReport } from "./report.ts";

/** A number of an earlier run. */
export interface HistoryPoint {
  run: string;
  workflow: string;
  started: string;
  task: string;
  metric: string;
  value: number | null;
  n: number;
  of: string;
  unit: string | null;
  origin: string;
  lower: number | null;
  upper: number | null;
  level: number | null;
}

/**
 * Keeps a run with its numbers and alerts, marks the due time that it stands for as done and, where there is news, puts
 * a message into the outbox: all of it or nothing. A due time that is done already is not recorded again.
 *
 * A run that is known already, because nothing had changed since, adds no numbers; its alerts count all the same.
 *
 * @returns alerts that are confirmed and not within their cool-down; undefined where the due time was recorded before.
 */
export function recordRun(
  db: DatabaseSync,
  report: RunReport,
  { exit, notify }: { exit: number; notify: boolean },
): RaisedAlert[] | undefined {
  return transaction(db, () => {
    if (report.due !== null && isDone(db, report.file, report.due)) return undefined;
    const { run, file, due, ended } = report;
    const known = db.prepare("SELECT 1 FROM runs WHERE run = ?").get(run) !== undefined;
    const news = known ? keepNews(db, report, notify) : keepNew(db, report, notify);
    if (due !== null) {
      db.prepare(
        `INSERT INTO occurrences (file, due, state, attempts, exit, run, ended) VALUES (?, ?, 'done', 1, ?, ?, ?)
         ON CONFLICT DO UPDATE SET state = 'done', exit = excluded.exit, run = excluded.run, ended = excluded.ended`,
      ).run(file, due, exit, run, ended);
    }
    return news;
  });
}

function keepNew(db: DatabaseSync, report: RunReport, notify: boolean): RaisedAlert[] {
  const { run, workflow, file, due, started, ended, status } = report;
  db.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)").run(
    run,
    workflow,
    file,
    due,
    started,
    ended,
    status,
  );
  const metric = db.prepare("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const { task, metric: name, value, n, of, unit, origin, interval } of report.values) {
    const { lower = null, upper = null, level = null } = interval ?? {};
    metric.run(
      run,
      task,
      name,
      finite(value),
      n,
      of,
      unit ?? null,
      origin,
      finite(lower),
      finite(upper),
      level,
    );
  }
  return keepNews(db, report, notify);
}

function keepNews(db: DatabaseSync, report: RunReport, notify: boolean): RaisedAlert[] {
  const { run, ended } = report;
  const news = keepAlerts(db, report);
  if (notify && (news.length > 0 || report.failures.length > 0)) {
    const body = JSON.stringify({ type: "motiflow-run", ...report, values: undefined, alerts: news });
    db.prepare("INSERT INTO outbox (run, body, created) VALUES (?, ?, ?)").run(run, body, ended);
  }
  return news;
}

/** SQLite has no infinities in JSON and no NaN at all. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function keepAlerts(db: DatabaseSync, report: RunReport): RaisedAlert[] {
  const { run, file, ended } = report;
  const insert = db.prepare("INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return report.alerts.filter((alert) => {
    const quiet = isCoolingDown(db, report, alert) || !isConfirmed(db, report, alert);
    const { task, metric, direction, threshold, value, n } = alert;
    insert.run(run, file, task, metric, direction, threshold, value, n, ended, quiet ? 1 : 0);
    return !quiet;
  });
}

function isCoolingDown(
  db: DatabaseSync,
  { file, ended }: RunReport,
  { task, metric, direction, coolDown }: RaisedAlert,
): boolean {
  const { time } = db.prepare(
    `SELECT max(time) AS time FROM alerts
     WHERE file = ? AND task = ? AND metric = ? AND direction = ? AND quiet = 0`,
  ).get(file, task, metric, direction) as { time: string | null };
  return time !== null && Date.parse(ended) - Date.parse(time) < coolDown * 1000;
}

/**
 * Whether the runs before this one broke the limit as well. A single look is wrong now and then by design; several in a
 * row hardly ever are. Scheduled runs are confirmed by scheduled ones only: starting a run twice by hand proves nothing.
 */
function isConfirmed(
  db: DatabaseSync,
  { file, run, due }: RunReport,
  { task, metric, direction, confirm }: RaisedAlert,
): boolean {
  const { broken } = db.prepare(
    `SELECT count(*) AS broken FROM
       (SELECT run FROM runs WHERE file = ? AND run <> ? AND (due IS NULL) = ? ORDER BY ended DESC, run DESC LIMIT ?) AS before
     WHERE EXISTS (SELECT 1 FROM alerts
       WHERE alerts.run = before.run AND task = ? AND metric = ? AND direction = ?)`,
  ).get(file, run, due === null ? 1 : 0, confirm - 1, task, metric, direction) as { broken: number };
  return broken === confirm - 1;
}

/** Whether a due time is done. */
export function isDone(db: DatabaseSync, file: string, due: string): boolean {
  return db.prepare("SELECT 1 FROM occurrences WHERE file = ? AND due = ? AND state = 'done'").get(
    file,
    due,
  ) !==
    undefined;
}

/** Numbers over time, oldest first. */
export function readHistory(
  db: DatabaseSync,
  { workflow, metric, limit = 1000 }: { workflow?: string; metric?: string; limit?: number } = {},
): HistoryPoint[] {
  const rows = db.prepare(
    `SELECT run, workflow, started, task, metric, value, n, of, unit, origin, lower, upper, level
     FROM metrics JOIN runs USING (run)
     WHERE (:workflow IS NULL OR workflow = :workflow) AND (:metric IS NULL OR metric = :metric)
     ORDER BY started DESC, run DESC, task, metric LIMIT :limit`,
  ).all({ workflow: workflow ?? null, metric: metric ?? null, limit });
  return (rows as unknown as HistoryPoint[]).reverse();
}

/** A broken limit of an earlier run. */
export interface AlertRecord
  extends Pick<RaisedAlert, "task" | "metric" | "direction" | "threshold" | "value" | "n"> {
  run: string;
  workflow: string;
  time: string;
  /** Whether it was sent: confirmed, and not within its cool-down. */
  sent: boolean;
}

/** Broken limits over time, oldest first. */
export function readAlerts(
  db: DatabaseSync,
  { workflow, limit = 1000 }: { workflow?: string; limit?: number } = {},
): AlertRecord[] {
  const rows = db.prepare(
    `SELECT run, workflow, time, task, metric, direction, threshold, value, n, quiet
     FROM alerts JOIN runs USING (run)
     WHERE (:workflow IS NULL OR workflow = :workflow) ORDER BY time DESC, run DESC, task, metric LIMIT :limit`,
  ).all({
    workflow: workflow ?? null,
    limit,
  }) as unknown as (Omit<AlertRecord, "sent"> & { quiet: number })[];
  return rows.reverse().map(({ quiet, ...row }) => ({ ...row, sent: quiet === 0 }));
}
