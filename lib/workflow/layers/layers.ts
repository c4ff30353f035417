/** One workflow of several texts: what it includes, then its profiles, then files of params, each over the one before. */
import { MAX_BYTES } from "../document.ts";
import type { Diagnostics } from "../diagnostic.ts";
import type { MapNode } from "../node.ts";
import { type Fragment, type ReadFile, withIncludes } from "./include.ts";
import { type ParamsFile, type ProfileChoice, withParamsFiles, withProfiles } from "./overlay.ts";

/** What lies under and over a workflow file. */
export interface Layers {
  root: string;
  folder: string;
  read?: ReadFile | undefined;
  profiles?: ProfileChoice | undefined;
  paramsFiles: readonly ParamsFile[];
}

/** Reads all layers; mistakes go to `diagnostics`. */
export async function readLayers(
  tree: MapNode,
  { root, folder, read = readFromDisk, profiles, paramsFiles }: Layers,
  diagnostics: Diagnostics,
): Promise<{ tree: MapNode; fragments: Fragment[]; profiles: string[] }> {
  const places = { root, folder, read, list: namesIn, ...(read === readFromDisk ? { real: realPath } : {}) };
  const included = await withIncludes(tree, places, diagnostics);
  const chosen = withProfiles(included.tree, profiles ?? { names: [] }, diagnostics);
  return {
    tree: withParamsFiles(chosen.tree, paramsFiles, diagnostics),
    fragments: included.fragments,
    profiles: chosen.used,
  };
}

/** At most one byte more than a file may have. */
export async function readFromDisk(path: string): Promise<Uint8Array | undefined> {
  try {
    using file = await Deno.open(path);
    if (!(await file.stat()).isFile) return undefined;
    const bytes = new Uint8Array(MAX_BYTES + 1);
    let size = 0;
    for (let n: number | null = 0; n !== null && size < bytes.length; size += n ?? 0) {
      n = await file.read(bytes.subarray(size));
    }
    return bytes.subarray(0, size);
  } catch (error) {
    const { NotFound, NotADirectory, IsADirectory } = Deno.errors;
    if ([NotFound, NotADirectory, IsADirectory].some((type) => error instanceof type)) return undefined;
    throw error;
  }
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}
