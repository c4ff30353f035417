/** Two runs against each other: which of their results are compared, and how it turned out. */
import { Metrics } from "../artifacts/metrics.ts";
import type { RunRecord, TaskResult } from "../engine/mod.ts";
import { namedTasks } from "../engine/run/select_tasks.ts";
import { InputError } from "../errors.ts";
import { comparedByDefault, metricOf } from "../metrics/catalogue.ts";
import type { CompareMetricsOptions } from "../metrics/compare/compare_metrics.ts";
import { commandLine } from "../text/program.ts";

/** The judged result of one run. */
export interface RunSide {
  run: RunRecord;
  task: string;
  metrics: Metrics;
}

/** Settings of {@linkcode compareRuns}. */
export interface CompareRunsOptions extends Omit<CompareMetricsOptions, "metrics"> {
  /** Metrics to compare, the first decides; by default those of the step `compare` that both runs have. */
  metrics?: string[] | undefined;
  /** Step whose metrics are compared; by default the gathered or last ones. */
  step?: string | undefined;
}

/**
 * Compares the judged results of two runs.
 *
 * @throws {InputError} When a run has no such metric, or no longer.
 */
export async function compareRuns(
  a: RunRecord,
  b: RunRecord,
  { metrics: named, step, ...options }: CompareRunsOptions,
): Promise<{ a: RunSide; b: RunSide; result: Metrics }> {
  const { looks } = options;
  if (looks !== undefined && looks.look > looks.planned) {
    throw new InputError(`Cannot compare: look ${looks.look} of ${looks.planned} planned`);
  }
  const wanted = named ?? [...comparedByDefault];
  const [left, right] = await Promise.all([a, b].map((run) => judgedSide(run, wanted[0], step)));
  const metrics = wanted.filter((metric) =>
    named !== undefined || [left, right].every((side) => has(side.metrics, metric))
  );
  const { compareMetrics } = await import("../metrics/compare/compare_metrics.ts");
  const result = compareMetrics(left.metrics, right.metrics, { ...options, metrics });
  return { a: left, b: right, result };
}

function has({ metrics, tables }: Metrics, name: string): boolean {
  return Object.hasOwn(metrics, name) ||
    ["per_subject", "per_recording", "folds"].some((table) =>
      metricOf(tables, table)?.some((row) => Object.hasOwn(row, name))
    );
}

/** The metrics of a run that hold `metric`: of the given step, else gathered ones before cells, later before earlier. */
async function judgedSide(run: RunRecord, metric: string, step: string | undefined): Promise<RunSide> {
  const candidates = (step === undefined ? run.tasks : namedTasks(run.tasks, step))
    .filter((t) => folderOf(t) !== undefined);
  const cells = (t: TaskResult) => Object.keys(t.cell).length;
  for (const task of candidates.reverse().sort((x, y) => cells(x) - cells(y))) {
    const metrics = await read(run, task);
    if (has(metrics, metric)) return { run, task: task.id, metrics };
  }
  throw new InputError(
    `Cannot compare: run ${run.id} of ${run.workflow} has no "${metric}"${
      step === undefined ? "" : ` in "${step}"`
    }`,
    { hint: "Name a step with --step, or other metrics with --metric." },
  );
}

function folderOf(task: TaskResult): string | undefined {
  return Object.values(task.outputs).find((output) => output.type === "Metrics")?.dir;
}

async function read(run: RunRecord, task: TaskResult): Promise<Metrics> {
  try {
    return await Metrics.read(folderOf(task)!);
  } catch (cause) {
    throw new InputError(
      `Cannot compare: the metrics of ${task.id} in run ${run.id} are no longer in the store`,
      {
        hint: `Make them again: ${commandLine("run", [run.file])}`,
        cause,
      },
    );
  }
}
