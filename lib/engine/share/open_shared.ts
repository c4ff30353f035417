/** Opens the shared cache that a project's `motiflow.json` names. Without one, nothing of it is loaded. */
import type { Store } from "../store/store.ts";
import { join, resolve } from "../../path.ts";
import type { SharedCache, SharedCacheOptions } from "./shared_cache.ts";

/** @returns undefined where the project has none. @throws where it cannot be opened. */
export async function openShared(
  root: string,
  store: Store,
  { warn, signal }: Omit<SharedCacheOptions, "write">,
): Promise<SharedCache | undefined> {
  const { projectFile, readMarker } = await import("../../workflow/project/root.ts");
  const file = join(root, projectFile);
  try {
    if (!Deno.readTextFileSync(file).includes('"cache"')) return undefined;
  } catch {
    return undefined;
  }
  const { shared, write = true } = (await readMarker(file)).cache ?? {};
  if (shared === undefined) return undefined;
  const { SharedCache } = await import("./shared_cache.ts");
  try {
    return new SharedCache(await placeOf(shared, root, signal), store, { write, warn, signal });
  } catch (cause) {
    throw new Error(`The shared cache ${shared} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

async function placeOf(shared: string, root: string, signal: AbortSignal) {
  if (shared.startsWith("s3://")) return new (await import("./bucket.ts")).Bucket(shared, signal);
  return new (await import("./folder.ts")).SharedFolder(resolve(root, shared));
}
