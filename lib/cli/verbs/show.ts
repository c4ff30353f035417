/** `show RUN [STEP]`: one run, or one of its steps. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { jsonOption, rootOption } from "../flags.ts";
import { join } from "node:path";
import type { RunRecord, TaskResult } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import { shownPath, userPath } from "../paths.ts";
import { namedTasks } from "../../engine/run/select_tasks.ts";
import { suggestion } from "../../text/suggest.ts";
import { printable, table } from "../terminal/format.ts";
import { duration, moment, runTime } from "../../text/numbers.ts";
import { headlineMetrics } from "../../schedule/numbers/measured_values.ts";
import { metricCells } from "../../schedule/numbers/metric_cells.ts";
import { printVerdict } from "../terminal/summary.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";
import { runOf, runWord } from "../run_word.ts";

export const examples: Examples = [
  ["show", "the latest run"],
  ["show latest metrics", "one step, with its metrics and log"],
  ["show latest --crate shared/run-1", "export it with its results"],
];

export const command = new Command()
  .description("Show a run, or one of its steps with its metrics and log.")
  .argument("[run]", runWord, "latest")
  .argument("[step]", "step or task id")
  .option("--crate <dir>", "write the run as a Workflow Run RO-Crate into a new folder")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (word, step, options) => {
    const engine = await openProjectEngine(options.root);
    const run = await runOf(engine, word);
    if (options.crate !== undefined) {
      await engine.exportCrate(run.id, userPath(options.crate));
      await engine.close();
      return options.json === true
        ? json({ run: run.id, crate: options.crate })
        : out(`wrote ${options.crate}`);
    }
    await engine.close();
    const tasks = step === undefined ? run.tasks : tasksOf(run, step);
    if (options.json === true) return json(step === undefined ? run : tasks);
    if (step === undefined) return showRun(run);
    for (const task of tasks) await showTask(task, engine.root);
  });

function tasksOf(run: RunRecord, step: string): TaskResult[] {
  const tasks = namedTasks(run.tasks, step);
  if (tasks.length > 0) return tasks;
  const { hint } = suggestion(step, new Set(run.tasks.map((t) => t.step)));
  throw new InputError(
    `Cannot show: run ${run.id} has no step "${step}"`,
    hint === undefined ? {} : { hint },
  );
}

function showRun(run: RunRecord): void {
  const { bold, dim } = outStyle;
  out(`${bold(run.id)} ${run.status}: ${run.workflow} (${run.file})`);
  out(table([
    ["  started", moment(run.started)],
    ["  ended", run.ended !== null ? moment(run.ended) : run.status === "running" ? "not yet" : "unknown"],
    ["  time", runTime(run)],
    [
      "  program",
      `motiflow ${run.motiflow}, Deno ${run.runtime.deno}, ${run.runtime.os} ${run.runtime.arch}`,
    ],
    ...(run.tags === undefined ? [] : [["  tags", run.tags.join(" ")]]),
    ...(run.note === undefined ? [] : [["  note", printable(run.note)]]),
    ["  params", Object.entries(run.params).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(" ") || "none"],
  ]));
  if (run.error !== undefined) out(`\nfailed: ${run.error}`);
  out("");
  out(table(run.tasks.map((t) => [t.outcome, t.id, duration(t.seconds), dim(t.reason)])));
  for (const task of run.tasks) {
    if (task.error !== undefined) out(`\nfailed ${task.id}: ${task.error}`);
    for (const warning of task.warnings) out(`\nwarning ${task.id}: ${warning}`);
  }
}

async function showTask(task: TaskResult, root: string): Promise<void> {
  const { bold, dim } = outStyle;
  out(`${bold(task.id)} ${task.outcome} (${task.uses}) in ${duration(task.seconds)}: ${task.reason}`);
  if (task.key !== null) out(dim(`  key ${task.key}`));
  for (const [port, output] of Object.entries(task.outputs)) {
    out(`  ${port}: ${output.type} ${dim(`${output.id.slice(0, 12)} ${shownPath(output.dir)}`)}`);
  }
  if (task.error !== undefined) out(`  failed: ${task.error}`);
  for (const warning of task.warnings) out(`  warning: ${warning}`);
  for (const { metrics, findings, readiness } of await headlineMetrics([task])) {
    out(table(Object.entries(metrics).map(([name, metric]) => [`  ${name}`, ...metricCells(metric)])));
    printVerdict(readiness);
    for (const { severity, text, advice } of findings) out(`  ${severity}: ${text}. ${dim(advice)}`);
  }
  if (task.log === undefined) return;
  try {
    const log = (await Deno.readTextFile(join(root, task.log))).trimEnd();
    if (log !== "") out(`  log:\n${log.split("\n").map((line) => `    ${line}`).join("\n")}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
