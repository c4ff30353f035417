/** Parameters of a notebook: defaults in the cell tagged `parameters`, given values in a cell injected after it. */
import type { Json } from "../artifacts/artifact.ts";
import { InputError } from "../errors.ts";
import { declaredNames } from "./declared_names.ts";
import { type Cell, linesOf, type Notebook, textOf } from "./nbformat.ts";

/** Tags by which Jupyter Book leaves the code of a cell out of a page. */
const hiding = ["remove-input"];

/** Index of the cell tagged `parameters`, or −1. */
function parametersCell(notebook: Notebook): number {
  return notebook.cells.findIndex((cell) =>
    cell.cell_type === "code" && cell.metadata.tags?.includes("parameters")
  );
}

/**
 * Names of the variables that the cell tagged `parameters` declares.
 *
 * ```ts
 * import { parameterNames } from "./parameters.ts";
 * import assert from "node:assert/strict";
 * const cell = { cell_type: "code" as const, metadata: { tags: ["parameters"] }, source: "let title = 'Report';" };
 * assert.deepEqual(parameterNames({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }), ["title"]);
 * ```
 */
export function parameterNames(notebook: Notebook): string[] {
  const at = parametersCell(notebook);
  if (at < 0) return [];
  return declaredNames(textOf(notebook.cells[at].source)).map(({ name }) => name);
}

/** What an injected cell assigns; what a hand has changed so that it is no JSON any more is left out. */
function assignments(source: string): [string, Json][] {
  return source.split(/;\n(?=[A-Za-z_$][\w$]* = )/).flatMap((statement): [string, Json][] => {
    const [, name, value] = /^([A-Za-z_$][\w$]*) = ([\s\S]*?);?\s*$/.exec(statement) ?? [];
    if (name === undefined) return [];
    try {
      return [[name, JSON.parse(value!)]];
    } catch {
      return [];
    }
  });
}

/** JSON; the members of a list a line each, however much they hold: readers look for what comes after it. */
function written(value: Json): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value, null, 2);
  return `[\n${value.map((member) => `  ${JSON.stringify(member)}`).join(",\n")}\n]`;
}

/**
 * A copy of the notebook in which a cell after the one tagged `parameters` assigns the given values. Parameters are
 * declared with `let` so that they can be assigned. An executed notebook keeps the values that it was executed with,
 * where no others are given.
 *
 * @throws {InputError} for a name that the notebook does not declare, or declares with `const`.
 */
export function injectParameters(
  notebook: Notebook,
  parameters: Record<string, Json>,
  file?: string,
): Notebook {
  // A cell that an earlier run injected must not add up with ours; what it set and we do not is kept.
  const isInjected = (cell: Cell) => cell.metadata.tags?.includes("injected-parameters") === true;
  const kept = notebook.cells.filter((cell) => !isInjected(cell));
  const base = { ...notebook, cells: kept };
  const earlier = notebook.cells.filter(isInjected).flatMap((cell) => assignments(textOf(cell.source)));
  const given = Object.entries({ ...Object.fromEntries(earlier), ...parameters });
  if (given.length === 0) return base;
  const at = parametersCell(base);
  if (at < 0) {
    throw new InputError("Cannot set notebook parameters: no code cell is tagged `parameters`", { file });
  }
  const known = parameterNames(base);
  for (const [name] of given) {
    if (known.includes(name)) continue;
    throw new InputError(
      `Cannot set notebook parameters: ${name} is not declared in the cell tagged \`parameters\``,
      { file, hint: `It declares ${known.length > 0 ? known.join(", ") : "nothing"}.` },
    );
  }
  const declared = declaredNames(textOf(kept[at].source));
  const fixed = given.find(([name]) => declared.some((d) => d.name === name && d.fixed));
  if (fixed !== undefined) {
    throw new InputError(
      `Cannot set notebook parameters: ${fixed[0]} is declared with const`,
      { file, hint: "Declare it with let." },
    );
  }
  const cell: Cell = {
    cell_type: "code",
    // Ids came with nbformat 4.5; older files may have none.
    ...(base.nbformat_minor >= 5 ? { id: "injected-parameters" } : {}),
    // Folded, hidden or removed like the defaults that it overrides.
    metadata: {
      tags: ["injected-parameters", ...hiding.filter((tag) => kept[at].metadata.tags?.includes(tag))],
    },
    source: linesOf(
      given.map(([name, value]) => `${name} = ${written(value)};`).join("\n"),
    ),
    execution_count: null,
    outputs: [],
  };
  return { ...base, cells: [...kept.slice(0, at + 1), cell, ...kept.slice(at + 1)] };
}
