/** A run as the verb `run` does it; beside it, since options that are not given need no parser of options. */
import type { RunResult } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { commandLine } from "../../text/program.ts";
import { projectRoot, userPath } from "../paths.ts";
import { fileOf } from "../../engine/store/run_record.ts";
import { reportOf } from "../../schedule/run_report.ts";
import { checkWebhook, keepReport, type Outlets } from "../../schedule/keep_report.ts";
import { dirname, resolve } from "../../path.ts";
import { type RunFlags, runPlan, type Watching } from "./run_plan.ts";
import { claimDue } from "../../schedule/claim_due.ts";
import { printSummary } from "../terminal/summary.ts";
import { err, errStyle, out } from "../terminal/terminal.ts";
import { BrokenWorkflow, openWorkflow } from "../workflow_file.ts";

/** Checks, runs and sums up; ends by throwing an exit code unless all is well. */
export async function runOnce(file: string, options: RunFlags, watching: Watching = {}): Promise<void> {
  await checkWebhook(options);
  const plan = await openWorkflow(file, options, options.executor === "slurm" ? "read" : "run", true)
    .catch((error) => failBroken(file, options, watching, error));
  await watching.onPlan?.(plan);
  using _claim = await claim(plan, options.scheduled);
  const started = new Date();
  const result = await runPlan(plan, options, watching.superseded)
    .catch((error) => failRun(plan, options, watching, error));
  if (watching.superseded?.aborted) return;
  if (options.json !== true) await printSummary(plan, result);
  await finish(plan, result, file, options, started);
}

/** A broken file is a failed run as well: the reports of the last run must not stay as if it were well. */
async function failBroken(
  file: string,
  options: RunFlags,
  { onPlan }: Watching,
  error: unknown,
): Promise<never> {
  const { scheduled: due } = options;
  if (
    onPlan === undefined &&
    (error instanceof BrokenWorkflow || (error instanceof InputError && due !== undefined))
  ) {
    const { keepBrokenRun } = await import("../../schedule/failed_run.ts");
    const path = resolve(userPath(file));
    const root = await projectRoot(options.root, dirname(path));
    const problem = error instanceof BrokenWorkflow ? error.problem : error.message;
    const attended = Deno.stdin.isTerminal();
    await keepBrokenRun({ root, path, problem, due, attended }, outletsOf(options));
  }
  throw error;
}

/** What keeps a run from beginning, e.g. a store of another user, is told where runs are told. */
async function failRun(
  plan: Workplan,
  options: RunFlags,
  { onPlan }: Watching,
  error: unknown,
): Promise<never> {
  const { scheduled: due, reports, webhook } = options;
  if (onPlan === undefined && error instanceof Error && (due ?? reports ?? webhook) !== undefined) {
    const { keepFailedRun } = await import("../../schedule/failed_run.ts");
    const { source } = plan;
    const failed = { file: fileOf(plan), source, problem: error.message, due, broken: false };
    await keepFailedRun(plan.root, failed, exitCodes.failed, outletsOf(options));
  }
  throw error;
}

function outletsOf({ reports, webhook }: RunFlags): Outlets {
  return {
    reports: reports === undefined ? undefined : userPath(reports),
    webhook,
    onWarning: (message) => err(`${errStyle.yellow("report")}   ${message}`),
  };
}

/** The right to run for a due time; ends the program where it is done already. */
async function claim(plan: Workplan, due: string | undefined): Promise<Disposable | undefined> {
  if (due === undefined) return undefined;
  const held = await claimDue(plan, due, (file) => err(`${file} still runs; waiting for its end`));
  if (held !== undefined) return held;
  err(`${fileOf(plan)} has run for ${due} already`);
  throw new Exit(exitCodes.done);
}

async function finish(
  plan: Workplan,
  result: RunResult,
  file: string,
  options: RunFlags,
  started: Date,
): Promise<void> {
  if (result.status === "cancelled") {
    err(resumeLine(file, options));
    throw new Exit(exitCodes.interrupted);
  }
  const report = await reportOf(plan, result, started, options.scheduled);
  const limits = report.values.some(({ metric, value }) => metric === "gates_failed" && (value ?? 0) > 0);
  const exit = exitOf(result, limits || report.alerts.length > 0);
  const news = await keepReport(plan.root, report, exit, outletsOf(options));
  if (result.status === "succeeded") {
    for (const { metric, reason } of report.unjudged) {
      if (options.json === true) out(JSON.stringify({ type: "alert-unjudged", metric, reason }));
      else err(`${errStyle.yellow("alert")}    ${metric} ${reason}, so its limit was not judged`);
    }
    for (const alert of report.alerts) {
      const quiet = (alert.coolDown > 0 || alert.confirm > 1) && !news.alerts.includes(alert);
      if (options.json === true) out(JSON.stringify({ type: "alert", ...alert, quiet }));
      else {err(
          `${errStyle.yellow("alert")}    ${alert.message}${
            quiet ? " (not sent: told before, or not confirmed yet)" : ""
          }`,
        );}
    }
  } else err(resumeLine(file, options));
  for (const { message, since } of news.resolved) {
    if (options.json === true) out(JSON.stringify({ type: "resolved", message, since }));
    else err(`${errStyle.green("resolved")} ${message} ${errStyle.dim(`(told ${since})`)}`);
  }
  if (exit !== exitCodes.done) throw new Exit(exit);
}

function exitOf(result: RunResult, alerted: boolean): number {
  if (result.status === "succeeded") return alerted ? exitCodes.alert : exitCodes.done;
  const failed = result.tasks.filter((task) => task.outcome === "failed");
  return failed.every((task) => task.errorKind === "input") ? exitCodes.usage : exitCodes.failed;
}

/** The command that goes on. The address of a webhook is a secret and not for a log. */
function resumeLine(file: string, options: RunFlags): string {
  const command = commandLine("run", [file, ...flagWords(options)]);
  return `resume: ${command}${options.webhook === undefined ? "" : " (and your --webhook)"}`;
}

/** The options again, as they were typed; `--force` is left out, because what it made is in the store now. */
function flagWords(options: RunFlags): string[] {
  return [
    ...Object.entries(options.param ?? {}).flatMap(([name, value]) => ["--param", `${name}=${value}`]),
    ...(options.tag ?? []).flatMap((tag) => ["--tag", tag]),
    ...(options.note === undefined ? [] : ["--note", options.note]),
    ...(options.paramsFile ?? []).flatMap((path) => ["--params-file", path]),
    ...(["profile", "only", "until", "from"] as const).flatMap((flag) =>
      (options[flag] ?? []).flatMap((step) => [`--${flag}`, step])
    ),
    ...(options.jobs === undefined ? [] : ["--jobs", String(options.jobs)]),
    ...(options.memory === undefined ? [] : ["--memory", String(options.memory)]),
    ...(options.keepGoing === true ? ["--keep-going"] : []),
    ...(options.allowMissing === true ? ["--allow-missing"] : []),
    ...(options.keepFailed === true ? ["--keep-failed"] : []),
    ...(options.strictCache === true ? ["--strict-cache"] : []),
    ...(["executor", "reports", "scheduled", "root"] as const).flatMap((flag) =>
      options[flag] === undefined ? [] : [`--${flag}`, options[flag]]
    ),
  ];
}
