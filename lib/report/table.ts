/** Tables for report pages. */
import type { Json } from "../artifacts/artifact.ts";
import { escapeHtml } from "./escape.ts";
import { number } from "./plot.ts";

/** A cell: a number is set in figures of equal width, to the right; text is escaped. */
export type TableCell = string | number | null;

/** HTML that shows itself in a notebook. */
export class Fragment {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
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

/** A table; a column is numeric when all of its filled cells are numbers. */
export function table(columns: readonly string[], rows: readonly (readonly TableCell[])[]): Fragment {
  const numeric = columns.map((_, j) =>
    rows.some((r) => typeof r[j] === "number") && rows.every((r) => typeof r[j] !== "string")
  );
  const attribute = (j: number) => numeric[j] ? ' class="number"' : "";
  const show = (cell: TableCell) =>
    cell === null ? "–" : typeof cell === "number" ? number(cell, 4) : escapeHtml(cell);
  const head = columns.map((name, j) => `<th${attribute(j)}>${escapeHtml(name)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((cell, j) => {
      const kind = numeric[j] ? "number" : String(cell).length <= 22 ? "short" : undefined;
      return `<td${kind === undefined ? "" : ` class="${kind}"`}>${show(cell)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return new Fragment(
    `<div class="table"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${
      body.join("\n")
    }\n</tbody></table></div>`,
  );
}

/** Name and value by line, for facts about one thing. */
export function facts(entries: Record<string, TableCell | undefined>): Fragment {
  const rows = Object.entries(entries)
    .filter((entry): entry is [string, TableCell] => entry[1] !== undefined)
    .map(([name, value]) =>
      `<tr><th>${escapeHtml(name)}</th><td>${
        value === null ? "–" : escapeHtml(typeof value === "number" ? number(value, 4) : value)
      }</td></tr>`
    );
  return new Fragment(
    `<div class="table"><table class="facts"><tbody>\n${rows.join("\n")}\n</tbody></table></div>`,
  );
}

/** A table of plain objects, such as `Metrics.tables` holds them; column names lose their underscores. */
export function objectTable(rows: readonly { [column: string]: Json }[]): Fragment {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: Json | undefined): TableCell =>
    value === undefined || value === null || typeof value === "number" || typeof value === "string"
      ? value ?? null
      : JSON.stringify(value);
  return table(
    columns.map((name) => name.replaceAll("_", " ")),
    rows.map((row) => columns.map((name) => cell(row[name]))),
  );
}

/** A remark in a report: a section without its artifact, a limit, a warning. */
export function note(text: string, kind: "note" | "warning" = "note"): Fragment {
  return new Fragment(`<p class="note${kind === "warning" ? " warning" : ""}">${escapeHtml(text)}</p>`);
}

/** Class of {@linkcode absent}, by which pages find sections that have nothing to show. */
export const absentClass = "absent";

/** A section without its artifact: pages leave it out and name it at their end. */
export function absent(text: string): Fragment {
  return new Fragment(`<p class="note ${absentClass}">${escapeHtml(text)}</p>`);
}

/** Several things one below the other. */
export function stack(...parts: ({ toHtml(): string } | undefined | null | false)[]): Fragment {
  return new Fragment(
    parts.filter((p) => p !== undefined && p !== null && p !== false).map((p) => p.toHtml()).join("\n"),
  );
}
