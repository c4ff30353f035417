/** What the code cells of a notebook say, for tests that check or run it. */
import { type Notebook, textOf } from "../../lib/report/nbformat.ts";

/** The code of all code cells, one after the other, with a comment that names the cell. */
export function codeOf(notebook: Notebook): string {
  return notebook.cells
    .map((cell, i) => ({ cell, number: i + 1 }))
    .filter(({ cell }) => cell.cell_type === "code")
    .map(({ cell, number }) => `// cell ${number}\n${textOf(cell.source)}\n`)
    .join("\n");
}

/** Specifiers of the modules that code cells import from the notebook's own neighbourhood (`./`, `../`). */
export function localImports(notebook: Notebook): string[] {
  const found = new Set<string>();
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]+)\1/g;
  for (const match of codeOf(notebook).matchAll(pattern)) found.add(match[2]);
  return [...found].sort();
}
