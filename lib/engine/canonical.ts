/** One text for one value: what is hashed must not depend on the order of keys, the locale or JSON's blind spots. */
import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";

const deepest = 1000;

/**
 * JSON with keys sorted by code unit and without spaces. Types stay apart (`1`, `"1"` and `true` differ), and so do
 * `["ab","c"]` and `["a","bc"]`; `1` and `1.0` are the same number. Values that JSON would write wrongly (`NaN`,
 * infinities, −0, `undefined`, half surrogate pairs, anything that is not plain data) are refused.
 *
 * ```ts
 * import { canonicalJson } from "./canonical.ts";
 * import assert from "node:assert/strict";
 * assert.equal(canonicalJson({ b: [1, "1"], a: null }), '{"a":null,"b":[1,"1"]}');
 * assert.throws(() => canonicalJson({ k: NaN }));
 * ```
 *
 * @param at Name of the value, for error messages.
 */
export function canonicalJson(value: unknown, at = "value"): string {
  return write(value, at, 0);
}

function write(value: unknown, at: string, depth: number): string {
  const refuse = (what: string) => new InputError(`Cannot use ${at} in a cache key: it is ${what}`);
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw refuse(String(value));
      if (Object.is(value, -0)) throw refuse("-0");
      return String(value);
    case "string":
      if (!value.isWellFormed()) throw refuse("a text with half a surrogate pair");
      return JSON.stringify(value);
    case "object":
      break;
    default:
      throw refuse(typeof value);
  }
  if (value === null) return "null";
  if (depth > deepest) throw refuse(`nested deeper than ${deepest}, or contains itself`);
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (let i = 0; i < value.length; i++) items.push(write(value[i], `${at}[${i}]`, depth + 1));
    return `[${items.join(",")}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refuse("not plain data");
  const record = value as Record<string, unknown>;
  const fields = Object.keys(record).sort().map((key) => {
    if (!key.isWellFormed()) throw refuse("a field name with half a surrogate pair");
    return `${JSON.stringify(key)}:${write(record[key], `${at}.${key}`, depth + 1)}`;
  });
  return `{${fields.join(",")}}`;
}

/** SHA-256 of text or bytes, in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
