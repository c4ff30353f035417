/** What would run now, task by task, and which ingredient of its key changed. */
import { changeLine } from "../../engine/history/change_line.ts";
import type { Why } from "../../engine/mod.ts";
import { type Html, markup } from "../../text/html.ts";

/** The page; `answers` are those of one workflow file. */
export function whyPage(
  files: readonly string[],
  chosen: { file: string; answers: readonly Why[] } | undefined,
): Html {
  const links = files.map((file) =>
    file === chosen?.file
      ? markup`<li><b>${file}</b></li>`
      : markup`<li><a href="/why?file=${encodeURIComponent(file)}">${file}</a></li>`
  );
  return markup`
    <h1>What would run now, and why</h1>
    ${files.length === 0 ? markup`<p>There are no runs yet.</p>` : markup`<ul>${links}</ul>`}
    ${chosen === undefined ? "" : answersOf(chosen.file, chosen.answers)}
  `;
}

function answersOf(file: string, answers: readonly Why[]): Html {
  const run = answers.filter(({ status }) => status !== "restore").length;
  return markup`
    <h2>${file}</h2>
    <p>${
    run === 0
      ? "Nothing: all results are in the store."
      : `${run} of ${answers.length} tasks are not in the store.`
  }
      The file is read as it stands now, with its own parameters.</p>
    <div class="table" tabindex="0" role="region" aria-label="Tasks">
      <table>
        <thead>
          <tr>
            <th scope="col">task</th>
            <th scope="col">would</th>
            <th scope="col">why</th>
            <th scope="col">against</th>
          </tr>
        </thead>
        <tbody>${answers.map(row)}</tbody>
      </table>
    </div>
  `;
}

function row({ task, status, reason, changes, comparedWith }: Why): Html {
  return markup`
    <tr>
      <td>${task}</td>
      <td class="status ${status === "restore" ? "restored" : "running"}">${
    status === "unknown" ? "depends" : status
  }</td>
      <td>${reason}${changes.map((change) => markup`<div class="id">${changeLine(change)}</div>`)}</td>
      <td class="short">${comparedWith === null ? "" : comparedWith.slice(0, 16).replace("T", " ")}</td>
    </tr>
  `;
}
