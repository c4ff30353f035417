/** A form with the name, colour and note of each behaviour. */
import type { Behaviours } from "../../artifacts/behaviours.ts";
import type { RunRecord } from "../../engine/mod.ts";
import type { NamesFile } from "../../temporal/names_file.ts";
import { duration } from "../../text/numbers.ts";
import { Html, markup } from "../../text/html.ts";
import { program } from "../../text/program.ts";
import { secondsOf } from "./names_form.ts";
import type { NamesPlace } from "./names_file_of.ts";

/** What the page shows. */
export interface ShownNames {
  run: RunRecord;
  task: string;
  behaviours: Behaviours;
  /** The names as they are. */
  file: NamesFile;
  place: NamesPlace;
  /** What came of saving. */
  saved: "no" | "yes" | { problem: string };
}

/** The page. */
export function namesPage({ run, task, behaviours, file, place, saved }: ShownNames): Html {
  const address = `/runs/${run.id}/names/${encodeURIComponent(task)}`;
  const seconds = secondsOf(behaviours);
  const rows = Object.entries(file.behaviours).map(([key, entry], id) => {
    const look = `/runs/${run.id}/review/${encodeURIComponent(task)}?behaviour=${
      encodeURIComponent(behaviours.names[id] ?? "")
    }`;
    return markup`
      <tr>
        <td><a href="${look}">${key}</a></td>
        <td class="number">${duration(seconds[id] ?? 0)}</td>
        <td><input name="name-${id}" value="${entry.name}" required aria-label="Name of ${key}"></td>
        <td><label><input type="checkbox" name="colored-${id}"${
      entry.color !== undefined && new Html(" checked")
    } aria-label="${key} has a colour of its own"> <input type="color" name="color-${id}" value="${
      entry.color ?? "#4477aa"
    }" aria-label="Colour of ${key}"></label></td>
        <td><input name="note-${id}" value="${entry.note ?? ""}" size="30" aria-label="Note on ${key}"></td>
      </tr>
    `;
  });
  return markup`
    <h1>Names of behaviours</h1>
    <p class="caption">of ${task} in run <a class="id" href="/runs/${run.id}">${run.id}</a>. Click a behaviour to look
      through its bouts.</p>
    ${outcome(run, task, place, saved)}
    <form method="post" action="${address}">
      <div class="table" tabindex="0" role="region" aria-label="Behaviours">
        <table>
          <thead>
            <tr>${
    ["behaviour", "time", "name", "own colour", "note"].map((name) => markup`<th scope="col">${name}</th>`)
  }</tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
      <p><button>Save</button> writes <code>${place.shown}</code>, and nothing else.</p>
    </form>
  `;
}

function outcome(run: RunRecord, task: string, place: NamesPlace, saved: ShownNames["saved"]): Html | string {
  if (saved === "no") return "";
  if (saved !== "yes") return markup`<p class="note warning">${saved.problem}</p>`;
  const step = run.tasks.find(({ id }) => id === task)?.step ?? task;
  return markup`
    <p class="note">Saved. ${
    place.given
      ? ""
      : markup`Give the file to the step <code>${step}</code> of ${run.file}: <code>with: { names: ${place.shown} }</code>. `
  }The names stand in results after <code>${program()} run ${run.file}</code>.</p>
  `;
}
