/** One text for one value: what is hashed must not depend on the order of keys, the locale or JSON's blind spots. */
import { InputError } from "../../errors.ts";

export { sha256 } from "./sha256.ts";

const deepest = 1000;

/** Text that JSON writes as it is. */
const plain = /^[\x20!\x23-\x5b\x5d-\x7e]*$/;

/**
 * JSON with keys sorted by code unit and without spaces. Types stay apart (`1`, `"1"` and `true` differ), and so do
 * `["ab","c"]` and `["a","bc"]`; `1` and `1.0` are the same number. Values that JSON would write wrongly (`NaN`,
 * infinities, −0, `undefined`, half surrogate pairs, anything that is not plain data) are refused. The text is that of
 * RFC 8785 (JCS): ECMAScript's shortest numbers, keys in order of UTF-16 code units, the least escapes. The one difference:
 * RFC 8785 writes −0 as 0, here it is refused, because two values that a step can tell apart must not share a key.
 *
 * ```ts
 * import { canonicalJson } from "./canonical_json.ts";
 * import assert from "node:assert/strict";
 * assert.equal(canonicalJson({ b: [1, "1"], a: null }), '{"a":null,"b":[1,"1"]}');
 * assert.throws(() => canonicalJson({ k: NaN }));
 * ```
 *
 * @param at Name of the value, for error messages.
 */
export function canonicalJson(value: unknown, at = "value"): string {
  return write(value, [at], sortedKeys);
}

/**
 * The same with fields in the order that they have: for maps of users, whose order a step sees, as that of sensors.
 *
 * @param at Name of the value, for error messages.
 */
export function orderedJson(value: unknown, at = "value"): string {
  return write(value, [at], Object.keys);
}

/**
 * @param path Where `value` stands; put together only for an error message.
 * @param keysOf The fields of an object in the order in which they are written.
 */
function write(value: unknown, path: (string | number)[], keysOf: (record: object) => string[]): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw refusal(path, String(value));
      if (Object.is(value, -0)) throw refusal(path, "-0");
      return String(value);
    case "string":
      if (plain.test(value)) return `"${value}"`;
      if (!value.isWellFormed()) throw refusal(path, "a text with half a surrogate pair");
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeObject(value, path, keysOf);
    default:
      throw refusal(path, typeof value);
  }
}

function writeObject(
  value: object,
  path: (string | number)[],
  keysOf: (record: object) => string[],
): string {
  if (path.length > deepest + 1) throw refusal(path, `nested deeper than ${deepest}, or contains itself`);
  let text = "";
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      text += (i === 0 ? "" : ",") + write(value[i], path, keysOf);
      path.pop();
    }
    return `[${text}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal(path, "not plain data");
  const record = value as Record<string, unknown>;
  for (const key of keysOf(record)) {
    if (!key.isWellFormed()) throw refusal(path, "a field name with half a surrogate pair");
    path.push(key);
    text += `${text === "" ? "" : ","}${plain.test(key) ? `"${key}"` : JSON.stringify(key)}:${
      write(record[key], path, keysOf)
    }`;
    path.pop();
  }
  return `{${text}}`;
}

/**
 * Whether two values are the same plain data with fields in the same order: then they have one text, in either form, or
 * both have none.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (a === b) return true;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key !== others[i]) return false;
    if (!sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  }
  return true;
}

/** Sorting costs more than looking whether it is needed. */
function sortedKeys(record: object): string[] {
  const keys = Object.keys(record);
  for (let i = 1; i < keys.length; i++) if (keys[i]! < keys[i - 1]!) return keys.sort();
  return keys;
}

function refusal([name, ...path]: (string | number)[], what: string): InputError {
  const at = path.map((part) => typeof part === "number" ? `[${part}]` : `.${part}`).join("");
  return new InputError(`Cannot use ${name}${at} in a cache key: it is ${what}`);
}
