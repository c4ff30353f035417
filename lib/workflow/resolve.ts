/** A step's parameters after defaults, with every mistake at its place in the file. */
import type { Json } from "../artifacts/artifact.ts";
import type { Diagnostics } from "./diagnostic.ts";
import { addIssues } from "./issues.ts";
import { get, toJson, walk, type YamlNode } from "./node.ts";
import type { FileRequest, StepPermissions } from "./step.ts";
import type { StepEntry } from "./step_entry.ts";
import type { Resolution } from "./step_type.ts";

/** What parameters decide about a task. */
export interface ResolvedParams {
  params: Json;
  files: FileRequest[];
  permissions: StepPermissions;
}

/**
 * Takes what the step type says of `written` (the value of `with`); undefined where it has mistakes. `unknown` tells
 * that some of its expressions have no value.
 */
export function takeResolution(
  entry: StepEntry,
  { written, unknown }: { written: Json; unknown: boolean },
  resolution: Resolution,
  diagnostics: Diagnostics,
): ResolvedParams | undefined {
  const node: YamlNode = entry.with.node ?? { kind: "map", entries: new Map(), span: entry.usesSpan };
  if (!resolution.ok) {
    // Values of broken expressions are unknown: complaining about them as well would only confuse.
    const issues = resolution.issues.filter((issue) => {
      const at = walk(node, issue.path).node;
      return !(unknown && at.kind === "scalar" && String(at.value).includes("${{"));
    });
    const label = `\`with\` of step "${entry.id}"`;
    const anchor = entry.node.entries.get("with")?.key ?? entry.usesSpan;
    addIssues(issues, { node, value: written, shape: resolution.shape, label, anchor }, diagnostics);
    return undefined;
  }
  const { params, files, permissions, problems } = resolution;
  for (const { path, message } of problems) {
    const at = walk(node, path);
    const where = at.depth === path.length && path.length > 0 ? at.node.span : at.key ?? entry.usesSpan;
    diagnostics.error(where, message);
  }
  return { params, files, permissions: entry.own ? granted(entry, permissions, diagnostics) : permissions };
}

/** A user's own step gets what the workflow grants; asking for more is a mistake at its line. */
function granted(entry: StepEntry, wanted: StepPermissions, diagnostics: Diagnostics): StepPermissions {
  const node = get(entry.node, "permissions");
  const given = (node === undefined ? {} : toJson(node)) as StepPermissions;
  const lacking: string[] = [];
  for (const kind of ["net", "run", "read", "env", "sys"] as const) {
    const more = (wanted[kind] ?? []).filter((name) => !(given[kind] ?? []).includes(name));
    if (more.length > 0) lacking.push(`${kind}: [${more.join(", ")}]`);
  }
  if (wanted.ffi === true && given.ffi !== true) lacking.push("ffi: true");
  if (lacking.length > 0) {
    diagnostics.error(
      node?.span ?? entry.usesSpan,
      `${entry.uses} asks for permissions that the workflow does not grant`,
      {
        hint: `to grant them, add to the step: permissions: { ${lacking.join(", ")} }`,
      },
    );
  }
  return given;
}
