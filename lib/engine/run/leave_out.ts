/** Goes on without files that a task failed on, where the user allows it. */
import { mapValues } from "../key/action_key.ts";
import { filesDigest, type Listing } from "../key/stat_cache.ts";
import type { Decision } from "./planner.ts";
import { redecide } from "./redecide.ts";
import { pathsByName } from "./shards/paths_by_name.ts";

/**
 * The decision on the same task without some of its files; undefined where a request would be left with none, or the files
 * are none of its own. Its key is another one and names them, so that no later run takes its result for the whole.
 *
 * @param paths Absolute paths of the files.
 */
export function leaveOut(decision: Decision, paths: readonly string[]): Decision | undefined {
  const out = new Set(paths);
  const found = Object.entries(decision.files).map(([request, listing]) => ({
    request,
    ...without(listing, out),
  }));
  const less = found.filter(({ left }) => left.length > 0);
  if (less.length === 0 || less.some(({ kept }) => kept.paths.length === 0)) return undefined;
  const files = Object.fromEntries(found.map(({ request, kept }) => [request, kept]));
  const missing = { ...decision.parts.missing };
  for (const { request, left } of less) missing[request] = [...missing[request] ?? [], ...left].sort();
  return redecide(
    decision,
    { ...decision.parts, files: mapValues(files, ({ digest }) => digest), missing },
    files,
  );
}

/** What may be done about a failure on some of a task's files. */
export const partialHint =
  "--allow-missing goes on without files that a step fails on, and says in the report that it is partial.";

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
