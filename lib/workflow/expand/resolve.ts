/**
 * A step's parameters after defaults, with every mistake at its place in the file, and what its permissions mean for what
 * its results depend on.
 */
import type { Json } from "../../artifacts/artifact.ts";
import { parseDuration } from "../duration.ts";
import type { Diagnostics, Span } from "../diagnostic.ts";
import { addIssues, nameOfPath } from "../mistakes/issues.ts";
import { get, toJson, walk, type YamlNode } from "../node.ts";
import type { FileRequest, LiveLimit, Mapping, ParamProblem, StepPermissions } from "../step.ts";
import type { StepEntry } from "../step_entry.ts";
import type { Resolution } from "../step_type.ts";
import type { CacheRule } from "../workplan.ts";

/** What parameters decide about a task. */
export interface ResolvedParams {
  params: Json;
  files: FileRequest[];
  map?: Mapping;
  permissions: StepPermissions;
}

/** What of a step no stream or device computes, at its place in the file. */
export interface NotLive extends Omit<LiveLimit, "path"> {
  span: Span;
}

/** The places of what a resolution tells of live use. */
export function notLiveOf(entry: StepEntry, resolution: Resolution): NotLive[] {
  if (!resolution.ok) return [];
  const node: YamlNode = entry.with.node ?? { kind: "map", entries: new Map(), span: entry.usesSpan };
  return (resolution.notLive ?? []).map(({ path, ...limit }) => {
    const at = walk(node, path);
    return { span: at.depth === path.length ? at.node.span : entry.usesSpan, ...limit };
  });
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
  // The grammar has told of a `with` that is no map.
  if (entry.with.node !== undefined && entry.with.node.kind !== "map") return undefined;
  const node: YamlNode = entry.with.node ?? { kind: "map", entries: new Map(), span: entry.usesSpan };
  if (!resolution.ok && "fault" in resolution) {
    const shown = JSON.stringify(written);
    diagnostics.error(entry.usesSpan, `${entry.uses}: ${resolution.fault}`, {
      hint: `with the parameters ${
        shown.length > 200 ? `of step "${entry.id}"` : shown
      }; mend it in the module`,
    });
    return undefined;
  }
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
  const { params, files, permissions, problems, needs = [], map } = resolution;
  const mapping = map === undefined ? {} : { map };
  const tell = ({ path, message, hint, warning }: ParamProblem) => {
    const at = walk(node, path);
    const where = at.depth === path.length && path.length > 0 ? at.node.span : at.key ?? entry.usesSpan;
    const named = path.length === 0 || message.startsWith(String(path.at(-1)))
      ? message
      : `${nameOfPath(path)}: ${message}`;
    if (warning === true) diagnostics.warning(where, named, hint);
    else diagnostics.error(where, named, hint === undefined ? {} : { hint });
  };
  problems.forEach(tell);
  for (const { path, ports, why } of entry.connected === undefined ? [] : needs) {
    if (ports.some((port) => entry.connected!.has(port))) continue;
    const message = `${why}, and nothing is connected to ${ports.join(" or ")}`;
    tell({ path, message, hint: howToConnect(entry, ports) });
  }
  if (!entry.own) return { params, files, permissions, ...mapping };
  const given = granted(entry, permissions, diagnostics);
  return { params, files: [...files, ...openedBy(given)], permissions: given, ...mapping };
}

/** Types of ports, as a step's output has to have them. */
function howToConnect({ type }: StepEntry, ports: readonly string[]): string {
  const types = ports.map((port) => type?.ports[port]?.type ?? "its type");
  return `add a step that makes ${types.join(" or ")} to \`from\``;
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

/** What the permission `read` opens is an input of the step. */
function openedBy({ read = [] }: StepPermissions): FileRequest[] {
  return [...new Set(read)].map((pattern) => ({ name: `read ${pattern}`, pattern, opened: true }));
}

/**
 * The rule that the workflow or else the step's definition states. Where neither does, results are reused unless the
 * step has a permission by which it can see what no key holds.
 *
 * @param written `cache` of the workflow.
 * @param defined `cache` of the definition.
 * @param granted Permissions of a user's own step.
 */
export function cacheRule(
  written: Json | undefined,
  defined: "pure" | "never" | undefined,
  granted: StepPermissions,
): CacheRule {
  const stated = written ?? defined;
  if (stated === "pure") return { mode: "pure", stated: true };
  if (stated === "never") return { mode: "never" };
  if (stated !== undefined) {
    return { mode: "ttl", seconds: parseDuration((stated as { ttl: string }).ttl) ?? 0 };
  }
  const open = openings(granted);
  if (open.length === 0) return { mode: "pure" };
  return { mode: "never", because: `${open.join(" and ")} may give another answer each time` };
}

/** What of the permissions lets a step see more than files and named variables, whose contents are in the key. */
function openings({ net, run, sys, env, ffi }: StepPermissions): string[] {
  const some = (list: string[] | undefined) => list !== undefined && list.length > 0;
  return [
    ...(some(net) ? ["net"] : []),
    ...(some(run) ? ["run"] : []),
    ...(some(sys) ? ["sys"] : []),
    ...(env?.includes("*") ? ['env: ["*"]'] : []),
    ...(ffi === true ? ["ffi"] : []),
  ].map((kind) => `the permission ${kind}`);
}
