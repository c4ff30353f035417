/** Problems that zod finds, as diagnostics at the place in the YAML text and in our words. */
import type { z } from "zod";
import type { Json } from "../../artifacts/artifact.ts";
import type { Diagnostics, Span } from "../diagnostic.ts";
import { keySpan, walk, type YamlNode } from "../node.ts";
import { describe, hintFor, show } from "./issue_hint.ts";
import { keySuggestion } from "./other_words.ts";
import type { JsonSchema } from "../step_type.ts";

type Issue = z.core.$ZodIssue;

/** What was checked: the YAML value, its plain value after substitution, and its JSON Schema. */
export interface Checked {
  node: YamlNode;
  value: Json;
  shape: JsonSchema;
  /** How to name the whole, e.g. `` `with` of step "windows" ``. */
  label: string;
  /** Where the whole stands when it is absent or empty. */
  anchor: Span;
}

/** Adds one diagnostic for each issue. */
export function addIssues(issues: readonly Issue[], checked: Checked, diagnostics: Diagnostics): void {
  for (const issue of issues) addIssue(issue, [], checked, checked.shape, diagnostics);
}

function addIssue(
  issue: Issue,
  above: PropertyKey[],
  checked: Checked,
  shape: JsonSchema,
  diagnostics: Diagnostics,
): void {
  const path = [...above, ...issue.path];
  const at = walk(checked.node, path);
  const where = at.node.kind === "map" && at.depth < path.length
    ? (at.key ?? checked.anchor)
    : path.length === 0
    ? checked.anchor
    : at.node.span;
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const known = chosenBy(valueAt(checked.value, path), subschemas(shape, path))
        .flatMap((s) => Object.keys(s.properties ?? {}));
      diagnostics.error(
        keySpan(at.node, key),
        `unknown key "${key}" in ${nameOf(path, checked)}`,
        keySuggestion(key, new Set(known)),
      );
    }
    return;
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branch = bestBranch(issue.errors);
    if (branch !== undefined) {
      for (const inner of branch) addIssue(inner, path, checked, shape, diagnostics);
      return;
    }
  }
  if (issue.code === "invalid_key") {
    diagnostics.error(at.key ?? at.node.span, `"${String(path.at(-1))}" cannot be a name`, {
      hint: "begin with a letter; letters, digits, - and _ follow",
    });
    return;
  }
  const value = valueAt(checked.value, path);
  const name = nameOf(path, checked);
  const shapes = subschemas(shape, path);
  const last = String(path.at(-1));
  if (value === undefined) {
    const parent = path.slice(0, -1);
    const glued = at.node.kind === "map"
      ? [...at.node.entries].find(([key]) => key.startsWith(`${last}:`))
      : undefined;
    diagnostics.error(
      glued?.[1].key ?? where,
      `"${last}" is missing in ${nameOf(parent, checked)}`,
      glued === undefined
        ? missingHint(last, shapes)
        : { hint: `a blank comes after the colon: ${blank(glued[0])}` },
    );
    return;
  }
  const { start, end } = at.node.span;
  const source = diagnostics.source.text.slice(start, end);
  const hint = hintFor({ issue, name: last, value, node: at.node, source, shapes });
  diagnostics.error(where, `${name} ${demand(issue, shape, path)}, got ${show(value)}`, hint);
}

/** `source:csv` with the blank that it lacks. */
function blank(key: string): string {
  return key.replace(":", ": ");
}

/** What may stand at a place where nothing stands. */
function missingHint(name: string, shapes: readonly JsonSchema[]): { hint?: string } {
  const hint = describe(name, shapes);
  const words = [...new Set(shapes.flatMap((s) => s.const ?? s.enum ?? []))];
  return hint.hint !== undefined || words.length === 0
    ? hint
    : { hint: `${name} is one of ${words.join(", ")}` };
}

/** Those of several alternatives that the value chose by a word, such as `source: csv`; all where it chose none. */
function chosenBy(value: Json | undefined, shapes: JsonSchema[]): JsonSchema[] {
  const contradicts = ({ properties = {} }: JsonSchema) =>
    Object.entries(properties as Record<string, JsonSchema>).some(([key, { const: word }]) =>
      word !== undefined && valueAt(value ?? null, [key]) !== word
    );
  const chosen = shapes.filter((s) => !contradicts(s));
  return chosen.some((s) => s.properties !== undefined) ? chosen : shapes;
}

/** `hop`, `levels[1]`, or the whole's label. */
function nameOf(path: readonly PropertyKey[], checked: Checked): string {
  return path.length === 0 ? checked.label : nameOfPath(path);
}

/** `hop` or `levels[1]`. */
export function nameOfPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

function valueAt(value: Json, path: readonly PropertyKey[]): Json | undefined {
  for (const part of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    value = (value as any)[part];
  }
  return value;
}

/** The branch of a union that the user most likely meant: the one that fits its outer type and fails deepest. */
function bestBranch(branches: Issue[][]): Issue[] | undefined {
  const inner = branches.filter((b) => !b.some((i) => i.path.length === 0 && i.code === "invalid_type"));
  // A wrong word says nothing about which alternative was meant: then all of them are named.
  if (inner.every((b) => b.every((i) => i.path.length === 0 && i.code === "invalid_value"))) return undefined;
  return inner.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function depth(branch: Issue[]): number {
  return Math.max(0, ...branch.map((i) => i.path.length + (i.code === "unrecognized_keys" ? 1 : 0)));
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "null",
  tuple: "a list",
};

/** What the value has to be, beginning with "must". */
function demand(issue: Issue, shape: JsonSchema, path: readonly PropertyKey[]): string {
  switch (issue.code) {
    case "invalid_type": {
      const whole = issue.expected === "number" && subschemas(shape, path).some((s) => s.type === "integer");
      return `must be ${whole ? TYPES.integer : TYPES[issue.expected] ?? issue.expected}`;
    }
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${show(issue.values[0] as Json)}`
        : `must be one of ${issue.values.map((v) => String(v)).join(", ")}`;
    case "too_small":
      return `must ${bound(issue.origin, issue.inclusive ? "at least" : "more than", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue.origin, issue.inclusive ? "at most" : "less than", issue.maximum)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      // A schema may give its pattern a name; zod's own sentence begins with "Invalid".
      if (!issue.message.startsWith("Invalid")) return `must be ${issue.message}`;
      return issue.format === "regex" ? `must match ${issue.pattern}` : `must be ${issue.format}`;
    case "invalid_union":
      return unionDemand(shape, path);
    default:
      return `is not accepted: ${issue.message}`;
  }
}

function bound(origin: string, words: string, limit: number | bigint): string {
  if (origin === "string") return `have ${words} ${limit} characters`;
  if (origin === "array") return `have ${words} ${limit} item${limit === 1 ? "" : "s"}`;
  return `be ${words} ${limit}`;
}

function unionDemand(shape: JsonSchema, path: readonly PropertyKey[]): string {
  const here = subschemas(shape, path);
  const constants = here.flatMap((s) => s.const !== undefined ? [s.const] : s.enum ?? []);
  const types = here.filter((s) => s.const === undefined && s.enum === undefined)
    .flatMap((s) => s.type ?? []).map((t: string) => TYPES[t] ?? t);
  const all = [...new Set([...constants.map(String), ...types])];
  return all.length === 0 ? "does not fit" : `must be ${all.length === 1 ? "" : "one of "}${all.join(", ")}`;
}

/** All alternatives of a JSON Schema at a path. */
function subschemas(
  shape: JsonSchema,
  path: readonly PropertyKey[],
  root: JsonSchema = shape,
): JsonSchema[] {
  if (typeof shape.$ref === "string") {
    const target = shape.$ref.split("/").slice(1).reduce((s: any, part: string) => s?.[part], root);
    return target === undefined ? [] : subschemas(target, path, root);
  }
  const alternatives: JsonSchema[] = [...shape.anyOf ?? [], ...shape.oneOf ?? [], ...shape.allOf ?? []];
  const through = alternatives.flatMap((s) => subschemas(s, path, root));
  if (path.length === 0) return alternatives.length > 0 ? [shape, ...through] : [shape];
  const [part, ...rest] = path;
  const next = typeof part === "number"
    ? shape.prefixItems?.[part] ?? shape.items
    : shape.properties?.[part!] ??
      (typeof shape.additionalProperties === "object" ? shape.additionalProperties : undefined);
  return [...(next === undefined || next === true ? [] : subschemas(next, rest, root)), ...through];
}
