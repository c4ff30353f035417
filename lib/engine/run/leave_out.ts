/** Goes on without files that a task failed on, where the user allows it. */
import { actionKey, type KeyParts, mapValues } from "../key/action_key.ts";
import { filesDigest, type Listing } from "../key/stat_cache.ts";
import type { Decision } from "./planner.ts";
import { pathsByName } from "./shards/paths_by_name.ts";

/**
 * The decision on the same task without some of its files; undefined where a request would be left with none, or the files
 * are none of its own. Its key is another one and names them, so that no later run takes its result for the whole.
 *
 * @param paths Absolute paths of the files.
 */
export function leaveOut(decision: Decision, paths: readonly string[]): Decision | undefined {
  const out = new Set(paths);
  const files: Decision["files"] = {};
  const missing: Record<string, string[]> = { ...decision.parts.missing };
  for (const [request, listing] of Object.entries(decision.files)) {
    const { kept, left } = without(listing, out);
    if (left.length > 0 && kept.paths.length === 0) return undefined;
    files[request] = kept;
    if (left.length > 0) missing[request] = [...missing[request] ?? [], ...left].sort();
  }
  if (Object.values(missing).flat().length === Object.values(decision.parts.missing ?? {}).flat().length) {
    return undefined;
  }
  const digests = { ...decision.parts.files, ...mapValues(files, ({ digest }) => digest) };
  const parts: KeyParts = { ...decision.parts, files: digests, missing };
  const { record: _record, problem: _problem, ...shared } = decision;
  return {
    ...shared,
    key: actionKey(parts),
    parts,
    ingredients: () => ({ ...parts, files: mapValues(files, ({ hashes }) => hashes) }),
    files,
  };
}

/** What a warning says of a decision that goes on without files. @param problems The failures, one after the other. */
export function leftOutLine({ files, parts }: Decision, problems: readonly string[]): string {
  const left = Object.values(parts.missing ?? {}).flat();
  const kept = Object.keys(parts.missing ?? {}).reduce(
    (sum, request) => sum + files[request]!.paths.length,
    0,
  );
  const more = problems.length > 5 ? `\nand ${problems.length - 5} more failures` : "";
  const named = left.slice(0, 5).join(", ") + (left.length > 5 ? ` and ${left.length - 5} more` : "");
  return `goes on without ${left.length} of ${left.length + kept} files, as --allow-missing says: ${named}. ${
    problems.slice(0, 5).join("\n")
  }${more}`;
}

/** A listing without files, and their names. */
function without(listing: Listing, out: ReadonlySet<string>): { kept: Listing; left: string[] } {
  const named = pathsByName(listing);
  const left = [...named ?? []].filter(([, path]) => out.has(path)).map(([name]) => name);
  if (left.length === 0) return { kept: listing, left };
  const hashes = Object.fromEntries(Object.entries(listing.hashes).filter(([name]) => !left.includes(name)));
  const paths = listing.paths.filter((path) => !out.has(path));
  return { kept: { paths, hashes, digest: filesDigest(hashes) }, left };
}
