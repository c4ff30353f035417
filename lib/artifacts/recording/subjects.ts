/** Whose data an artifact holds. */
import { join } from "../../path.ts";

/** Files that name people, and where in them. */
const places: Record<string, (json: any) => unknown[]> = {
  "recordings.json": ({ recordings }) => recordings?.map((r: { subject?: unknown }) => r.subject),
  "behaviours.json": ({ recordings, bouts }) =>
    [...recordings ?? [], ...bouts ?? []].map((r: { subject?: unknown }) => r.subject),
  "model.json": ({ training }) => training?.subjects,
};

/**
 * People whom the files of an artifact name: those who were recorded, and those with whom a model was trained.
 *
 * @param dir Folder of the artifact.
 * @param files Paths of its files.
 */
export function subjectsOf(dir: string, files: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const path of files) {
    const read = places[path.slice(path.lastIndexOf("/") + 1)];
    if (read === undefined) continue;
    try {
      for (const subject of read(JSON.parse(Deno.readTextFileSync(join(dir, path)))) ?? []) {
        if (typeof subject === "string") found.add(subject);
      }
    } catch {
      // Damaged or gone: nothing of it is left to remove.
    }
  }
  return found;
}
