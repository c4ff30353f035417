/** Tables and texts for a terminal. */

/**
 * Rows as aligned columns, two spaces between.
 *
 * ```ts
 * import { table } from "./format.ts";
 * import assert from "node:assert/strict";
 * assert.equal(table([["k", "12"], ["levels", "4"]]), "k       12\nlevels  4");
 * ```
 */
export function table(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, width(cell))),
    [],
  );
  return rows
    .map((row) => row.map((cell, i) => cell + " ".repeat(widths[i] - width(cell))).join("  ").trimEnd())
    .join("\n");
}

/** Characters that show: colours do not count. */
function width(text: string): number {
  // deno-lint-ignore no-control-regex
  return [...text.replace(/\x1b\[[0-9]+m/g, "")].length;
}

/**
 * A text in lines of at most `columns` characters, cut between words; further lines are indented.
 *
 * ```ts
 * import { wrap } from "./format.ts";
 * import assert from "node:assert/strict";
 * assert.equal(wrap(" one two three", 9, "   "), " one two\n   three");
 * ```
 */
export function wrap(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  const lead = /^ */.exec(text)![0];
  let line = lead;
  for (const word of text.slice(lead.length).split(" ")) {
    const longer = line.trim() === "" ? line + word : `${line} ${word}`;
    if (width(longer) > columns && line.trim() !== "") {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].join("\n");
}

/** A step's own words without anything that moves the cursor or changes colours; line ends stay. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)/g, "").replace(
    /\r\n?/g,
    "\n",
  )
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, " ");
}
