/** Several runs side by side: what was set, what came out, and for two of them what made the difference. */
import type { RunRecord } from "../../engine/mod.ts";
import { headlinesFirst, kindOf } from "../../metrics/catalogue.ts";
import { number, runTime } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";
import { when } from "../page.ts";
import { cellText, columnTitle, type NumberedRun, possibleColumns } from "./columns.ts";
import { plain } from "./query.ts";

/** Runs in one table. */
export const MOST = 12;

/** The page; `difference` is what is told of two runs. */
export function comparePage(runs: readonly NumberedRun[], difference: Html | undefined): Html {
  const { params } = possibleColumns(runs);
  const differs = (name: string) => new Set(runs.map((run) => cellText(run, name))).size > 1;
  const metrics = headlinesFirst(new Set(runs.flatMap(({ numbers }) => Object.keys(numbers))));
  const row = (title: string, cells: readonly (string | Html)[], best: readonly boolean[] = []) =>
    markup`<tr><th scope="row">${title}</th>${
      cells.map((cell, i) => markup`<td${best[i] === true && new Html(' class="best"')}>${cell}</td>`)
    }</tr>`;
  const facts = (title: string, of: (run: RunRecord) => string) => row(title, runs.map(({ run }) => of(run)));
  const [changed, same] = [params.filter(differs), params.filter((name) => !differs(name))];
  return markup`
    <h1>Compare ${runs.length} runs</h1>
    <div class="table" tabindex="0" role="region" aria-label="Runs side by side">
      <table class="side">
        <thead>
          <tr>
            <td></td>
            ${
    runs.map(({ run }) => markup`<th scope="col"><a class="id" href="/runs/${run.id}">${run.id}</a></th>`)
  }
          </tr>
        </thead>
        <tbody>
          ${facts("workflow", (run) => run.workflow)}
          ${facts("status", (run) => run.status)}
          ${facts("started", (run) => when(run.started))}
          ${facts("time", (run) => runTime(run))}
          ${facts("tags", (run) => (run.tags ?? []).join(" "))}
          ${group(`Parameters that differ`, runs.length)}
          ${
    changed.length === 0
      ? row("none", runs.map(() => ""))
      : changed.map((name) => row(columnTitle(name), runs.map((run) => cellText(run, name))))
  }
          ${group("Metrics", runs.length)}
          ${
    metrics.map((name) => row(kindOf(name).title, runs.map((run) => cellText(run, name)), bestOf(runs, name)))
  }
        </tbody>
      </table>
    </div>
    <p class="caption">Green: the best value of a metric whose direction is known. A difference is no proof: intervals
      stand on the page of each run${runs.length === 2 ? ", the test below" : ""}.</p>
    ${
    same.length === 0
      ? ""
      : markup`<p class="caption">The same in all: ${
        same.map((name) => `${columnTitle(name)} = ${plain(runs[0]!.run.params[columnTitle(name)])}`).join(
          ", ",
        )
      }.</p>`
  }
    ${difference}
  `;
}

function group(title: string, columns: number): Html {
  return markup`<tr class="group"><th scope="rowgroup" colspan="${columns + 1}">${title}</th></tr>`;
}

/** Which of the runs have the best value; none where the metric has no direction, or all are alike. */
function bestOf(runs: readonly NumberedRun[], name: string): boolean[] {
  const metrics = runs.map(({ numbers }) => Object.hasOwn(numbers, name) ? numbers[name] : undefined);
  const { better } = kindOf(name, metrics.find((metric) => metric !== undefined));
  const values = metrics.map((metric) => metric?.value ?? null);
  const known = values.filter((value) => value !== null);
  if (better === undefined || new Set(known.map(number)).size < 2) return values.map(() => false);
  const best = better === "higher" ? Math.max(...known) : Math.min(...known);
  return values.map((value) => value === best);
}
