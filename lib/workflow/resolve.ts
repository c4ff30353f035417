/** A step's parameters after defaults, with every mistake at its place in the file. */
import type { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import type { Diagnostics } from "./diagnostic.ts";
import { addIssues } from "./issues.ts";
import { get, toJson, walk, type YamlNode } from "./node.ts";
import type { FileRequest, StepPermissions } from "./step.ts";
import type { StepEntry } from "./step_entry.ts";

/** What parameters decide about a task. */
export interface ResolvedParams {
  params: Json;
  files: FileRequest[];
  permissions: StepPermissions;
}

/** Checks `written` (the value of `with` after substitution); undefined where it has mistakes. */
export function resolveParams(
  entry: StepEntry,
  written: Json,
  diagnostics: Diagnostics,
): ResolvedParams | undefined {
  const definition = entry.definition!;
  const node: YamlNode = entry.with.node ?? { kind: "map", entries: new Map(), span: entry.usesSpan };
  const result = (definition.params as z.ZodType).safeParse(written ?? {});
  if (!result.success) {
    // Values of broken expressions are unknown: complaining about them as well would only confuse.
    const issues = result.error.issues.filter((issue) => {
      const at = walk(node, issue.path).node;
      return !(entry.with.broken && at.kind === "scalar" && String(at.value).includes("${{"));
    });
    const label = `\`with\` of step "${entry.id}"`;
    const anchor = entry.node.entries.get("with")?.key ?? entry.usesSpan;
    addIssues(issues, { node, value: written, schema: definition.params, label, anchor }, diagnostics);
    return undefined;
  }
  for (const { path, message } of definition.check?.(result.data) ?? []) {
    const at = walk(node, path);
    const where = at.depth === path.length && path.length > 0 ? at.node.span : at.key ?? entry.usesSpan;
    diagnostics.error(where, message);
  }
  const wanted = typeof definition.permissions === "function"
    ? definition.permissions(result.data)
    : definition.permissions ?? {};
  return {
    params: result.data as Json,
    files: definition.files?.(result.data) ?? [],
    permissions: entry.own ? granted(entry, wanted, diagnostics) : wanted,
  };
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
