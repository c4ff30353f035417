/** The headline numbers of a run with verdict and findings, the same as the terminal's. */
import { verdictText } from "../../artifacts/readiness.ts";
import { titleOf } from "../../metrics/catalogue.ts";
import { metricCells } from "../../schedule/numbers/metric_cells.ts";
import type { TaskMetrics } from "../../schedule/numbers/measured_values.ts";
import { shownScores } from "../../schedule/numbers/shown_scores.ts";
import { number } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";

/** Verdict, the scores that a summary shows, and what to do next; nothing for a run without metrics. */
export function findingsSection(tasks: readonly TaskMetrics[]): Html | string {
  if (tasks.length === 0) return "";
  return markup`<h2>How good it is</h2>${tasks.map(verdictOf)}`;
}

function verdictOf({ task, metrics, findings, readiness }: TaskMetrics): Html {
  const scores = shownScores(metrics).map(({ title, metric: { value, n, of, origin }, beside }) =>
    markup`<li><b>${title}</b> ${value === null ? "undefined" : number(value)}${
      beside === undefined ? "" : `, ${beside.word} ${number(beside.value)}`
    } <span class="caption">n = ${n} ${of}, ${origin}</span></li>`
  );
  const found = findings.map(({ severity, text, advice }) =>
    markup`<li><b>${severity}</b> ${text}. ${advice}</li>`
  );
  return markup`
    <h3>${task}</h3>
    ${readiness === undefined ? "" : markup`<p class="verdict">${verdictText(readiness)}</p>`}
    <ul class="scores">${scores}</ul>
    ${found.length === 0 ? "" : markup`<ul class="findings">${found}</ul>`}
  `;
}

/** All metrics, folded. */
export function numbersSection(tasks: readonly TaskMetrics[]): Html | string {
  if (tasks.length === 0) return "";
  return markup`<h2>All numbers</h2>${tasks.map(numbersOf)}`;
}

function numbersOf({ task, metrics }: TaskMetrics): Html {
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const cells = metricCells(metric);
    return markup`<tr><td title="${name}">${titleOf(name)}</td>${
      cells.map((cell) => markup`<td>${cell}</td>`)
    }</tr>`;
  });
  return markup`
    <details>
      <summary>${task}: ${rows.length} metrics</summary>
      <div class="table" tabindex="0" role="region" aria-label="Metrics of ${task}">
        <table><tbody>${rows}</tbody></table>
      </div>
    </details>
  `;
}
