/** Which path of a listing has which name. */
import type { Listing } from "../../key/stat_cache.ts";

/** Paths of a listing by the names that its hashes have; undefined where these are no ends of the paths. */
export function pathsByName({ paths, hashes }: Listing): Map<string, string> | undefined {
  const [first = ""] = paths;
  const start = Object.keys(hashes).filter((name) => first.endsWith(name))
    .sort((a, b) => b.length - a.length)[0];
  if (start === undefined) return undefined;
  const cut = first.length - start.length;
  const named = new Map(paths.map((path) => [path.slice(cut), path]));
  return [...named.keys()].every((name) => Object.hasOwn(hashes, name)) ? named : undefined;
}
