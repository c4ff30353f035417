/** Metrics over time: one figure a metric, one point a run. */
import { type Metric, readMetricsFile } from "../artifacts/metrics.ts";
import type { RunRecord } from "../engine/mod.ts";
import { headlinesFirst, titleOf } from "../metrics/catalogue.ts";
import { metricTrend } from "../report/figures/metric_trend.ts";
import { when } from "./page.ts";
import { type Html as Page, markup } from "../text/html.ts";

/** The metrics of a step in one run. */
export interface RunMetrics {
  run: RunRecord;
  /** Task id, e.g. `summary` or `metrics[fold=0]`. */
  task: string;
  metrics: Record<string, Metric>;
}

/** Metrics of the runs of a workflow, oldest first; those whose artifact is gone or damaged are left out. */
export async function readMetrics(
  runs: readonly RunRecord[],
  workflow: string,
  folderOf: (id: string) => string,
): Promise<RunMetrics[]> {
  const found: RunMetrics[] = [];
  for (const run of runs.filter((r) => r.workflow === workflow).toReversed()) {
    for (const task of run.tasks) {
      for (const output of Object.values(task.outputs)) {
        // A benchmark holds its latencies as metrics, under the same names as everywhere.
        if (output.type !== "Metrics" && output.type !== "Benchmark") continue;
        try {
          const { metrics } = await readMetricsFile(folderOf(output.id), output.type);
          found.push({ run, task: task.id, metrics });
        } catch {
          // One artifact that cannot be read must not hide the runs beside it.
        }
      }
    }
  }
  return found;
}

/** Workflows that have metrics, and the figures of one of their tasks, in the `looked` newest runs. */
export function metricsPage(
  workflows: readonly string[],
  chosen: { workflow: string; task: string; all: readonly RunMetrics[] } | undefined,
  looked: number,
): Page {
  const links = workflows.map((name) =>
    markup`<li><a href="/metrics?workflow=${encodeURIComponent(name)}">${name}</a></li>`
  );
  if (chosen === undefined) {
    return markup`<h1>Metrics over time</h1>${
      links.length === 0 ? markup`<p>There are no runs yet.</p>` : markup`<ul>${links}</ul>`
    }`;
  }
  const { workflow, task, all } = chosen;
  const tasks = [...new Set(all.map((m) => m.task))];
  const points = all.filter((m) => m.task === task);
  const names = [...new Set(points.flatMap((m) => Object.keys(m.metrics)))];
  const figures = headlinesFirst(names).flatMap((name) => {
    const values = points.flatMap(({ run, metrics }) => {
      const m = metrics[name];
      return m === undefined || m.value === null ? [] : [{
        when: when(run.started).slice(5, 16),
        value: m.value,
        lower: m.interval?.lower,
        upper: m.interval?.upper,
        metric: m,
      }];
    });
    if (values.length === 0) return [];
    const { n, of, origin, unit } = values.at(-1)!.metric;
    return [
      metricTrend(values, { metric: titleOf(name), unit, provenance: { n, of, origin } }),
    ];
  });
  return markup`
    <h1>Metrics over time: ${workflow}</h1>
    <p>${
    tasks.map((id) =>
      id === task
        ? markup`
          <b>${id}</b>
        `
        : markup`
          <a href="/metrics?workflow=${encodeURIComponent(workflow)}&amp;task=${
          encodeURIComponent(
            id,
          )
        }">${id}</a>
        `
    )
  }</p>
    <p
      class="caption">One point for each of ${points.length} runs, of the newest ${looked}, in which ${task} gave a result, restored ones included. n and origin are those of the newest.</p>
    ${figures}
  `;
}
