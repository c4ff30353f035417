/** Files outside the store: hashing what a request names. */
import { resolve } from "../../path.ts";
import { InputError } from "../../errors.ts";
import type { FileRequest } from "../../workflow/step.ts";
import { isRemote } from "./is_remote.ts";
import { filesDigest, type Listing, type StatCache } from "./stat_cache.ts";

/**
 * Finds and hashes; where nothing changed since the last time, a look at each folder and file is enough.
 *
 * @throws NotPinned for a URL that nothing is known of.
 */
export async function hashRequest(root: string, request: FileRequest, cache: StatCache): Promise<Listing> {
  if (isRemote(request)) {
    const { placeOf } = await import("./remote_file.ts");
    const { path, name, sha256 } = placeOf(root, request);
    const hashes = { [name]: sha256 };
    return { paths: [path], hashes, digest: filesDigest(hashes) };
  }
  const { otherwise, opened } = request;
  const missing = otherwise !== undefined &&
    (await search()).statIfThere(resolve(root, request.pattern), request.pattern) === undefined;
  // Remembered under the path that is taken: once the project has a file of its own, that one counts.
  const pattern = missing ? otherwise : request.pattern;
  // The same path takes other files where a permission opens it.
  const name = opened === true ? `opened ${pattern}` : pattern;
  const unchanged = cache.listing(name);
  if (unchanged !== undefined) return unchanged;
  const at = Date.now();
  const found = await (await search()).findFiles(root, { ...request, pattern });
  try {
    return await cache.hashSearch(name, found, at);
  } catch (cause) {
    throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file: pattern, cause });
  }
}

/** Loaded where something has to be searched: a no-op run only looks at what was found before. */
const search = () => import("./find_files.ts");
