/** The list of runs. */
import type { RunRecord } from "../engine/mod.ts";
import { duration } from "../text/numbers.ts";
import { type Html, markup } from "../text/html.ts";
import { program } from "../text/program.ts";
import { when } from "./page.ts";

/** How many tasks ended in which way. */
export function counts(run: RunRecord): string {
  const found = Map.groupBy(run.tasks, (task) => task.outcome);
  return [...found].map(([outcome, tasks]) => `${tasks.length} ${outcome}`).join(", ");
}

/** Runs of one page, newest first; `total` is how many there are, `older` whether a page follows. */
export function runsPage(runs: readonly RunRecord[], total: number, older: boolean): Html {
  if (total === 0) {
    return markup`
      <h1>Runs</h1>
      <p>There are no runs yet. Start one with <code>${program()} run FILE</code>.</p>
    `;
  }
  const rows = runs.map((run) =>
    markup`
      <tr>
        <td><a href="/runs/${run.id}">${run.id}</a></td>
        <td class="status ${run.status}">${run.status}</td>
        <td>${run.workflow}</td>
        <td>${when(run.started)}</td>
        <td class="number">${run.ended === null ? "" : duration(run.seconds)}</td>
        <td>${counts(run)}</td>
        <td>${(run.tags ?? []).map((tag) => markup`<code>${tag}</code> `)}${run.note ?? ""}</td>
      </tr>
    `
  );
  return markup`
    <h1>Runs</h1>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>run</th>
            <th>status</th>
            <th>workflow</th>
            <th>started</th>
            <th class="number">time</th>
            <th>tasks</th>
            <th>tags and note</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>${
    older
      ? markup`<p class="caption">${runs.length} of ${total} runs. <a href="/?before=${
        encodeURIComponent(runs.at(-1)!.id)
      }">Older ones</a></p>`
      : ""
  }
  `;
}
