/** What is left of a run for people and other programs: history, alerts, report files, messages. */
import { join } from "../path.ts";
import type { News } from "./history.ts";
import type { Sender } from "./outbox.ts";
import type { RunReport } from "./report.ts";
import { isReport, reportTexts } from "./report_files.ts";

/** Where reports go. */
export interface Outlets {
  reports?: string | undefined;
  webhook?: string | undefined;
  /** Told what could not be written or sent. */
  onWarning: (message: string) => void;
  /** How messages are sent; over HTTP, with patience, by default. */
  sender?: Sender;
}

/** Where alerts are sent; undefined for nowhere. */
export function webhookOf({ webhook }: Pick<Outlets, "webhook">): string | undefined {
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
 * stays in the history until it can be. Where there is no history, as on a full disk, it is sent at once or never.
 *
 * @param exit Exit code of the run.
 * @returns what is told just now: alerts not again within their cool-down.
 */
export async function keepReport(
  root: string,
  report: RunReport,
  exit: number,
  outlets: Outlets,
): Promise<News> {
  const { reports, onWarning } = outlets;
  const webhook = webhookOf(outlets);
  const trouble = (what: string) => (error: unknown) =>
    onWarning(`cannot ${what}: ${(error as Error).message}`);
  // A run that was told to end says nothing of how the workflow does: the reports of the one before stay.
  if (reports !== undefined && report.status !== "cancelled") {
    await Promise.try(writeReports, reports, report).catch(trouble("write the reports"));
  }
  const news = await Promise.try(keep, root, report, exit, webhook !== undefined)
    .catch(trouble("keep this run in the history"));
  if (webhook !== undefined) {
    const { deliver, sendUnkept } = await import("./deliver.ts");
    if (news !== undefined) await deliver(root, webhook, outlets);
    else if (report.alerts.length > 0 || report.failures.length > 0) {
      await sendUnkept(webhook, report, outlets);
    }
  }
  return news ?? { alerts: report.alerts, resolved: [] };
}

async function keep(root: string, report: RunReport, exit: number, notify: boolean): Promise<News> {
  const { openDatabase } = await import("./database.ts");
  const { recordRun } = await import("./history.ts");
  const db = openDatabase(root);
  try {
    return recordRun(db, report, { exit, notify }) ?? { alerts: [], resolved: [] };
  } finally {
    db.close();
  }
}

/** `<workflow>.json`, `.junit.xml` and `.prom`, each replaced as a whole; nothing where one is not of an earlier run. */
async function writeReports(folder: string, report: RunReport): Promise<void> {
  const { lookAt, writeOwn } = await import("../report/own_file.ts");
  Deno.mkdirSync(folder, { recursive: true });
  const name = report.workflow.replaceAll(/[^\w.-]/g, "_");
  const texts = Object.entries(reportTexts(report)).map(([ending, text]) => {
    return { ending, path: join(folder, `${name}.${ending}`), text };
  });
  const judge = (ending: string) => (there: string) => isReport(ending, there) ? "ours" : "foreign";
  for (const { ending, path } of texts) await lookAt(path, judge(ending));
  for (const { ending, path, text } of texts) await writeOwn(path, text, judge(ending));
}
