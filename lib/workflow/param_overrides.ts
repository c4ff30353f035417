/** Values of params that the command line gives: `--param train.epochs=3`. Maps are merged, all else is replaced. */
import type { Json } from "../artifacts/artifact.ts";
import { Diagnostics, Source } from "./diagnostic.ts";
import { parseYaml } from "./document.ts";
import { define, toJson } from "./node.ts";
import { suggestion } from "../text/suggest.ts";

/** Where a value lies among the params. */
interface Place {
  there: Json | undefined;
  set: (value: Json) => void;
}

/**
 * Puts overrides into `params`; mistakes go to `diagnostics`.
 *
 * @param overrides Values as they were written, by the way to the param.
 */
export function overrideParams(
  params: Record<string, Json>,
  overrides: Record<string, string>,
  diagnostics: Diagnostics,
): void {
  for (const [name, written] of Object.entries(overrides)) {
    // An override is a file of its own, so that its mistakes have a place as well.
    const source = new Source(`--param ${name}`, written);
    const target = findParam(params, name);
    if ("message" in target) {
      diagnostics.add({
        severity: "error",
        ...target,
        ...source.place({ start: 0, end: written.length }),
      });
      continue;
    }
    const parsed = written.trim() === ""
      ? { root: undefined, diagnostics: new Diagnostics(source) }
      : parseYaml(source);
    parsed.diagnostics.list.forEach((d) => diagnostics.add(d));
    // A broken override leaves the file's own value, so that it causes no further mistakes.
    if (parsed.root !== undefined) {
      const value = toJson(parsed.root);
      const strange = strangeName(target.there, value);
      if (strange === undefined) target.set(merged(target.there, value));
      else {
        diagnostics.add({
          severity: "error",
          message: `param ${[name, ...strange.above].join(".")} has no "${strange.name}"`,
          ...suggestion(strange.name, strange.known),
          ...source.place({ start: 0, end: written.length }),
        });
      }
    } else if (written.trim() === "") target.set("");
  }
}

type JsonMap = { [key: string]: Json };

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first name of a map that the one below it does not have; a map that is empty may take any. */
function strangeName(
  there: Json | undefined,
  over: Json,
  above: string[] = [],
): { name: string; above: string[]; known: string[] } | undefined {
  if (!isMap(there) || !isMap(over)) return undefined;
  const known = Object.keys(there);
  if (known.length === 0) return undefined;
  for (const [name, value] of Object.entries(over)) {
    if (!Object.hasOwn(there, name)) return { name, above, known };
    const inner = strangeName(there[name], value, [...above, name]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function merged(there: Json | undefined, over: Json): Json {
  if (!isMap(there) || !isMap(over)) return over;
  const whole: JsonMap = { ...there };
  for (const [name, value] of Object.entries(over)) {
    define(whole, name, merged(Object.hasOwn(there, name) ? there[name] : undefined, value));
  }
  return whole;
}

/** The place of a param, or of a value inside one: `rate`, `train.epochs`, `levels[0]`; or why there is none. */
function findParam(
  params: Record<string, Json>,
  name: string,
): Place | { message: string; hint?: string } {
  const [first = name] = /^[^.[\]]+/.exec(name) ?? [];
  const rest = [...name.slice(first.length).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)];
  const whole = first + rest.map(([part]) => part).join("") === name;
  if (!whole || !Object.hasOwn(params, first)) {
    return { message: `the workflow has no param "${name}"`, ...suggestion(first, Object.keys(params)) };
  }
  if (rest.length === 0) {
    return { there: params[first], set: (value) => define(params, first, value) };
  }
  // What is changed inside is no longer the file's own value.
  define(params, first, structuredClone(params[first]!));
  let [holder, key, way]: [any, string | number, string] = [params, first, first];
  for (const [part, word, index] of rest) {
    const inner: Json = holder[key];
    const isList = index !== undefined;
    if (inner === null || typeof inner !== "object" || Array.isArray(inner) !== isList) {
      const kind = Array.isArray(inner)
        ? "a list"
        : inner === null
        ? "nothing"
        : "no " + (isList ? "list" : "map");
      const items = Array.isArray(inner) && inner.length > 0;
      return {
        message: `param ${way} is ${kind}, so there is no "${name}"`,
        ...(items ? { hint: `its items are ${way}[0] and so on` } : {}),
      };
    }
    const at = isList ? Number(index) : word!;
    if (!Object.hasOwn(inner, at) && (isList || Object.keys(inner).length > 0)) {
      const hint = isList
        ? { hint: `it has ${(inner as Json[]).length} items` }
        : suggestion(word!, Object.keys(inner));
      return { message: `param ${way} has no "${part.replace(/^\./, "")}"`, ...hint };
    }
    [holder, key, way] = [inner, at, way + part];
  }
  return {
    there: holder[key],
    set: (value) => Array.isArray(holder) ? holder[Number(key)] = value : define(holder, String(key), value),
  };
}
