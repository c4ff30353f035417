/** Scheduled runs that failed without a word: a broken workflow file, a process that died. Each gets record and alert. */
import { basename, resolve } from "node:path";
import { newRunId } from "../engine/store/run_record.ts";
import { openEngine } from "../engine/mod.ts";
import { openDatabase, transaction } from "./database.ts";
import { deliver } from "./deliver.ts";
import { keepMessage } from "./history.ts";
import { resolveBroken } from "./resolve.ts";
import { keepReport, type Outlets, webhookOf } from "./keep_report.ts";
import type { RunReport } from "./report.ts";
import { fileOf } from "../engine/store/run_record.ts";

/** Exit code of a run whose workflow file is broken. */
export const BROKEN = 2;

/** What is known of such a run. */
export interface FailedRun {
  /** Workflow file, relative to the root. */
  file: string;
  /** The file's text, as far as it could be read. */
  source: string;
  problem: string;
  /** The due time that it stands for. */
  due?: string | undefined;
  /** The workflow file itself is what failed. */
  broken: boolean;
}

/** Whether a text has, or seems to have, a schedule; it need not be a workflow otherwise. */
export function namesSchedule(source: string): boolean {
  return /^["']?schedule["']?\s*:/m.test(source);
}

/**
 * Keeps a failed run in the records and the history, writes its reports and sends its alert. A file that stays broken is
 * told once, however often its runs come due. Trouble is told, never thrown.
 *
 * @param exit Exit code of the run.
 */
export async function keepFailedRun(
  root: string,
  failed: FailedRun,
  exit: number,
  outlets: Outlets,
): Promise<void> {
  const { file, problem, due, broken } = failed;
  const { workflow, isTold } = whatIsKnown(root, failed);
  if (broken && isTold && due === undefined) return;
  const { id, started } = await writeRecord(root, failed, workflow, outlets.onWarning);
  const report: RunReport = {
    run: id,
    workflow,
    file,
    due: due ?? null,
    started,
    ended: started,
    status: "failed",
    values: [],
    alerts: [],
    held: [],
    unjudged: [],
    failures: [{ task: file, message: problem }],
    whole: false,
    ...(broken ? { broken } : {}),
  };
  await keepReport(root, report, exit, outlets);
}

/** A file that `run` could not read as a workflow. */
export interface BrokenRun {
  root: string;
  /** Absolute. */
  path: string;
  problem: string;
  due?: string | undefined;
  /** Whether somebody sits in front of it, who has been told. */
  attended: boolean;
}

/** Keeps it as a failed run where nobody sees it fail, or where reports of the last run would stay as if it were well. */
export async function keepBrokenRun(run: BrokenRun, outlets: Outlets): Promise<void> {
  const { root, path, problem, due, attended } = run;
  const file = fileOf({ root, file: path });
  const source = await Deno.readTextFile(path).catch(() => "");
  const asked = (due ?? outlets.reports ?? outlets.webhook) !== undefined;
  if (!asked && (attended || (webhookOf(outlets) === undefined && !namesSchedule(source)))) return;
  await keepFailedRun(root, { file, source, problem, due, broken: true }, BROKEN, outlets);
}

/**
 * Keeps a run that ended without record.
 *
 * @param exit Its exit code; null where it was given up.
 */
export async function keepUnrecorded(
  root: string,
  file: string,
  due: Date,
  exit: number | null,
  outlets: Outlets,
): Promise<void> {
  const source = await Deno.readTextFile(resolve(root, file)).catch(() => "");
  const problem = exit === null
    ? "the run was stopped at every attempt and is given up; a step may need more memory than the machine has"
    : `the run ended with exit code ${exit} and could not keep its record; see what it printed`;
  await keepFailedRun(
    root,
    { file, source, problem, due: due.toISOString(), broken: false },
    exit ?? 1,
    outlets,
  );
}

async function writeRecord(
  root: string,
  { file, source, problem: error }: FailedRun,
  workflow: string,
  onWarning: Outlets["onWarning"],
): Promise<{ id: string; started: string }> {
  try {
    const engine = await openEngine({ root });
    const record = await engine.recordFailure({ workflow, file, source, error });
    await engine.close();
    return record;
  } catch (error) {
    onWarning(`cannot write the record of this run: ${(error as Error).message}`);
    return { id: newRunId(), started: new Date().toISOString() };
  }
}

/** A broken file does not tell its name: the last run does, or the line that looks like it. */
function whatIsKnown(root: string, { file, source }: FailedRun): { workflow: string; isTold: boolean } {
  const written = /^name:\s*["']?([^"'#\r\n]*[^"'#\s])/m.exec(source)?.[1];
  const workflow = written ?? basename(file).replace(/\.ya?ml$/, "");
  try {
    const db = openDatabase(root);
    try {
      const last = db.prepare("SELECT workflow FROM runs WHERE file = ? ORDER BY ended DESC LIMIT 1").get(
        file,
      );
      const isTold =
        db.prepare("SELECT 1 FROM troubles WHERE file = ? AND kind = 'broken'").get(file) !== undefined;
      return { workflow: typeof last?.workflow === "string" ? last.workflow : workflow, isTold };
    } finally {
      db.close();
    }
  } catch {
    // Whoever keeps the report says so.
    return { workflow, isTold: false };
  }
}

/** Tells that a file which was broken can be read again. */
export async function keepRecovery(root: string, file: string, outlets: Outlets): Promise<void> {
  const webhook = webhookOf(outlets);
  const db = openDatabase(root);
  try {
    const known = db.prepare("SELECT workflow, run FROM troubles WHERE file = ? AND kind = 'broken'").get(
      file,
    ) as
      | { workflow: string; run: string }
      | undefined;
    if (known === undefined) return;
    transaction(db, () => {
      const resolved = resolveBroken(db, file);
      const now = new Date().toISOString();
      const report: RunReport = {
        ...known,
        file,
        due: null,
        started: now,
        ended: now,
        status: "readable",
        values: [],
        alerts: [],
        held: [],
        unjudged: [],
        failures: [],
        whole: false,
      };
      if (webhook !== undefined && resolved.length > 0) keepMessage(db, report, { alerts: [], resolved });
    });
  } finally {
    db.close();
  }
  if (webhook !== undefined) await deliver(root, webhook, outlets);
}
