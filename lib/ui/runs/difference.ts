/** What differs between two runs: ingredients of steps, results, and whether one is better by a test. */
import { changeLine, hasChanged, taskChange } from "../../engine/history/change_line.ts";
import type { RunDiff, RunRecord } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import { compareRuns } from "../../schedule/compare_runs.ts";
import { number } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";

/** The section of a comparison. */
export async function difference(
  before: RunRecord,
  after: RunRecord,
  { tasks }: RunDiff,
): Promise<Html> {
  const changed = tasks.filter(hasChanged);
  return markup`
    <h2>Which is better</h2>
    ${await verdict(before, after)}
    <h2>What changed</h2>
    ${
    changed.length === 0
      ? markup`<p>All steps have the same results.</p>`
      : markup`<dl class="changes">${changed.map(changedTask)}</dl>`
  }
  `;
}

function changedTask(task: RunDiff["tasks"][number]): Html {
  return markup`
    <dt><b>${task.id}</b>: ${taskChange(task)}</dt>
    <dd>${task.changes.map((change) => markup`<div class="id">${changeLine(change)}</div>`)}</dd>
  `;
}

/** The paired test of the judged results, as the verb `compare` makes it; or why there is none. */
async function verdict(before: RunRecord, after: RunRecord): Promise<Html> {
  try {
    const { a, b, result } = await compareRuns(before, after, {
      by: "auto",
      paired: "auto",
      alpha: 0.05,
      minEffect: 0.2,
      directions: {},
    });
    const { winner, primary } = result.verdict!;
    const rows = (result.tables.comparison ?? []).map((row) =>
      markup`<tr><th scope="row">${row.metric as string}</th>${
        [row.mean_a, row.mean_b, row.difference, row.p].map((value) =>
          markup`<td class="number">${typeof value === "number" ? number(value) : "–"}</td>`
        )
      }<td>${row.winner as string}</td><td class="reason">${row.reason as string}</td></tr>`
    );
    return markup`
      <p><b>${
      winner === "inconclusive" ? "Inconclusive" : `${winner} is better`
    }</b> on ${primary as string}; A is ${a.task} of
        ${a.run.id}, B is ${b.task} of ${b.run.id}.</p>
      <div class="table" tabindex="0" role="region" aria-label="Test">
        <table>
          <thead>
            <tr>${
      ["metric", "A", "B", "A − B", "p", "better", "why"].map((h) => markup`<th scope="col">${h}</th>`)
    }</tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    `;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return markup`<p>${error.message.split("\n")[0]}.</p>`;
  }
}
