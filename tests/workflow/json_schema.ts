/** A small JSON Schema validator (draft 2020-12, the keywords that our schema uses), independent of zod. */

type Schema = boolean | { [key: string]: any };

/** Paths at which `value` breaks `schema`; empty when it is valid. */
export function violations(schema: Schema, value: unknown, root: Schema = schema, path = "$"): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${path}: nothing is allowed`];
  for (const key of Object.keys(schema)) {
    if (!KNOWN.has(key)) throw new Error(`Cannot validate: unknown keyword ${key}`);
  }
  const at = (s: Schema, v: unknown, p: string) => violations(s, v, root, p);
  const fits = (s: Schema) => at(s, value, path).length === 0;
  const found: string[] = [];
  const say = (broken: boolean, text: string) => void (broken && found.push(`${path}: ${text}`));
  if (schema.$ref !== undefined) {
    const target = schema.$ref.split("/").slice(1).reduce((s: any, part: string) => s[part], root);
    found.push(...at(target, value, path));
  }
  if (schema.type !== undefined) {
    say(![schema.type].flat().some((t) => isType(t, value)), `not ${schema.type}`);
  }
  if (schema.const !== undefined) {
    say(JSON.stringify(schema.const) !== JSON.stringify(value), `not ${schema.const}`);
  }
  if (schema.enum !== undefined) say(!schema.enum.includes(value), `not one of ${schema.enum}`);
  if (schema.anyOf !== undefined) say(!schema.anyOf.some(fits), "fits no alternative");
  if (schema.oneOf !== undefined) {
    say(schema.oneOf.filter(fits).length !== 1, "does not fit exactly one alternative");
  }
  for (const s of schema.allOf ?? []) found.push(...at(s, value, path));
  if (schema.not !== undefined) say(fits(schema.not), "fits what it must not");
  if (schema.if !== undefined) found.push(...(fits(schema.if) ? at(schema.then ?? true, value, path) : []));
  if (typeof value === "number") {
    say(value < schema.minimum, "too small");
    say(value > schema.maximum, "too large");
    say(value <= schema.exclusiveMinimum, "too small");
    say(value >= schema.exclusiveMaximum, "too large");
    if (schema.multipleOf !== undefined) say(value % schema.multipleOf !== 0, "not a multiple");
  }
  if (typeof value === "string") {
    say(value.length < schema.minLength || value.length > schema.maxLength, "wrong length");
    if (schema.pattern !== undefined) {
      say(!new RegExp(schema.pattern).test(value), `does not match ${schema.pattern}`);
    }
  }
  if (Array.isArray(value)) {
    say(value.length < schema.minItems || value.length > schema.maxItems, "wrong number of items");
    const first: Schema[] = schema.prefixItems ?? [];
    value.forEach((v, i) => found.push(...at(first[i] ?? schema.items ?? true, v, `${path}[${i}]`)));
  } else if (typeof value === "object" && value !== null) found.push(...object(schema, value, at, path));
  return found;
}

function object(
  schema: { [key: string]: any },
  value: object,
  at: (schema: Schema, value: unknown, path: string) => string[],
  path: string,
): string[] {
  const keys = Object.keys(value);
  const found: string[] = [];
  for (const key of schema.required ?? []) if (!keys.includes(key)) found.push(`${path}: ${key} is missing`);
  if (keys.length < schema.minProperties) found.push(`${path}: too few keys`);
  for (const key of keys) {
    const own = Object.hasOwn(schema.properties ?? {}, key)
      ? schema.properties[key]
      : schema.additionalProperties ?? true;
    found.push(...at(own, (value as any)[key], `${path}.${key}`));
    if (schema.propertyNames !== undefined) {
      found.push(...at(schema.propertyNames, key, `${path}.${key} (name)`));
    }
  }
  return found;
}

function isType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  const actual: string = typeof value;
  return actual === type;
}

const KNOWN = new Set(
  ("$schema $ref $defs title description default type const enum anyOf oneOf allOf not if then minimum maximum " +
    "exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems prefixItems items " +
    "required minProperties properties additionalProperties propertyNames format examples defaultSnippets")
    .split(" "),
);
