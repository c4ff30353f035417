/** The headline numbers of a run with verdict and findings, the same as the terminal's. */
import { verdictText } from "../artifacts/readiness.ts";
import { titleOf } from "../metrics/catalogue.ts";
import { metricCells } from "../schedule/numbers/metric_cells.ts";
import type { TaskMetrics } from "../schedule/numbers/measured_values.ts";
import { type Html, markup } from "../text/html.ts";

/** A table for each task; nothing for a run without metrics. */
export function headlinesSection(tasks: readonly TaskMetrics[]): Html | string {
  if (tasks.length === 0) return "";
  return markup`
    <h2>Numbers</h2>
    ${tasks.map(taskNumbers)}
  `;
}

function taskNumbers({ task, metrics, findings, readiness }: TaskMetrics): Html {
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const cells = metricCells(metric);
    return markup`<tr><td title="${name}">${titleOf(name)}</td>${
      cells.map((cell) => markup`<td>${cell}</td>`)
    }</tr>`;
  });
  const found = findings.map(({ severity, text, advice }) =>
    markup`<li><b>${severity}</b> ${text}. ${advice}</li>`
  );
  return markup`
    <h3>${task}</h3>
    <div class="table"><table><tbody>${rows}</tbody></table></div>
    ${readiness === undefined ? "" : markup`<p>${verdictText(readiness)}</p>`}
    ${found.length === 0 ? "" : markup`<ul class="findings">${found}</ul>`}
  `;
}
