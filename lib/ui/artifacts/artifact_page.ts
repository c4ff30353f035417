/** One artifact: a look into it, where it came from, its facts and its files. */
import type { ArtifactHeader } from "../../artifacts/artifact.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { bytes, count } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";
import { taskLink } from "../runs/tasks_table.ts";
import type { ArtifactFile } from "./files.ts";
import type { Ancestor } from "./lineage.ts";

/** What the page shows. */
export interface ShownArtifact {
  id: string;
  header: ArtifactHeader;
  files: readonly ArtifactFile[];
  /** A look into it. */
  preview: Html | string;
  /** Tasks in which it was an output, newest first. */
  makers: readonly { run: RunRecord; task: string }[];
  /** How many of the newest runs were looked through for them. */
  looked: number;
  /** What it was made from, by the newest of them. */
  ancestors: readonly Ancestor[];
}

/** Runs that are listed. */
const MAKERS = 20;
/** Ends of files that can be looked at as a table. */
const tabular = /\.csv$/;

/** The page. */
export function artifactPage(shown: ShownArtifact): Html {
  const { id, header, files, preview, makers, looked } = shown;
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  return markup`
    <h1>${header.type}</h1>
    <p class="caption id">${id}</p>
    ${preview}
    ${lineageOf(shown)}
    <h2>Facts</h2>
    <pre>${JSON.stringify(header.meta, null, 2)}</pre>
    <h2>Files</h2>
    <div class="table" tabindex="0" role="region" aria-label="Files">
      <table class="files">
        <thead>
          <tr>
            <th scope="col">file</th>
            <th scope="col" class="number">size</th>
            <th scope="col">as a table</th>
          </tr>
        </thead>
        <tbody>${files.map((file) => fileRow(id, file))}</tbody>
      </table>
    </div>
    <p class="caption">${count(files.length, "file")}, ${bytes(total)}</p>
    <h2>Made or restored in</h2>
    <ul>${
    makers.slice(0, MAKERS).map(({ run, task }) =>
      markup`<li><a class="id" href="/runs/${run.id}">${run.id}</a> by ${
        taskLink(run, task)
      } of ${run.workflow}</li>`
    )
  }</ul>
    <p class="caption">Of the newest ${looked} runs.</p>
  `;
}

function fileRow(id: string, { path, bytes: size }: ArtifactFile): Html {
  const place = `/artifacts/${id}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return markup`
    <tr>
      <td><a href="${place}">${path}</a></td>
      <td class="number">${bytes(size)}</td>
      <td>${tabular.test(path) ? markup`<a href="${place}?as=table">look</a>` : ""}</td>
    </tr>
  `;
}

/** What it was made from, nearest first; the indent tells of what. */
function lineageOf({ ancestors, makers: [maker] }: ShownArtifact): Html | string {
  if (maker === undefined || ancestors.length === 0) return "";
  const { run, task } = maker;
  const rows = ancestors.map(({ depth, port, type, id, task }) =>
    markup`
      <tr>
        <td style="padding-left:${depth * 1.2}em"><a href="/artifacts/${id}">${type}</a></td>
        <td>${port}</td>
        <td>${task === undefined ? "" : taskLink(run, task)}</td>
        <td class="id">${id.slice(0, 12)}</td>
      </tr>
    `
  );
  return markup`
    <h2>Made from</h2>
    <p class="caption">By ${
    taskLink(run, task)
  }, whose page names the parameters and the code. What is indented went into
      the line above; what stands above already is not told again.</p>
    <div class="table" tabindex="0" role="region" aria-label="Lineage">
      <table>
        <thead>
          <tr>${["artifact", "as", "of", "content"].map((name) => markup`<th scope="col">${name}</th>`)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}
