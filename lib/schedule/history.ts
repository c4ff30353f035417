/** Metrics and alerts of all runs, in one database. */
import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./database.ts";
import { resolveBy } from "./resolve.ts";
import type { RaisedAlert, Resolved, RunReport } from "./report.ts";
import type { RunMessage } from "./sinks/sink.ts";

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

/** What a run has to tell that was not told before. */
export interface News {
  /** Alerts that are confirmed and not within their cool-down. */
  alerts: RaisedAlert[];
  resolved: Resolved[];
}

/**
 * Keeps a run with its numbers and alerts, marks the due time that it stands for as done and, where there is news, puts
 * a message into the outbox: all of it or nothing. A due time that is done already is not recorded again.
 *
 * A run that is known already, because nothing had changed since, adds no numbers; its alerts count all the same.
 *
 * @returns undefined where the due time was recorded before.
 */
export function recordRun(
  db: DatabaseSync,
  report: RunReport,
  { exit, notify }: { exit: number; notify: boolean },
): News | undefined {
  return transaction(db, () => {
    if (report.due !== null && isDone(db, report.file, report.due)) return undefined;
    const { run, file, due, ended } = report;
    const resolved = resolveBy(db, report);
    const known = db.prepare("SELECT 1 FROM runs WHERE run = ?").get(run) !== undefined;
    if (!known) keepNumbers(db, report);
    const news = { alerts: keepAlerts(db, report), resolved };
    // A file that stays broken fails at each due time; it is told once.
    const failed = report.failures.length > 0 && (markTrouble(db, report) || report.broken !== true);
    if (notify && (failed || news.alerts.length > 0 || resolved.length > 0)) keepMessage(db, report, news);
    if (due !== null) {
      db.prepare(
        `INSERT INTO occurrences (file, due, state, attempts, exit, run, ended) VALUES (?, ?, 'done', 1, ?, ?, ?)
         ON CONFLICT DO UPDATE SET state = 'done', exit = excluded.exit, run = excluded.run, ended = excluded.ended`,
      ).run(file, due, exit, run, ended);
    }
    return news;
  });
}

function keepNumbers(db: DatabaseSync, report: RunReport): void {
  const { run, workflow, file, due, started, ended, status, broken } = report;
  db.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)").run(
    run,
    workflow,
    file,
    due,
    started,
    ended,
    broken === true ? "broken" : status,
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
}

/** Whether the trouble was not known before. */
function markTrouble(db: DatabaseSync, { file, workflow, run, ended, broken }: RunReport): boolean {
  const kind = broken === true ? "broken" : "failing";
  return db.prepare("INSERT OR IGNORE INTO troubles VALUES (?, ?, ?, ?, ?)")
    .run(file, kind, workflow, run, ended).changes > 0;
}

/** What is sent of a run: numbers stay at home. */
export function messageOf(report: RunReport, news: News): RunMessage {
  const { values: _values, held: _held, ...said } = report;
  return { type: "motiflow-run", ...said, ...news };
}

/** Puts a message into the outbox. */
export function keepMessage(db: DatabaseSync, report: RunReport, news: News): void {
  const message = messageOf(report, news);
  db.prepare("INSERT INTO outbox (run, body, created) VALUES (?, ?, ?)").run(
    report.run,
    JSON.stringify(message),
    report.ended,
  );
}

/** SQLite has no infinities in JSON and no NaN at all. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function keepAlerts(db: DatabaseSync, report: RunReport): RaisedAlert[] {
  const { run, file, ended } = report;
  const insert = db.prepare(
    `INSERT INTO alerts (run, file, task, metric, direction, threshold, value, n, time, quiet)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
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
     WHERE file = ? AND task = ? AND metric = ? AND direction = ? AND quiet = 0 AND resolved IS NULL AND time <= ?`,
  ).get(file, task, metric, direction, ended) as { time: string | null };
  return time !== null && Date.parse(ended) - Date.parse(time) < coolDown * 1000;
}

/**
 * Whether the runs before this one broke the limit as well. A single look is wrong now and then by design; several in a
 * row hardly ever are. Scheduled runs are confirmed by scheduled ones only: starting a run twice by hand proves nothing.
 */
function isConfirmed(
  db: DatabaseSync,
  { file, run, due, ended }: RunReport,
  { task, metric, direction, confirm }: RaisedAlert,
): boolean {
  const { broken } = db.prepare(
    `SELECT count(*) AS broken FROM
       (SELECT run FROM runs WHERE file = ? AND run <> ? AND (due IS NULL) = ? AND ended <= ? AND status <> 'broken'
        ORDER BY ended DESC, run DESC LIMIT ?) AS before
     WHERE EXISTS (SELECT 1 FROM alerts
       WHERE alerts.run = before.run AND task = ? AND metric = ? AND direction = ?)`,
  ).get(file, run, due === null ? 1 : 0, ended, confirm - 1, task, metric, direction) as { broken: number };
  return broken === confirm - 1;
}

/** Whether a due time needs no run any more: one that was missed is made up for by the run of a later one. */
export function isSettled(db: DatabaseSync, file: string, due: string): boolean {
  return db.prepare("SELECT 1 FROM occurrences WHERE file = ? AND due = ? AND state <> 'open'").get(
    file,
    due,
  ) !==
    undefined;
}

/** Whether a due time is done. */
export function isDone(db: DatabaseSync, file: string, due: string): boolean {
  return db.prepare("SELECT 1 FROM occurrences WHERE file = ? AND due = ? AND state = 'done'").get(
    file,
    due,
  ) !==
    undefined;
}

/** Numbers over time, oldest first. A cross join goes through the runs from the newest on, and stops at the limit. */
export function readHistory(
  db: DatabaseSync,
  { workflow, metric, runs, drawn, limit = 1000 }: {
    workflow?: string;
    metric?: string;
    /** Ids of the only runs that count. */
    runs?: readonly string[];
    /** Only these metrics, and those by which drift is watched. */
    drawn?: readonly string[];
    limit?: number;
  } = {},
): HistoryPoint[] {
  const rows = db.prepare(
    `SELECT run, workflow, started, task, metric, value, n, of, unit, origin, lower, upper, level
     FROM runs CROSS JOIN metrics USING (run)
     WHERE (:workflow IS NULL OR workflow = :workflow) AND (:metric IS NULL OR metric = :metric)
       AND (:runs IS NULL OR run IN (SELECT value FROM json_each(:runs)))
       AND (:drawn IS NULL OR metric IN (SELECT value FROM json_each(:drawn))
         OR metric GLOB '*_psi' OR metric GLOB '*_psi_threshold' OR metric GLOB '*_drift')
     ORDER BY started DESC, run DESC, task, metric LIMIT :limit`,
  ).all({
    workflow: workflow ?? null,
    metric: metric ?? null,
    runs: runs === undefined ? null : JSON.stringify(runs),
    drawn: drawn === undefined ? null : JSON.stringify(drawn),
    limit,
  });
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
