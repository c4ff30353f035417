/** Metrics of many runs, as the pages over time show them. */
import type { Metric } from "../../artifacts/metrics.ts";
import type { RunRecord } from "../../engine/mod.ts";
import type { RunNumbers } from "../runs/numbers.ts";

/** The metrics of a task in one run. */
export interface RunMetrics {
  run: RunRecord;
  /** Task id, e.g. `summary` or `metrics[fold=0]`. */
  task: string;
  metrics: Record<string, Metric>;
}

/** Metrics of runs, oldest first; those whose artifact is gone or damaged are left out. */
export async function readMetrics(
  runs: readonly RunRecord[],
  numbers: Pick<RunNumbers, "artifact">,
): Promise<RunMetrics[]> {
  const wanted = runs.toReversed().flatMap((run) =>
    run.tasks.flatMap((task) =>
      Object.values(task.outputs)
        // A benchmark holds its latencies as metrics, under the same names as everywhere.
        .filter(({ type }) => type === "Metrics" || type === "Benchmark")
        .map((output) => ({ run, task: task.id, output }))
    )
  );
  const read = await Promise.all(wanted.map(async ({ run, task, output }) => ({
    run,
    task,
    metrics: await numbers.artifact(output.id, output.type),
  })));
  return read.filter(({ metrics }) => Object.keys(metrics).length > 0);
}
