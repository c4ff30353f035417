/**
 * Matrix axes and their cells. The full set of cells is the product of the axes, less `exclude`, plus `include`; a
 * step that uses some of the axes runs once for each distinct combination of those that occurs in the full set.
 */
import type { Json } from "../../artifacts/artifact.ts";

/** Most cells of a matrix. */
export const MAX_CELLS = 100_000;

export type Cell = Record<string, Json>;

export interface Matrix {
  axes: Record<string, Json[]>;
  include: Cell[];
  exclude: Cell[];
}

/** A value as text that is equal exactly when the values are. */
export function keyOf(cell: Cell, axes: readonly string[]): string {
  return axes.map((axis) => JSON.stringify(cell[axis])).join("\u0000");
}

/** The number of cells before include and exclude. */
export function productSize(matrix: Matrix): number {
  return Object.values(matrix.axes).reduce((size, values) => size * values.length, 1);
}

/** All cells, in the order of the file, the last axis fastest. */
export function fullCells(matrix: Matrix): Cell[] {
  const names = Object.keys(matrix.axes);
  if (names.length === 0) return [{}];
  let cells: Cell[] = [{}];
  for (const name of names) {
    cells = cells.flatMap((cell) => matrix.axes[name]!.map((value) => ({ ...cell, [name]: value })));
  }
  const excluded = matrix.exclude.map((pattern) => {
    const axes = Object.keys(pattern);
    return { axes, key: keyOf(pattern, axes) };
  });
  cells = cells.filter((cell) => !excluded.some(({ axes, key }) => keyOf(cell, axes) === key));
  return distinct([...cells, ...matrix.include], names);
}

/** The distinct combinations of some axes, in the order of their first occurrence. */
export function distinct(cells: Cell[], axes: readonly string[]): Cell[] {
  const seen = new Map<string, Cell>();
  for (const cell of cells) {
    const key = keyOf(cell, axes);
    if (!seen.has(key)) seen.set(key, Object.fromEntries(axes.map((axis) => [axis, cell[axis]!])));
  }
  return [...seen.values()];
}

/** A cell as it stands in task ids: `fold=0,variant=raw`. */
export function cellLabel(cell: Cell): string {
  return Object.entries(cell)
    .map(([axis, value]) =>
      `${axis}=${typeof value === "string" && /^[\w.+-]+$/.test(value) ? value : JSON.stringify(value)}`
    )
    .join(",");
}
