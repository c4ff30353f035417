/** Metrics over time, from the address to the page. */
import { htmlPage } from "../answers.ts";
import type { Project } from "../project.ts";
import type { RunNumbers } from "../runs/numbers.ts";
import { metricDetail } from "./detail.ts";
import { metricsPage } from "./metrics_page.ts";
import { readMetrics } from "./read_metrics.ts";

/** Newest runs that are looked at. */
const LOOKED = 100;

export async function metricsView(
  project: Project,
  numbers: RunNumbers,
  query: URLSearchParams,
): Promise<Response> {
  const runs = await project.engine.listRuns({ limit: LOOKED });
  const workflows = [...new Set(runs.map((run) => run.workflow))].sort();
  const workflow = query.get("workflow") ?? (workflows.length === 1 ? workflows[0]! : "");
  if (!workflows.includes(workflow)) {
    return htmlPage("Metrics", metricsPage(workflows, undefined, LOOKED));
  }
  const all = await readMetrics(runs.filter((run) => run.workflow === workflow), numbers);
  const tasks = [...new Set(all.map((m) => m.task))];
  const wanted = [query.get("task"), tasks.find((id) => !id.includes("[")), tasks[0]];
  const task = wanted.find((id) => tasks.includes(id ?? "")) ?? "";
  const points = all.filter((m) => m.task === task);
  const name = query.get("metric");
  const figure = name === null ? undefined : await metricDetail(points, name);
  const detail = figure === undefined || name === null ? undefined : { name, figure };
  return htmlPage(
    `Metrics of ${workflow}`,
    metricsPage(workflows, { workflow, task, tasks, points, detail }, LOOKED),
  );
}
