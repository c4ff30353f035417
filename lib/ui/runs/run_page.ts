/** One run: verdict and report first, then its graph, tasks, numbers and text; live while it goes on. */
import type { RunRecord } from "../../engine/mod.ts";
import type { TaskMetrics } from "../../schedule/numbers/measured_values.ts";
import { runTime } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";
import type { TaskState } from "../live/task_state.ts";
import { when } from "../page.ts";
import { findingsSection, numbersSection } from "./headlines.ts";
import { plain } from "./query.ts";
import { counts } from "./runs_page.ts";
import { taskLink, tasksTable } from "./tasks_table.ts";

/** What the page of a run shows. */
export interface ShownRun {
  run: RunRecord;
  /** What its events tell of each task, and tasks of its plan that wait. */
  states: ReadonlyMap<string, TaskState>;
  /** The drawing of its workflow, or a link to it where it is large; undefined where it cannot be drawn any more. */
  graph: Html | undefined;
  headlines: readonly TaskMetrics[];
  /** The run of the same workflow before it. */
  previous: RunRecord | undefined;
}

/** The page. */
export function runPage({ run, states, graph, headlines, previous }: ShownRun): Html {
  const warnings = run.tasks.flatMap((task) =>
    task.warnings.map((text) => markup`<li>${taskLink(run, task.id)} ${text}</li>`)
  );
  const running = run.status === "running";
  return markup`
    <h1>${run.workflow} <span class="status ${run.status}">${run.status}</span></h1>
    <p class="caption id">${run.id}</p>
    ${actions(run, previous)}
    ${findingsSection(headlines)}
    ${factsTable(run, states.size)}
    ${graph === undefined ? "" : markup`<h2>Graph</h2>${graph}`}
    <h2>Tasks</h2>
    ${tasksTable(run, states)}
    ${running ? markup`<h2>Log</h2><pre class="log" tabindex="0" aria-label="Log"></pre>` : ""}
    ${numbersSection(headlines)}
    ${warnings.length === 0 ? "" : markup`<h2>Warnings</h2><ul>${warnings}</ul>`}
    <h2>Workflow</h2>
    <details class="code">
      <summary>${run.file} as it was</summary>
      <pre>${run.source}</pre>
      ${(run.fragments ?? []).map(({ file, source }) => markup`<h3>${file}</h3><pre>${source}</pre>`)}
    </details>
  `;
}

/** Where to go from here: reports first, since they answer. */
function actions(run: RunRecord, previous: RunRecord | undefined): Html {
  const outputs = run.tasks.flatMap((task) =>
    Object.values(task.outputs).map((output) => ({ task: task.id, ...output }))
  );
  const reports = outputs.filter(({ type }) => type === "Report").map(({ task, id }) =>
    markup`<a href="/artifacts/${id}/report.html"><b>Report${task === "report" ? "" : ` ${task}`}</b></a>`
  );
  const behaviours = outputs.filter(({ type }) => type === "Behaviours").map(({ task }) =>
    markup`<a href="/runs/${run.id}/review/${encodeURIComponent(task)}">Look through ${task}</a>`
  );
  const compare = previous === undefined
    ? ""
    : markup`<a href="/compare?run=${previous.id}&amp;run=${run.id}">Compare with the run before</a>`;
  return markup`
    <div class="actions">
      ${reports}
      ${behaviours}
      ${compare}
      <a href="/why?file=${encodeURIComponent(run.file)}">What would run now, and why</a>
    </div>
  `;
}

function factsTable(run: RunRecord, tasks: number): Html {
  const params = Object.entries(run.params).map(([name, value]) => `${name} = ${plain(value)}`);
  const { deno, os, arch, cpus } = run.runtime;
  const facts: [string, string][] = [
    ["File", run.file],
    ["Started", when(run.started)],
    ["Time", runTime(run)],
    ["Tasks", run.tasks.length > 0 ? counts(run) : `${tasks} so far`],
    ["Parameters", params.join(", ") || "none"],
    ["Machine", `Motiflow ${run.motiflow}, Deno ${deno}, ${os} ${arch}, ${cpus} CPUs, ${run.jobs} jobs`],
  ];
  if (run.tags !== undefined) facts.push(["Tags", run.tags.join(" ")]);
  if (run.note !== undefined) facts.push(["Note", run.note]);
  if (run.error !== undefined) facts.push(["Failed", run.error]);
  return markup`
    <div class="table" tabindex="0" role="region" aria-label="Facts">
      <table class="facts">
        <tbody>${facts.map(([k, v]) => markup`<tr><th scope="row">${k}</th><td>${v}</td></tr>`)}</tbody>
      </table>
    </div>
  `;
}
