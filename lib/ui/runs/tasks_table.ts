/** The tasks of a run, those that need a look first where there are many. */
import type { RunRecord, TaskResult } from "../../engine/mod.ts";
import { duration } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";
import { statusRank, type TaskState, type TaskStatus } from "../live/task_state.ts";

/** Above so many tasks those come first that need a look. */
const FEW = 100;

/** A link to the page of a task. */
export function taskLink(run: Pick<RunRecord, "id">, task: string): Html {
  return markup`<a href="/runs/${run.id}/tasks/${encodeURIComponent(task)}">${task}</a>`;
}

/** The table; while a run goes on its rows follow the events. */
export function tasksTable(run: RunRecord, states: ReadonlyMap<string, TaskState>): Html {
  const results = new Map(run.tasks.map((task) => [task.id, task]));
  const rows = [...new Set([...results.keys(), ...states.keys()])].map((id) => {
    const [result, state] = [results.get(id), states.get(id)];
    const status: TaskStatus = result?.outcome ?? state?.status ?? "waiting";
    return { id, result, state, status };
  });
  if (rows.length > FEW) rows.sort((a, b) => statusRank(a.status) - statusRank(b.status));
  return markup`
    <div class="table" tabindex="0" role="region" aria-label="Tasks">
      <table>
        <thead>
          <tr>
            <th scope="col">task</th>
            <th scope="col">status</th>
            <th scope="col" class="number">time</th>
            <th scope="col">why, or how far</th>
            <th scope="col">results</th>
            <th scope="col">log</th>
          </tr>
        </thead>
        <tbody class="tasks">${
    rows.map(({ id, result, state, status }) => taskRow(run, id, status, state, result))
  }</tbody>
      </table>
    </div>
  `;
}

function taskRow(
  run: RunRecord,
  id: string,
  status: TaskStatus,
  state: TaskState | undefined,
  result: TaskResult | undefined,
): Html {
  const seconds = result?.seconds ?? state?.seconds ?? null;
  const outputs = Object.values(result?.outputs ?? {}).map((o) =>
    markup`<a href="/artifacts/${o.id}">${o.type}</a> `
  );
  const log = result?.log === undefined
    ? ""
    : markup`<a href="/runs/${run.id}/logs/${encodeURIComponent(id)}">log</a>`;
  return markup`
    <tr data-task="${id}">
      <td>${taskLink(run, id)}</td>
      <td class="status ${status}">${status}</td>
      <td class="number">${seconds === null ? "" : duration(seconds)}</td>
      <td class="reason">${result?.error ?? result?.reason ?? state?.message ?? ""}</td>
      <td>${outputs}</td>
      <td>${log}</td>
    </tr>
  `;
}
