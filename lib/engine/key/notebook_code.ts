/** The code of a notebook, cell by cell, for the key of the step that executes it. */
import { sha256 } from "../system/canonical_json.ts";
import type { NormalizedModule, Normalizer } from "./normalize_module.ts";

const literal = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`\\$]*)`/g;
/** Longer texts are no names of files. */
const longestName = 300;

/** The cells of a notebook as one module; a file that is no notebook has none. */
export async function normalizeNotebook(
  text: string,
  name: string,
  normalizer: Normalizer,
): Promise<NormalizedModule> {
  const cells: NormalizedModule[] = [];
  const texts = new Set<string>();
  for (const source of codeOf(text)) {
    // A cell that does not parse ends the notebook with its error: it imports nothing.
    const cell = await normalizer.normalize(source, `${name}.ts`);
    if (cell !== undefined) cells.push(cell);
    for (const [, ...forms] of source.matchAll(literal)) {
      const written = forms.find((form) => form !== undefined)!;
      if (written !== "" && written.length <= longestName) texts.add(written);
    }
  }
  const all = (field: "imports" | "resources" | "packages" | "reaches") =>
    [...new Set(cells.flatMap((cell) => cell[field]))].sort();
  return {
    hash: sha256(cells.map(({ hash }) => hash).join()),
    parts: {},
    imports: all("imports"),
    resources: all("resources"),
    packages: all("packages"),
    reaches: all("reaches"),
    texts: [...texts].sort(),
  };
}

/** Sources of the code cells. */
function codeOf(text: string): string[] {
  try {
    const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
    return cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) =>
      [source].flat().join("")
    );
  } catch {
    return [];
  }
}
