/** What is left of a run for people and other programs: history, alerts, report files, messages. */
import { mkdirSync, renameSync } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";
import type { RunResult } from "../engine/mod.ts";
import type { RaisedAlert, RunReport } from "./report.ts";
import type { Workplan } from "../workflow/workplan.ts";
import { judgeAlerts } from "./judge_alerts.ts";
import { reportTexts } from "./report_files.ts";
import { measuredValues } from "./measured_values.ts";

/** The workflow file as schedule and history know it: relative to the root where it lies below it. */
export function fileOf({ file, root }: Pick<Workplan, "file" | "root">, cwd = Deno.cwd()): string {
  const way = relative(root, isAbsolute(file) ? file : join(cwd, file));
  return way.startsWith("..") ? basename(file) : way.replaceAll("\\", "/");
}

/** All that a run has to say. */
export async function reportOf(
  plan: Workplan,
  result: RunResult,
  started: Date,
  due: string | undefined,
): Promise<RunReport> {
  const done = result.tasks.filter((t) => t.outcome === "ran" || t.outcome === "restored");
  const values = await measuredValues(done);
  const { tripped, unjudged } = judgeAlerts(plan.alerts, values);
  return {
    run: result.id,
    workflow: plan.name,
    file: fileOf(plan),
    due: due ?? null,
    started: started.toISOString(),
    ended: new Date().toISOString(),
    status: result.status,
    values,
    alerts: tripped,
    unjudged,
    failures: result.tasks.filter((t) => t.outcome === "failed")
      .map(({ id, error }) => ({ task: id, message: error ?? "failed" })),
  };
}

/** Where reports go. */
export interface Outlets {
  reports?: string | undefined;
  webhook?: string | undefined;
  /** Told what could not be written or sent. */
  onWarning: (message: string) => void;
}

/** Where alerts are sent; undefined for nowhere. */
function webhookOf({ webhook }: Pick<Outlets, "webhook">): string | undefined {
  return webhook ?? (Deno.env.get("MOTIFLOW_WEBHOOK") || undefined);
}

/**
 * Checks where alerts will be sent, so that a slip is told before the work and not after it.
 *
 * @throws {InputError} where the address is none, or of an unknown kind.
 */
export async function checkWebhook(outlets: Pick<Outlets, "webhook">): Promise<void> {
  const webhook = webhookOf(outlets);
  if (webhook !== undefined) (await import("./sinks/list.ts")).sinkAt(webhook);
}

/**
 * Keeps and sends a report. Nothing here may take back a run that is done: problems become warnings, and what could not be sent
 * stays in the history until it can be.
 *
 * @returns alerts that were sent just now, not again within their cool-down.
 */
export async function keepReport(
  plan: Workplan,
  report: RunReport,
  exit: number,
  outlets: Outlets,
): Promise<RaisedAlert[]> {
  if (outlets.reports !== undefined) {
    attempt("write the reports", () => writeReports(outlets.reports!, report));
  }
  const webhook = webhookOf(outlets);
  try {
    const { openDatabase } = await import("./database.ts");
    const { recordRun } = await import("./history.ts");
    const { flushOutbox } = await import("./outbox.ts");
    const db = openDatabase(plan.root);
    try {
      const news = recordRun(db, report, { exit, notify: webhook !== undefined });
      if (webhook !== undefined) {
        const { waiting, error, aside = [] } = await flushOutbox(db, webhook);
        for (const { run, error } of aside) {
          outlets.onWarning(`the message of run ${run} is put aside, it cannot be delivered: ${error}`);
        }
        if (waiting > 0) outlets.onWarning(`${waiting} not delivered yet, kept for the next run: ${error}`);
      }
      return news ?? [];
    } finally {
      db.close();
    }
  } catch (error) {
    outlets.onWarning(`cannot keep this run in the history: ${(error as Error).message}`);
    return report.alerts;
  }

  function attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      outlets.onWarning(`cannot ${what}: ${(error as Error).message}`);
    }
  }
}

/** `<workflow>.json`, `.junit.xml` and `.prom`, each replaced as a whole. */
function writeReports(folder: string, report: RunReport): void {
  mkdirSync(folder, { recursive: true });
  const name = report.workflow.replaceAll(/[^\w.-]/g, "_");
  for (const [ending, text] of Object.entries(reportTexts(report))) {
    const path = join(folder, `${name}.${ending}`);
    Deno.writeTextFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  }
}
