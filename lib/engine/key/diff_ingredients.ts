/** Says in words what differs between two sets of ingredients. */
import { own } from "../../own.ts";
import type { Json } from "../../artifacts/artifact.ts";
import { sameJson } from "../system/canonical_json.ts";
import type { GatheredIngredient, Ingredients, InputIngredient } from "./action_key.ts";
import type { Change } from "../types.ts";
import type { CodeParts } from "./code_id.ts";

/** All changed ingredients, most telling first: parameters, code, inputs, files, surroundings. */
export function diffIngredients(
  before: Ingredients,
  after: Ingredients,
  codeOf: (id: string) => CodeParts | undefined,
): Change[] {
  const changes: Change[] = [];
  if (before.uses !== after.uses) changes.push({ what: "uses", before: before.uses, after: after.uses });
  diffJson("params", before.params, after.params, changes);
  diffJson("seed", before.seed ?? null, after.seed ?? null, changes);
  if (before.code !== after.code) diffCode(before.code, after.code, codeOf, changes);
  diffInputs(before.inputs, after.inputs, changes);
  for (const name of union(before.files, after.files)) {
    const [a, b] = [own(before.files, name) ?? {}, own(after.files, name) ?? {}];
    diffRecord(`file ${name === "" ? "" : `${name}: `}`, a, b, changes);
  }
  diffJson("missing", { ...before.missing }, { ...after.missing }, changes);
  diffJson("permissions", { ...before.permissions }, { ...after.permissions }, changes);
  diffRecord("env ", before.env, after.env, changes);
  diffRecord("lineage of ", before.lineage ?? {}, after.lineage ?? {}, changes);
  diffJson("environment", before.environment, after.environment, changes);
  diffJson("runtime", before.runtime, after.runtime, changes);
  diffRecord("output ", before.outputs, after.outputs, changes);
  if (before.schema !== after.schema) {
    changes.push({ what: "key schema", before: before.schema, after: after.schema });
  }
  return changes;
}

/** One line, e.g. `params.k changed: 12 → 8 (and 2 more)`. */
export function describeChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return "nothing changed";
  const more = changes.length > 1 ? ` (and ${changes.length - 1} more)` : "";
  return describeChange(changes[0]!) + more;
}

/** One change in words; hashes are not shown, they say nothing to a reader. */
function describeChange({ what, before, after, parts }: Change): string {
  if (parts !== undefined) {
    return `${what} changed (${parts.slice(0, 3).join(", ")}${parts.length > 3 ? ", …" : ""})`;
  }
  if (before === null) return `${what} is new`;
  if (after === null) return `${what} is gone`;
  const hidden = [before, after].every((v) => typeof v === "string" && /^(sha\d+-.*|[0-9a-f]{64})$/.test(v));
  return hidden ? `${what} changed` : `${what} changed: ${brief(before)} → ${brief(after)}`;
}

function brief(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}

function union(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** Adds what differs between two values, field by field, the order of fields as well. */
export function diffJson(at: string, before: Json, after: Json, changes: Change[]): void {
  if (sameJson(before, after)) return;
  const plain = (v: Json) => v !== null && typeof v === "object" && !Array.isArray(v);
  if (!plain(before) || !plain(after)) {
    changes.push({ what: at, before, after });
    return;
  }
  const [a, b] = [before as Record<string, Json>, after as Record<string, Json>];
  for (const key of union(a, b)) diffJson(`${at}.${key}`, own(a, key) ?? null, own(b, key) ?? null, changes);
  const order = (of: object, other: object) => Object.keys(of).filter((key) => Object.hasOwn(other, key));
  const [was, is] = [order(a, b), order(b, a)];
  if (!sameJson(was, is)) changes.push({ what: `order of ${at}`, before: was, after: is });
}

function diffRecord(
  prefix: string,
  a: Record<string, string | null>,
  b: Record<string, string | null>,
  changes: Change[],
): void {
  for (const key of union(a, b)) {
    const [was, is] = [own(a, key) ?? null, own(b, key) ?? null];
    if (was !== is) changes.push({ what: prefix + key, before: was, after: is });
  }
}

function diffCode(
  before: string,
  after: string,
  codeOf: (id: string) => CodeParts | undefined,
  changes: Change[],
): void {
  const [a, b] = [codeOf(before), codeOf(after)];
  if (a === undefined || b === undefined) {
    changes.push({ what: "code", before, after });
    return;
  }
  for (const name of union(a.modules, b.modules)) {
    const [was, is] = [own(a.modules, name) ?? null, own(b.modules, name) ?? null];
    if (was === is) continue;
    const [x, y] = [a.parts?.[name] ?? {}, b.parts?.[name] ?? {}];
    const parts = was === null || is === null
      ? []
      : union(x, y).filter((part) => own(x, part) !== own(y, part));
    changes.push({
      what: `code of ${name}`,
      before: was,
      after: is,
      ...(parts.length === 0 ? {} : { parts }),
    });
  }
  const versions = (packages: Record<string, string>) => {
    const byName: Record<string, string> = {};
    for (const id of Object.keys(packages).sort()) {
      const at = id.lastIndexOf("@");
      const [name, version] = at > 0 ? [id.slice(0, at), id.slice(at + 1)] : [id, packages[id]!];
      byName[name!] = byName[name!] === undefined ? version : `${byName[name]}, ${version}`;
    }
    return byName;
  };
  const [va, vb] = [versions(a.packages), versions(b.packages)];
  const count = changes.length;
  diffRecord("package ", va, vb, changes);
  if (changes.length === count) diffRecord("package ", a.packages, b.packages, changes);
}

function diffInputs(before: Ingredients["inputs"], after: Ingredients["inputs"], changes: Change[]): void {
  for (const port of union(before, after)) {
    const [a, b] = [before[port], after[port]];
    if (sameJson(a ?? null, b ?? null)) continue;
    if (!Array.isArray(a) || !Array.isArray(b)) {
      const id = (v: typeof a) => v === undefined ? null : Array.isArray(v) ? `${v.length} artifacts` : v.id;
      changes.push({ what: `input ${port}`, before: id(a), after: id(b) });
      continue;
    }
    const named = (list: GatheredIngredient[]) =>
      Object.fromEntries(list.map((g) => [gatheredName(g), g.id]));
    const [was, is] = [named(a), named(b)];
    const count = changes.length;
    diffRecord(`input ${port} from `, was, is, changes);
    if (changes.length === count) {
      changes.push({ what: `order of input ${port}`, before: Object.keys(was), after: Object.keys(is) });
    }
  }
}

/** The producer's task id, as {@linkcode Task.id} spells it, and the type where it made several artifacts. */
function gatheredName(g: GatheredIngredient & InputIngredient): string {
  const cell = Object.entries(g.cell).map(([k, v]) => `${k}=${typeof v === "string" ? v : JSON.stringify(v)}`)
    .join(",");
  return `${g.step}${cell === "" ? "" : `[${cell}]`} (${g.type})`;
}
