/** The summary after a run: what happened, where results lie, the headline numbers, what deserves a look. */
import { commandLine } from "../../text/program.ts";
import { verdictText } from "../../artifacts/readiness.ts";
import { reportPage } from "../../artifacts/report.ts";
import type { RunResult } from "../../engine/mod.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { printable, wrap } from "./format.ts";
import { scoreLines } from "./scores.ts";
import { count, duration } from "../../text/numbers.ts";
import {
  benchmarkLatencies,
  headlineMetrics,
  type TaskMetrics,
} from "../../schedule/numbers/measured_values.ts";
import { runNumbers } from "../../schedule/numbers/run_numbers.ts";
import { columns, out, outStyle } from "./terminal.ts";

const SHOWN = 14;

/** Prints the summary to stdout. */
export async function printSummary(plan: Workplan, result: RunResult): Promise<void> {
  const { bold, green, red, yellow, dim } = outStyle;
  const counts = new Map<string, number>();
  for (const { outcome } of result.tasks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const color = result.status === "succeeded" ? green : red;
  const parts = [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(", ");
  out(
    `${bold(plan.name)} ${color(result.status)} in ${duration(result.seconds)}: ${parts || "nothing to do"}`,
  );
  const excluded = plan.skipped ?? [];
  if (excluded.length > 0) {
    out(dim(`left out: ${excluded.map((s) => `${s.id} (${s.reason})`).slice(0, 5).join(", ")}`));
  }
  const done = result.tasks.filter((t) => t.outcome === "ran" || t.outcome === "restored");
  const width = Math.max(60, columns());
  for (const own of await headlineMetrics(done, 6)) {
    out(`\n${bold(own.task)}`);
    for (const line of scoreLines(own)) out(wrap(line, width, "    "));
    printVerdict(own.readiness);
    const urgent = own.findings.filter((f) => f.severity !== "info");
    for (const { title } of urgent.slice(0, 5)) out(wrap(`  ${yellow("finding")} ${title}`, width, "    "));
    out(
      dim(
        `  all ${count(Object.keys(own.metrics).length, "number")}${
          urgent.length > 0 ? ", and what to do" : ""
        }:`,
      ),
    );
    out(dim(`    ${commandLine("show", [result.id, own.task])}`));
  }
  for (const { task, device, metrics } of await benchmarkLatencies(done)) {
    out(`\n${bold(task)} ${dim(device)}`);
    for (const line of scoreLines({ metrics })) out(wrap(line, width, "    "));
  }
  const { statuses: said } = await runNumbers(plan.root, result.id, done);
  if (said.length > 0) out("");
  for (const { task, type, status, reason } of said) {
    out(`${task}: ${type} ${yellow(status)}${reason === undefined ? "" : `, ${reason}`}`);
  }
  // The cells of a matrix tend to say the same: each warning stands once, with all who gave it.
  const given = result.tasks.flatMap((t) => t.warnings.map((w) => ({ id: t.id, text: printable(w) })));
  const warnings = [...Map.groupBy(given, (w) => w.text)].map(([text, who]) =>
    `${who.map((w) => w.id).join(", ")}: ${text}`
  );
  const all = [...warnings, ...result.storeWarnings];
  if (all.length > 0) {
    out(`\n${yellow(count(all.length, "warning"))}`);
    for (const warning of all.slice(0, 20)) out(`  ${warning}`);
    if (all.length > 20) out(dim(`  and ${all.length - 20} more: show ${result.id}`));
  }
  const folders = result.tasks.flatMap(({ published }) => published ?? []);
  if (folders.length > 0) out(`\npublished: ${listed(folders)}`);
  for (const report of reportsOf(result.tasks)) out(`report: ${report}`);
  const left = result.leftovers ?? [];
  if (left.length > 0) {
    out(`${yellow("left over")} from earlier runs, no longer published by this workflow: ${listed(left)}`);
  }
  const failed = result.tasks.filter((t) => t.outcome === "failed");
  if (failed.length > 0) {
    out("");
    for (const task of failed) {
      out(`${red("failed")} ${task.id}: ${printable(task.error ?? "no reason given")}`);
      if (task.log !== undefined) out(dim(`  log: ${task.log}`));
      if (task.kept !== undefined) out(dim(`  kept: ${task.kept}`));
    }
  }
  const blocked = result.tasks.filter((t) => t.outcome === "blocked");
  if (blocked.length > 0) {
    const ids = blocked.slice(0, SHOWN).map((t) => failed.length > 0 ? t.id : `${t.id} ${t.reason}`);
    const more = blocked.length - ids.length;
    out(`blocked: ${ids.join(", ")}${more > 0 ? ` and ${more} more` : ""}`);
  }
}

/** Pages of the reports that were published. */
function reportsOf(tasks: RunResult["tasks"]): string[] {
  return tasks.flatMap(({ outputs, published }) =>
    published !== undefined && Object.values(outputs).some(({ type }) => type === "Report")
      ? [`${published}/${reportPage}`]
      : []
  );
}

/** The first of many folders. */
function listed(folders: readonly string[]): string {
  const more = folders.length - SHOWN;
  return `${folders.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What the gates say of readiness, with every reason against it. */
export function printVerdict(readiness: TaskMetrics["readiness"]): void {
  if (readiness === undefined) return;
  const { green, yellow } = outStyle;
  const ready = readiness.verdict === "READY";
  out(
    `  ${(ready ? green : yellow)(readiness.verdict)}${
      verdictText(readiness).slice(readiness.verdict.length)
    }`,
  );
}
