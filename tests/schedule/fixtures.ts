import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../lib/schedule/database.ts";
import type { RaisedAlert, RunReport } from "../../lib/schedule/report.ts";

/** Work with a new database. */
export async function withProject(work: (db: DatabaseSync, root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const db = openDatabase(root);
  try {
    await work(db, root);
  } finally {
    db.close();
    await Deno.remove(root, { recursive: true });
  }
}

export const utilization: RaisedAlert = {
  task: "validation",
  metric: "codebook_utilization",
  direction: "below",
  threshold: 0.2,
  value: 0.1,
  n: 900,
  message: "codebook_utilization of validation is 0.1, below 0.2",
  confirm: 1,
  coolDown: 7 * 86_400,
};

/** A run's report with one broken limit. */
export function report(run: string, ended: string, more: Partial<RunReport> = {}): RunReport {
  return {
    run,
    workflow: "revalidate",
    file: "workflows/revalidate.yaml",
    due: null,
    started: ended,
    ended,
    status: "succeeded",
    values: [
      {
        task: "validation",
        metric: "accuracy",
        value: 0.9,
        n: 900,
        of: "windows",
        origin: "simulated",
        interval: { level: 0.95, lower: 0.88, upper: 0.92, method: "wilson" },
      },
      { task: "validation", metric: "silhouette", value: null, n: 900, of: "windows", origin: "simulated" },
    ],
    alerts: [utilization],
    held: [],
    unjudged: [{ metric: "ece", reason: "was not measured" }],
    failures: [],
    whole: true,
    ...more,
  };
}
