/** Sections of a notebook that have nothing to show: named once at the end of the page instead of one by one. */
import { absentClass } from "./table.ts";
import { type Cell, type Output, textOf } from "./nbformat.ts";

/** A heading with the cells up to the next heading. */
interface Section {
  depth: number;
  title: string;
  cells: Cell[];
}

const heading = /^(#{2,6})\s+(.+)/;
const absentOnly = new RegExp(`^\\s*<p class="note ${absentClass}">([^<]*)</p>\\s*$`);

/**
 * Leaves out the sections whose code put out nothing but that their artifact is absent, and the headings above them that
 * are left without any.
 *
 * @returns the other cells, and the titles of those left out.
 */
export function withoutAbsent(cells: readonly Cell[]): { cells: Cell[]; left: string[] } {
  const sections = sectionsOf(cells);
  const gone = sections.map(isAbsent);
  // A heading without code of its own goes with the last of its subsections.
  for (let i = sections.length - 1; i >= 0; i--) {
    const { depth, cells: own } = sections[i];
    let end = i + 1;
    while (end < sections.length && sections[end].depth > depth) end++;
    const empty = own.every((cell) => cell.cell_type !== "code");
    if (depth > 0 && empty && end > i + 1) gone[i] = gone.slice(i + 1, end).every((g) => g);
  }
  return {
    cells: sections.flatMap((section, i) => gone[i] ? [] : section.cells),
    left: sections.flatMap(({ title, cells: own }, i) => gone[i] && own.some(namesAbsence) ? [title] : []),
  };
}

function sectionsOf(cells: readonly Cell[]): Section[] {
  const sections: Section[] = [{ depth: 0, title: "", cells: [] }];
  for (const cell of cells.flatMap(apart)) {
    const found = cell.cell_type === "markdown" ? heading.exec(textOf(cell.source).trim()) : null;
    if (found === null) sections.at(-1)!.cells.push(cell);
    else sections.push({ depth: found[1].length, title: found[2].trim(), cells: [cell] });
  }
  return sections;
}

/** A Markdown cell with several headings as one cell for each of them. */
function apart(cell: Cell): Cell[] {
  if (cell.cell_type !== "markdown") return [cell];
  const source = textOf(cell.source);
  // Lines of a code block that look like headings are none.
  if (source.includes("```")) return [cell];
  const parts = source.split(/\n(?=#{2,6}\s)/);
  return parts.length === 1 ? [cell] : parts.map((part) => ({ ...cell, source: part }));
}

function isAbsent({ cells }: Section): boolean {
  const outputs = cells.flatMap((cell) => cell.cell_type === "code" ? cell.outputs ?? [] : []);
  return outputs.length > 0 && outputs.every((output) => absence(output) !== undefined);
}

/** Whether a cell says what is absent: what has no name of its own is missed by nobody. */
function namesAbsence(cell: Cell): boolean {
  return cell.cell_type === "code" && (cell.outputs ?? []).some((output) => absence(output) !== "");
}

/** What an output says is absent; `undefined` where it says anything else. */
function absence(output: Output): string | undefined {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return undefined;
  const html = output.data["text/html"];
  return html === undefined ? undefined : absentOnly.exec(textOf(html as string | string[]))?.[1];
}
