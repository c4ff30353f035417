/** What lies over a workflow's own values: its profiles, and files of params. Maps are merged, all else is replaced. */
import { type Diagnostics, Source } from "../diagnostic.ts";
import { get, type MapNode, type YamlNode } from "../node.ts";
import { suggestion } from "../../text/suggest.ts";
import { graft } from "./graft.ts";

/** Profiles by name, and who named them. */
export interface ProfileChoice {
  names: readonly string[];
  /** From the environment: a file that has no such profile is then left as it is, with a warning. */
  byDefault?: boolean;
}

/** A file of params. */
export interface ParamsFile {
  /** As the user named it. */
  file: string;
  bytes: Uint8Array;
}

const leastParams = "write params as `name: value`, one a line; `{}` is none";

/** The parts of a workflow that a profile may change, and how one of each is called. */
const parts = { params: "param", matrix: "matrix axis", steps: "step" } as const;

/** The workflow with some of its profiles, the last one uppermost. Unknown names are mistakes. */
export function withProfiles(
  tree: MapNode,
  { names, byDefault }: ProfileChoice,
  diagnostics: Diagnostics,
): { tree: MapNode; used: string[] } {
  const profiles = get(tree, "profiles");
  const known = profiles?.kind === "map" ? [...profiles.entries.keys()] : [];
  const used: string[] = [];
  let whole = tree;
  for (const name of names) {
    const profile = profiles?.kind === "map" ? profiles.entries.get(name)?.value : undefined;
    if (profile !== undefined) {
      used.push(name);
      for (const [part, kind] of Object.entries(parts)) {
        const over = get(profile, part);
        if (over?.kind !== "map") continue;
        whole = replaced(whole, part, overlay(get(whole, part), over, kind, diagnostics));
      }
      continue;
    }
    const flag = byDefault ? "$MOTIFLOW_PROFILE" : "--profile";
    diagnostics.add({
      severity: byDefault ? "warning" : "error",
      message: `the workflow has no profile "${name}"`,
      ...new Source(`${flag} ${name}`, name).place({ start: 0, end: name.length }),
      ...(known.length === 0 ? { hint: "the file has no `profiles:`" } : suggestion(name, known)),
    });
  }
  return { tree: whole, used };
}

/** The workflow with the values of files of params, the last one uppermost. */
export function withParamsFiles(
  tree: MapNode,
  files: readonly ParamsFile[],
  diagnostics: Diagnostics,
): MapNode {
  let whole = tree;
  for (const { file, bytes } of files) {
    const grafted = graft(bytes, file, diagnostics, leastParams);
    if (grafted === undefined) continue;
    whole = replaced(whole, "params", overlay(get(whole, "params"), grafted.tree, "param", diagnostics));
  }
  return whole;
}

function replaced(tree: MapNode, part: string, value: MapNode): MapNode {
  const entries = new Map(tree.entries);
  entries.set(part, { key: tree.entries.get(part)?.key ?? value.span, value });
  return { ...tree, entries };
}

/** @param kind How one value of `base` is called. */
function overlay(
  base: YamlNode | undefined,
  over: MapNode,
  kind: string,
  diagnostics: Diagnostics,
  above: string[] = [],
): MapNode {
  const own = base?.kind === "map" ? base : { ...over, entries: new Map() };
  const entries: MapNode["entries"] = new Map(own.entries);
  for (const [name, entry] of over.entries) {
    const there = own.entries.get(name);
    // The keys of a step are the grammar's matter, and a map that is empty may take any.
    const free = above.length > 0 && (kind === "step" || own.entries.size === 0);
    if (there === undefined && !free) {
      const message = above.length === 0
        ? `the workflow has no ${kind} "${name}"`
        : `${kind} ${above.join(".")} has no "${name}"`;
      const [first = "", ...inner] = name.split(".");
      // `--param` takes a way of names, a map does not.
      const hint = own.entries.has(first) && inner.length > 0
        ? { hint: `write ${[first, ...inner].join(": { ")}: …${" }".repeat(inner.length)}` }
        : suggestion(name, own.entries.keys());
      diagnostics.error(entry.key, message, hint);
      continue;
    }
    const value = there?.value.kind === "map" && entry.value.kind === "map"
      ? overlay(there.value, entry.value, kind, diagnostics, [...above, name])
      : entry.value;
    entries.set(name, { key: entry.key, value });
  }
  return { ...own, entries };
}
