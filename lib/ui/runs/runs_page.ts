/** The list of runs, filtered, with chosen columns; selected ones can be compared. */
import type { RunRecord } from "../../engine/mod.ts";
import { count, runTime } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";
import { program } from "../../text/program.ts";
import { when } from "../page.ts";
import {
  cellText,
  columnTitle,
  defaultColumns,
  isMetric,
  type NumberedRun,
  possibleColumns,
} from "./columns.ts";
import { addressOf, type RunQuery } from "./query.ts";

/** How many tasks ended in which way. */
export function counts(run: RunRecord): string {
  const found = Map.groupBy(run.tasks, (task) => task.outcome);
  return [...found].map(([outcome, tasks]) => `${tasks.length} ${outcome}`).join(", ");
}

/** What is listed. */
export interface ListedRuns {
  query: RunQuery;
  /** Of this page, newest first. */
  runs: readonly NumberedRun[];
  /** How many there are in the project, whatever the filter says. */
  total: number;
  /** Whether older ones follow. */
  older: boolean;
  /** Names of workflows and tags to choose from. */
  workflows: readonly string[];
}

/** Attributes that stand or do not. */
const [selected, checked, open, numeric] = ["selected", "checked", "open", 'class="number"']
  .map((attribute) => new Html(` ${attribute}`));

const statuses = ["succeeded", "failed", "running", "interrupted", "cancelled"];

/** The page. */
export function runsPage({ query, runs, total, older, workflows }: ListedRuns): Html {
  if (total === 0) {
    return markup`
      <h1>Runs</h1>
      <p>There are no runs yet. Start one with <code>${program()} run FILE</code>.</p>
    `;
  }
  const columns = query.columns ?? defaultColumns(runs);
  return markup`
    <h1>Runs</h1>
    ${filterForm(query, runs, columns, workflows)}
    ${
    runs.length === 0
      ? markup`<p>No run fits. <a href="/">Show all ${total}</a></p>`
      : runsTable(query, runs, columns)
  }
    <p class="caption">${runs.length} of ${count(total, "run")}. Times are UTC.${
    older ? markup` <a href="${addressOf(query, { before: runs.at(-1)!.run.id })}">Older ones</a>` : ""
  }</p>
  `;
}

function filterForm(
  query: RunQuery,
  runs: readonly NumberedRun[],
  columns: readonly string[],
  workflows: readonly string[],
): Html {
  const option = (value: string, chosen: string) =>
    markup`<option value="${value}"${value === chosen && selected}>${value || "all"}</option>`;
  const { metrics, params } = possibleColumns(runs);
  const box = (name: string) =>
    markup`<label><input type="checkbox" name="column" value="${name}"${columns.includes(name) && checked}> ${
      columnTitle(name)
    }</label> `;
  const extra = columns.filter((name) => ![...metrics, ...params].includes(name));
  return markup`
    <form class="filter" method="get" action="/">
      <label>Workflow <select name="workflow">${
    ["", ...workflows].map((w) => option(w, query.workflow))
  }</select></label>
      <label>Status <select name="status">${
    ["", ...statuses].map((s) => option(s, query.status))
  }</select></label>
      <label>Tag <input name="tag" size="10" value="${query.tag}"></label>
      <label>Text or param=value <input name="text" size="16" value="${query.text}"></label>
      <button>Show</button> <a href="/">Reset</a>
      <details${query.columns !== undefined && open}>
        <summary>Columns</summary>
        <input type="hidden" name="column" value="">
        <fieldset><legend>Metrics</legend>${[...metrics, ...extra].map(box)}</fieldset>
        <fieldset><legend>Parameters</legend>${params.map(box)}</fieldset>
      </details>
    </form>
  `;
}

function runsTable(query: RunQuery, runs: readonly NumberedRun[], columns: readonly string[]): Html {
  const head = columns.map((name) =>
    markup`<th scope="col"${isMetric(name) && numeric}>${columnTitle(name)}</th>`
  );
  const rows = runs.map((one) => {
    const { run } = one;
    const tags = (run.tags ?? []).map((tag) =>
      markup`<a class="tag" href="${addressOf(query, { tag, before: "" })}">${tag}</a> `
    );
    return markup`
      <tr>
        <td><input type="checkbox" name="run" value="${run.id}" aria-label="Select run ${run.id}"></td>
        <td class="short"><a href="/runs/${run.id}">${run.id}</a></td>
        <td class="status ${run.status}">${run.status}</td>
        <td>${run.workflow}</td>
        <td class="short">${when(run.started).replace(" UTC", "")}</td>
        <td class="number">${runTime(run)}</td>
        ${columns.map((name) => markup`<td${isMetric(name) && numeric}>${cellText(one, name)}</td>`)}
        <td>${counts(run)}</td>
        <td>${tags}${run.note ?? ""}</td>
      </tr>
    `;
  });
  return markup`
    <form method="get" action="/compare">
      <div class="table" tabindex="0" role="region" aria-label="Runs">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="away">select</span></th>
              <th scope="col">run</th>
              <th scope="col">status</th>
              <th scope="col">workflow</th>
              <th scope="col">started</th>
              <th scope="col" class="number">time</th>
              ${head}
              <th scope="col">tasks</th>
              <th scope="col">tags and note</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
      <button>Compare selected</button>
    </form>
  `;
}
