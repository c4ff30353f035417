/** Tables for report pages. */
import { own } from "../own.ts";
import type { Json } from "../artifacts/artifact.ts";
import { Html, markup, type Part } from "../text/html.ts";
import { typesetColumn, typesetNumber } from "../text/typeset.ts";

/** A cell: a number is set in figures of equal width, to the right; text is escaped. */
export type TableCell = string | number | null;

/**
 * HTML that shows itself in a notebook.
 *
 * ```ts
 * import { Fragment } from "./table.ts";
 * import { markup } from "../text/html.ts";
 * import assert from "node:assert/strict";
 * assert.equal(new Fragment(markup`<p>${"a < b"}</p>`).toHtml(), "<p>a &lt; b</p>");
 * ```
 */
export class Fragment {
  readonly html: string;

  constructor({ text }: Html) {
    this.html = text;
  }

  toHtml(): string {
    return this.html;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return {
      "text/html": this.html,
      "text/plain": this.html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim(),
    };
  }
}

const lines = (parts: readonly Html[]) => new Html(parts.join("\n"));

/** Narrow pages scroll a wide table, which keys have to reach as well. */
const frame = new Html('class="table" role="group" tabindex="0" aria-label="table"');

/** A table of rows that are HTML already, in a frame that scrolls where it is too wide. */
export function tableFrame(head: readonly Part[] | undefined, rows: readonly Html[]): Html {
  return head === undefined
    ? markup`<div ${frame}><table class="facts"><tbody>\n${lines(rows)}\n</tbody></table></div>`
    : markup`<div ${frame}><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${
      lines(rows)
    }\n</tbody></table></div>`;
}

/**
 * A table; a column is numeric when all of its filled cells are numbers.
 *
 * ```ts
 * import { table } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.match(table(["code", "windows"], [["3", 20]]).html, /<td class="number">20<\/td>/);
 * ```
 */
export function table(columns: readonly string[], rows: readonly (readonly TableCell[])[]): Fragment {
  const numeric = columns.map((_, j) =>
    rows.some((r) => typeof r[j] === "number") && rows.every((r) => typeof r[j] !== "string")
  );
  const head = columns.map((name, j) =>
    numeric[j] ? markup`<th scope="col" class="number">${name}</th>` : markup`<th scope="col">${name}</th>`
  );
  const written = columns.map((_, j) =>
    numeric[j] ? typesetColumn(rows.flatMap((r) => typeof r[j] === "number" ? r[j] : [])) : undefined
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, j) => {
      if (typeof cell === "number" && numeric[j]) return markup`<td class="number">${written[j]!(cell)}</td>`;
      const kind = numeric[j] ? "number" : String(cell).length <= 22 ? "short" : undefined;
      return kind === undefined
        ? markup`<td>${shown(cell)}</td>`
        : markup`<td class="${kind}">${shown(cell)}</td>`;
    });
    return markup`<tr>${cells}</tr>`;
  });
  return new Fragment(tableFrame(head, body));
}

function shown(cell: TableCell): string {
  return cell === null ? "–" : typeof cell === "number" ? typesetNumber(cell, 4) : cell;
}

/**
 * Name and value by line, for facts about one thing.
 *
 * ```ts
 * import { facts } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.match(facts({ subjects: 12, device: undefined }).html, /subjects<\/th><td>12<\/td>/);
 * ```
 */
export function facts(entries: Record<string, TableCell | undefined>): Fragment {
  const rows = Object.entries(entries)
    .filter((entry): entry is [string, TableCell] => entry[1] !== undefined)
    .map(([name, value]) => markup`<tr><th scope="row">${name}</th><td>${shown(value)}</td></tr>`);
  return new Fragment(tableFrame(undefined, rows));
}

/**
 * A table of plain objects, such as `Metrics.tables` holds them; column names lose their underscores.
 *
 * ```ts
 * import { objectTable } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.match(objectTable([{ f1_score: 0.9 }]).html, /class="number">f1 score<\/th>/);
 * ```
 */
export function objectTable(rows: readonly { [column: string]: Json }[]): Fragment {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: Json | undefined): TableCell =>
    value === undefined || value === null || typeof value === "number" || typeof value === "string"
      ? value ?? null
      : JSON.stringify(value);
  return table(
    columns.map((name) => name.replaceAll("_", " ")),
    rows.map((row) => columns.map((name) => cell(own(row, name)))),
  );
}

/**
 * A remark in a report: a section without its artifact, a limit, a warning.
 *
 * ```ts
 * import { note } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.equal(note("a < b", "warning").html, '<p class="note warning">a &lt; b</p>');
 * ```
 */
export function note(text: string, kind: "note" | "warning" = "note"): Fragment {
  return new Fragment(markup`<p class="note${kind === "warning" && " warning"}">${text}</p>`);
}

/** Class of {@linkcode absent}, by which pages find sections that have nothing to show. */
export const absentClass = "absent";

/**
 * A section without its artifact: pages leave it out and name it at their end.
 *
 * ```ts
 * import { absent } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.match(absent("No device was measured.").html, /No device was measured/);
 * ```
 */
export function absent(text: string): Fragment {
  return new Fragment(markup`<p class="note ${absentClass}">${text}</p>`);
}

/** Whether a fragment says nothing but that something is absent. */
export function isAbsent({ html }: Fragment): boolean {
  return html.startsWith(`<p class="note ${absentClass}">`) && html.indexOf("<", 1) === html.lastIndexOf("<");
}

/**
 * Several things one below the other.
 *
 * ```ts
 * import { note, stack } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.equal(stack(note("a"), undefined, note("b")).html, `${note("a").html}\n${note("b").html}`);
 * ```
 */
export function stack(...parts: ({ toHtml(): string } | undefined | null | false)[]): Fragment {
  return new Fragment(
    new Html(
      parts.filter((p) => p !== undefined && p !== null && p !== false).map((p) => p.toHtml()).join("\n"),
    ),
  );
}

/** A heading within a section. */
export function heading(text: string): Fragment {
  return new Fragment(markup`<h4>${text}</h4>`);
}

/**
 * Things that few readers want to see at once, behind a line that opens them; printed pages show them.
 *
 * ```ts
 * import { folded, note } from "./table.ts";
 * import assert from "node:assert/strict";
 * assert.match(folded("More", note("a")).html, /<summary>More<\/summary>/);
 * ```
 */
export function folded(title: string, ...parts: Parameters<typeof stack>): Fragment {
  return new Fragment(
    markup`<details class="more"><summary>${title}</summary>\n${stack(...parts)}\n</details>`,
  );
}
