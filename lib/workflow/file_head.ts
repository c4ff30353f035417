/** What stands above `steps:`: params with their overrides, declared environment, matrix, schedule and alerts. */
import type { Json } from "../artifacts/artifact.ts";
import type { Diagnostics } from "./diagnostic.ts";
import type { Scope } from "./expression.ts";
import { type Cell, fullCells, keyOf, type Matrix, MAX_CELLS, productSize } from "./expand/matrix.ts";
import { define, get, text, toJson, type YamlNode } from "./node.ts";
import { overrideParams } from "./param_overrides.ts";
import { program } from "../text/program.ts";
import { suggestion } from "../text/suggest.ts";
import { compileTemplate, type Names, render } from "./template.ts";

/** The head of a file. */
export interface FileHead {
  names: Names;
  params: Record<string, Json>;
  env: Record<string, Json>;
  matrix: Matrix;
  /** The matrix' cells; empty where the matrix is broken. */
  cells: Cell[];
}

/** Reads the head; mistakes go to `diagnostics`. */
export function readHead(
  root: YamlNode,
  overrides: Record<string, string>,
  environment: (name: string) => string | undefined,
  diagnostics: Diagnostics,
): FileHead {
  const params = readParams(get(root, "params"), overrides, diagnostics);
  const env = readEnvironment(get(root, "env"), environment, diagnostics);
  const names: Names = { params: Object.keys(params), matrix: [], env: Object.keys(env) };
  const matrix = readMatrix(get(root, "matrix"), names, { params, env }, diagnostics);
  names.matrix = Object.keys(matrix.axes);
  return { names, params, env, matrix, cells: readCells(get(root, "matrix"), matrix, diagnostics) };
}

function readParams(
  node: YamlNode | undefined,
  overrides: Record<string, string>,
  diagnostics: Diagnostics,
): Record<string, Json> {
  const params: Record<string, Json> = {};
  if (node?.kind === "map") {
    for (const [name, { value }] of node.entries) {
      const axes = new Set<string>();
      const template = compileTemplate(value, { params: [], matrix: [], env: [] }, diagnostics, axes);
      define(params, name, template.kind === "constant" ? template.value : null);
    }
  }
  overrideParams(params, overrides, diagnostics);
  return params;
}

function readEnvironment(
  node: YamlNode | undefined,
  environment: (name: string) => string | undefined,
  diagnostics: Diagnostics,
): Record<string, Json> {
  const env: Record<string, Json> = {};
  for (const item of node?.kind === "list" ? node.items : []) {
    const name = text(item);
    if (name === undefined) continue;
    const value = environment(name);
    if (value === undefined) {
      diagnostics.error(item.span, `environment variable ${name} is not set`, {
        hint: `set it before the command, e.g. ${name}=… ${program()} run …`,
      });
    }
    define(env, name, value ?? "");
  }
  return env;
}

function readMatrix(
  node: YamlNode | undefined,
  names: Names,
  scope: Scope,
  diagnostics: Diagnostics,
): Matrix {
  const matrix: Matrix = { axes: {}, include: [], exclude: [] };
  if (node?.kind !== "map") return matrix;
  for (const [axis, { key, value }] of node.entries) {
    if (axis === "include" || axis === "exclude") {
      for (const item of value.kind === "list" ? value.items : []) {
        if (item.kind === "map") matrix[axis].push(toJson(item) as Cell);
      }
      continue;
    }
    const template = compileTemplate(value, names, diagnostics, new Set());
    const values = render(template, scope, (span, message) => diagnostics.error(span, message));
    if (!Array.isArray(values)) {
      // Where no expression stands, the grammar has told.
      if (values !== null && value.kind === "scalar" && typeof value.value === "string") {
        diagnostics.error(value.span, `matrix axis ${axis} must be a list, got ${JSON.stringify(values)}`);
      }
      matrix.axes[axis] = [];
    } else {
      if (values.length === 0) {
        diagnostics.error(key, `matrix axis ${axis} has no values`, {
          hint: "give one value, or remove the axis",
        });
      }
      const seen = new Set<string>();
      values.forEach((v, i) => {
        const text = JSON.stringify(v);
        const span = (value.kind === "list" ? value.items[i] : undefined)?.span ?? value.span;
        if (seen.has(text)) diagnostics.error(span, `${text} stands twice on matrix axis ${axis}`);
        seen.add(text);
      });
      matrix.axes[axis] = values;
    }
  }
  return matrix;
}

/** A number where the axis has that text, or a text where it has that number. */
function otherForm([axis, value]: [string, Json], { axes }: Matrix): string {
  const meant = axes[axis]!.find((v) => String(v) === String(value));
  const values = axes[axis]!.slice(0, 10).map((v) => JSON.stringify(v)).join(", ");
  return meant === undefined
    ? `${axis} has ${values}`
    : `write ${JSON.stringify(meant)} for ${JSON.stringify(value)}`;
}

function readCells(node: YamlNode | undefined, matrix: Matrix, diagnostics: Diagnostics): Cell[] {
  const axes = Object.keys(matrix.axes);
  if (node?.kind !== "map" || axes.length === 0) return [{}];
  for (const part of ["include", "exclude"] as const) {
    matrix[part] = matrix[part].filter((cell, i) => {
      const list = get(node, part);
      const where = (list?.kind === "list" ? list.items[i] : undefined) ?? node;
      for (const axis of Object.keys(cell)) {
        if (axes.includes(axis)) continue;
        const key = where.kind === "map" ? where.entries.get(axis)!.key : where.span;
        diagnostics.error(key, `${axis} is not a matrix axis`, suggestion(axis, axes));
        return false;
      }
      const missing = axes.filter((axis) => !Object.hasOwn(cell, axis));
      if (part === "include" && missing.length > 0) {
        diagnostics.error(
          where.span,
          `a cell of \`include\` names every axis; ${missing.join(", ")} is missing`,
        );
        return false;
      }
      const among = (value: Json, axis: string) =>
        matrix.axes[axis]!.some((v) => keyOf({ v }, ["v"]) === keyOf({ v: value }, ["v"]));
      const strange = Object.entries(cell).find(([axis, v]) => !among(v, axis));
      if (part === "exclude" && strange !== undefined) {
        diagnostics.warning(where.span, "this `exclude` matches no cell", otherForm(strange, matrix));
      }
      return true;
    });
  }
  const size = productSize(matrix);
  if (size > MAX_CELLS) {
    diagnostics.error(node.span, `the matrix has ${size} cells, at most ${MAX_CELLS} are possible`);
    return [];
  }
  const cells = size === 0 ? [] : fullCells(matrix);
  if (size > 0 && cells.length === 0) {
    diagnostics.error(node.span, "the matrix has no cells left", { hint: "`exclude` removes all of them" });
  }
  return cells;
}
