/** One run: its graph, tasks, parameters and results, live while it goes on. */
import type { RunRecord, TaskResult } from "../engine/mod.ts";
import type { TaskMetrics } from "../schedule/numbers/measured_values.ts";
import { headlinesSection } from "./headlines.ts";
import { counts } from "./runs_page.ts";
import { duration } from "../text/numbers.ts";
import { when } from "./page.ts";
import { Html, markup } from "../text/html.ts";
import { stepStatus, type TaskState, type TaskStatus } from "./task_state.ts";

/** Marks the boxes of a workflow's drawing with the status of their step. */
function colorGraph(svg: string, statuses: ReadonlyMap<string, TaskStatus>): string {
  return svg.replace(/<g><title>([^:<]+): /g, (whole, step: string) => {
    const status = statuses.get(step);
    return status === undefined ? whole : `<g class="is-${status}" data-step="${step}"><title>${step}: `;
  });
}

/** Status of each step from the states of its tasks. */
function stepStatuses(states: ReadonlyMap<string, TaskState>): Map<string, TaskStatus> {
  const groups = Map.groupBy(states, ([task]) => task.replace(/\[.*$/, ""));
  return new Map([...groups].map(([step, tasks]) => [step, stepStatus(tasks.map(([, s]) => s.status))]));
}

/** The page of a run; `svg` is the drawing of its workflow, where it could be drawn. */
export function runPage(
  run: RunRecord,
  states: ReadonlyMap<string, TaskState>,
  svg: string | undefined,
  headlines: readonly TaskMetrics[] = [],
): Html {
  const results = new Map(run.tasks.map((task) => [task.id, task]));
  const ids = [...new Set([...results.keys(), ...states.keys()])];
  const params = Object.entries(run.params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const facts: [string, string][] = [
    ["File", run.file],
    ["Started", when(run.started)],
    ["Time", run.ended === null ? "still running" : duration(run.seconds)],
    ["Tasks", run.tasks.length > 0 ? counts(run) : `${ids.length} so far`],
    ["Parameters", params.join(", ") || "none"],
    [
      "Machine",
      `Deno ${run.runtime.deno}, ${run.runtime.os} ${run.runtime.arch}, ${run.runtime.cpus} CPUs, ${run.jobs} jobs`,
    ],
  ];
  if (run.error !== undefined) facts.push(["Failed", run.error]);
  const warnings = run.tasks.flatMap((task) =>
    task.warnings.map((text) => markup`<li><b>${task.id}</b> ${text}</li>`)
  );
  return markup`
    <h1>${run.workflow} <span class="status ${run.status}">${run.status}</span></h1>
    <p class="caption">${run.id}</p>
    <div class="table">
      <table class="facts">
        <tbody>${
    facts.map(([k, v]) =>
      markup`
            <tr>
              <th>${k}</th>
              <td>${v}</td>
            </tr>
          `
    )
  }</tbody>
      </table>
    </div>
    ${
    svg === undefined ? "" : markup`
      <h2>Graph</h2>
      <div class="graph">${new Html(colorGraph(svg, stepStatuses(states)))}</div>
    `
  }
    <h2>Tasks</h2>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>task</th>
            <th>status</th>
            <th class="number">time</th>
            <th>why, or how far</th>
            <th>results</th>
            <th></th>
          </tr>
        </thead>
        <tbody class="tasks">${ids.map((id) => taskRow(run, id, states.get(id), results.get(id)))}</tbody>
      </table>
    </div>
    ${headlinesSection(headlines)}
    ${
    warnings.length === 0 ? "" : markup`
      <h2>Warnings</h2>
      <ul>${warnings}</ul>
    `
  }
    <h2>Workflow</h2><details class="code">
      <summary>${run.file} as it was</summary>
      <pre>${run.source}</pre>
      ${(run.fragments ?? []).map(({ file, source }) => markup`<h3>${file}</h3><pre>${source}</pre>`)}
    </details>
  `;
}

function taskRow(
  run: RunRecord,
  id: string,
  state: TaskState | undefined,
  result: TaskResult | undefined,
): Html {
  const status = result?.outcome ?? state?.status ?? "waiting";
  const seconds = result?.seconds ?? state?.seconds ?? null;
  const outputs = Object.values(result?.outputs ?? {}).map((o) =>
    markup`
      <a href="/artifacts/${o.id}">${o.type}</a>
    `
  );
  const log = result?.log === undefined
    ? ""
    : markup`<a href="/runs/${run.id}/logs/${encodeURIComponent(id)}">log</a>`;
  return markup`
    <tr data-task="${id}">
      <td>${id}</td>
      <td class="status ${status}">${status}</td>
      <td class="number">${seconds === null ? "" : duration(seconds)}</td>
      <td class="reason">${result?.error ?? result?.reason ?? state?.message ?? ""}</td>
      <td>${outputs}</td>
      <td>${log}</td>
    </tr>
  `;
}
