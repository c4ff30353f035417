/** The headline numbers of a run with verdict and findings, the same as the terminal's. */
import { verdictText } from "../../artifacts/readiness.ts";
import { titleOf } from "../../metrics/catalogue.ts";
import { metricCells } from "../../schedule/numbers/metric_cells.ts";
import type { TaskMetrics } from "../../schedule/numbers/measured_values.ts";
import { shownScores } from "../../schedule/numbers/shown_scores.ts";
import { count, significant } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";

/** Verdict, the scores that a summary shows, and what to do next; nothing for a run without metrics. */
export function findingsSection(tasks: readonly TaskMetrics[]): Html | string {
  if (tasks.length === 0) return "";
  return markup`<h2>How good it is</h2>${tasks.map(verdictOf)}`;
}

const NUMBER = new Html(' class="number"');

/** Findings in the order in which they matter. */
const severities = ["warning", "advice"];

function verdictOf({ task, metrics, findings, readiness }: TaskMetrics): Html {
  const scores = shownScores(metrics).map(({ title, metric: { value, interval, n, of, origin }, beside }) =>
    markup`<tr><td>${title}</td><td class="number">${
      value === null ? "undefined" : significant(value)
    }</td><td>${
      interval === undefined ? "" : `[${significant(interval.lower)}, ${significant(interval.upper)}]`
    }</td><td>${
      beside === undefined ? "" : `${beside.word} ${significant(beside.value)}`
    }</td><td>${`${n} ${of}`}</td><td>${origin}</td></tr>`
  );
  const told = findings.map(({ severity, text, advice }) => ({
    severity,
    item: markup`<li><b>${severity}</b> ${text}. ${advice}</li>`,
  }));
  const urgent = severities.flatMap((own) => told.filter(({ severity }) => severity === own));
  const others = told.filter(({ severity }) => !severities.includes(severity));
  const list = (items: typeof told) => markup`<ul class="findings">${items.map(({ item }) => item)}</ul>`;
  return markup`
    <h3>${task}</h3>
    ${readiness === undefined ? "" : markup`<p class="verdict">${verdictText(readiness)}</p>`}
    <div class="table" tabindex="0" role="region" aria-label="Scores of ${task}">
      <table class="scores">
        <thead><tr>${
    ["score", "value", "interval", "beside it", "n", "origin"].map((head) =>
      markup`<th scope="col"${head === "value" ? NUMBER : ""}>${head}</th>`
    )
  }</tr></thead>
        <tbody>${scores}</tbody>
      </table>
    </div>
    ${urgent.length === 0 ? "" : list(urgent)}
    ${
    others.length === 0
      ? ""
      : markup`<details><summary>${count(others.length, "remark")}</summary>${list(others)}</details>`
  }
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
