/** A file of comma-separated values as a table. */
import { type Html, markup } from "../../text/html.ts";

/** Rows and columns that are shown. */
const [ROWS, COLUMNS] = [200, 30];

/** The page. */
export function tablePage(id: string, path: string, content: string): Html {
  const [head = [], ...rows] = rowsOf(content, ROWS + 2);
  const shown = rows.slice(0, ROWS);
  const numeric = head.map((_, i) =>
    shown.every((row) => (row[i] ?? "") === "" || !Number.isNaN(Number(row[i])))
  );
  return markup`
    <h1>${path}</h1>
    <p class="caption">of <a class="id" href="/artifacts/${id}">${id}</a>${
    rows.length > ROWS ? `; the first ${ROWS} rows` : ""
  }${head.length > COLUMNS ? `; the first ${COLUMNS} of ${head.length} columns` : ""}</p>
    <div class="table" tabindex="0" role="region" aria-label="${path}">
      <table>
        <thead>
          <tr>${head.slice(0, COLUMNS).map((name) => markup`<th scope="col">${name}</th>`)}</tr>
        </thead>
        <tbody>${
    shown.map((row) =>
      markup`<tr>${
        row.slice(0, COLUMNS).map((cell, i) => markup`<td class="${numeric[i] ? "number" : ""}">${cell}</td>`)
      }</tr>`
    )
  }</tbody>
      </table>
    </div>
  `;
}

/** The first rows of a text as our own artifacts write it: commas, quotes doubled, no line ends within quotes split. */
function rowsOf(content: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < content.length && rows.length < most) {
    const match = cell.exec(content);
    if (match === null) break;
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
