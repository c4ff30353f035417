/** Metrics over time: a row with a small line for each, and one of them closely. */
import { type Metric } from "../../artifacts/metrics.ts";
import { headlinesFirst, kindOf, titleOf } from "../../metrics/catalogue.ts";
import { metricCells } from "../../schedule/numbers/metric_cells.ts";
import { count, number } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";
import type { RunMetrics } from "./read_metrics.ts";
import { sparkline } from "./sparkline.ts";

/** What is shown of a workflow. */
export interface ChosenMetrics {
  workflow: string;
  task: string;
  /** Tasks with metrics, to choose from. */
  tasks: readonly string[];
  /** Metrics of `task` by run, oldest first. */
  points: readonly RunMetrics[];
  /** The metric that is shown closely, with its figure. */
  detail?: { name: string; figure: Html } | undefined;
}

/** Address of the page with these choices. */
function metricsAddress(workflow: string, task?: string, metric?: string): string {
  const params = new URLSearchParams({ workflow });
  if (task !== undefined) params.set("task", task);
  if (metric !== undefined) params.set("metric", metric);
  return `/metrics?${params}`;
}

/** The page; `looked` is how many of the newest runs were. */
export function metricsPage(
  workflows: readonly string[],
  chosen: ChosenMetrics | undefined,
  looked: number,
): Html {
  const links = workflows.map((name) =>
    name === chosen?.workflow
      ? markup`<li><b>${name}</b></li>`
      : markup`<li><a href="${metricsAddress(name)}">${name}</a></li>`
  );
  return markup`
    <h1>Metrics over time</h1>
    ${links.length === 0 ? markup`<p>There are no runs yet.</p>` : ""}
    ${links.length > 1 || chosen === undefined ? markup`<ul>${links}</ul>` : ""}
    ${chosen === undefined ? "" : ofWorkflow(chosen, looked)}
  `;
}

function ofWorkflow({ workflow, task, tasks, points, detail }: ChosenMetrics, looked: number): Html {
  const names = headlinesFirst(new Set(points.flatMap(({ metrics }) => Object.keys(metrics))));
  return markup`
    <h2>${workflow}</h2>
    <p>${
    tasks.map((id) =>
      id === task ? markup`<b>${id}</b> ` : markup`<a href="${metricsAddress(workflow, id)}">${id}</a> `
    )
  }</p>
    ${detail === undefined ? "" : detailOf(detail, points)}
    <div class="table" tabindex="0" role="region" aria-label="Metrics">
      <table>
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">${count(points.length, "run")}</th>
            <th scope="col" class="number">latest</th>
            <th scope="col" class="number">change</th>
            <th scope="col">interval</th>
            <th scope="col">n</th>
            <th scope="col">origin</th>
          </tr>
        </thead>
        <tbody>${names.map((name) => row(workflow, task, name, points))}</tbody>
      </table>
    </div>
    <p class="caption">One point for each run, of the newest ${looked}, in which ${task} gave a result, restored ones
      included. Value, interval, n and origin are those of the newest; the change is from the one before.</p>
  `;
}

function row(workflow: string, task: string, name: string, points: readonly RunMetrics[]): Html {
  const values = points.map(({ metrics }) => valueOf(metrics, name));
  const latest = points.findLast(({ metrics }) => valueOf(metrics, name) !== null)?.metrics[name];
  const [last, before] = values.filter((value) => value !== null).toReversed();
  const [shown = "", range, n, origin] = latest === undefined ? [] : metricCells(latest);
  const change = last === undefined || before === undefined || last === before ? 0 : last - before;
  const { better } = kindOf(name, latest);
  const good = change === 0 || better === undefined
    ? ""
    : (change > 0) === (better === "higher")
    ? "ran"
    : "failed";
  return markup`
    <tr>
      <td><a href="${metricsAddress(workflow, task, name)}">${titleOf(name, latest)}</a></td>
      <td>${sparkline(values, `${titleOf(name, latest)} over ${count(values.length, "run")}`)}</td>
      <td class="number">${shown}</td>
      <td class="number ${good}">${
    change === 0 ? "" : `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`
  }</td>
      <td>${range}</td>
      <td>${n?.replace(/^n = /, "")}</td>
      <td>${origin}</td>
    </tr>
  `;
}

function valueOf(metrics: Record<string, Metric>, name: string): number | null {
  return Object.hasOwn(metrics, name) ? metrics[name]!.value : null;
}

function detailOf({ name, figure }: { name: string; figure: Html }, points: readonly RunMetrics[]): Html {
  const rows = points.toReversed().flatMap(({ run, metrics }) => {
    const metric = Object.hasOwn(metrics, name) ? metrics[name]! : undefined;
    if (metric === undefined) return [];
    return [
      markup`<tr><td><a class="id" href="/runs/${run.id}">${run.id}</a></td>${
        metricCells(metric).map((cell) => markup`<td>${cell}</td>`)
      }</tr>`,
    ];
  });
  return markup`
    ${figure}
    <details>
      <summary>${count(rows.length, "value")}</summary>
      <div class="table" tabindex="0" role="region" aria-label="Values"><table><tbody>${rows}</tbody></table></div>
    </details>
  `;
}
