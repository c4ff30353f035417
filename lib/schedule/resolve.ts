/** What was told as broken and is well again with a run: limits, failures, the workflow file. */
import type { DatabaseSync } from "node:sqlite";
import { number } from "../text/numbers.ts";
import type { HeldLimit, Resolved, RunReport } from "./report.ts";

/**
 * Marks as resolved what this run shows to be well, once. Only what was sent is told of. To be called before the run
 * itself is kept, in the same transaction.
 */
export function resolveBy(db: DatabaseSync, report: RunReport): Resolved[] {
  if (report.broken === true) return [];
  return [
    ...resolveBroken(db, report.file),
    // Only a run that does every step shows that those which failed are well.
    ...(report.whole ? resolveTrouble(db, report.file, "failing", `${report.workflow} succeeds again`) : []),
    ...report.held.flatMap((limit) => resolveLimit(db, report, limit)),
  ];
}

/** Forgets that a file is broken; empty where it was not, or was not told. */
export function resolveBroken(db: DatabaseSync, file: string): Resolved[] {
  return resolveTrouble(db, file, "broken", `${file} can be read again`);
}

function resolveTrouble(
  db: DatabaseSync,
  file: string,
  kind: "broken" | "failing",
  message: string,
): Resolved[] {
  const known = db.prepare("DELETE FROM troubles WHERE file = ? AND kind = ? RETURNING run, since").get(
    file,
    kind,
  ) as
    | { run: string; since: string }
    | undefined;
  if (known === undefined) return [];
  const told = db.prepare("SELECT 1 FROM outbox WHERE run = ?").get(known.run) !== undefined;
  return told ? [{ message, since: known.since }] : [];
}

function resolveLimit(
  db: DatabaseSync,
  { file, ended }: RunReport,
  { task, metric, direction, threshold, value }: HeldLimit,
): Resolved[] {
  const told = db.prepare(
    `UPDATE alerts SET resolved = ? WHERE file = ? AND task = ? AND metric = ? AND direction = ? AND resolved IS NULL
       AND quiet = 0 AND EXISTS (SELECT 1 FROM outbox WHERE outbox.run = alerts.run)
     RETURNING time`,
  ).all(ended, file, task, metric, direction) as unknown as { time: string }[];
  if (told.length === 0) return [];
  const message = `${metric} of ${task} is ${number(value)}, no longer ${direction} ${number(threshold)}`;
  return [{ message, since: told.map(({ time }) => time).sort()[0]! }];
}
