/**
 * What a user's schema of parameters does in silence: a plain `z.object` leaves out what it does not know, and what a
 * transform makes may be nothing that a key, a record and another thread can hold.
 */
import type { Json } from "../../artifacts/artifact.ts";
import type { z } from "zod";

/** The parts of a schema of any copy of zod that are read. */
interface Schema {
  _zod: {
    def: {
      type: string;
      shape?: Record<string, Schema>;
      catchall?: unknown;
      innerType?: Schema;
      in?: Schema;
      element?: Schema;
      valueType?: Schema;
      options?: Schema[];
    };
  };
  safeParse?(value: unknown): { success: boolean };
}

/** Keys of written parameters that the schema would leave out, as the issues that a strict one raises. */
export function droppedKeys(schema: unknown, written: Json): z.core.$ZodIssue[] {
  return [...dropped(schema as Schema, written, [])];
}

function* dropped(schema: Schema, value: Json, path: PropertyKey[]): Generator<z.core.$ZodIssue> {
  const { type, shape, catchall, innerType, in: before, element, valueType, options } = schema._zod.def;
  if (value === null || typeof value !== "object") return;
  if (options !== undefined) {
    const fitting = options.filter((option) => option.safeParse?.(value).success !== false);
    const found = fitting.map((option) => [...dropped(option, value, path)]);
    if (found.every((issues) => issues.length > 0)) yield* found[0] ?? [];
  } else if (Array.isArray(value)) {
    if (type === "array") {
      for (const [i, item] of value.entries()) yield* dropped(element!, item, [...path, i]);
    } else if (innerType ?? before) yield* dropped((innerType ?? before)!, value, path);
  } else if (type === "object") {
    const keys = catchall === undefined
      ? Object.keys(value).filter((key) => !Object.hasOwn(shape!, key))
      : [];
    if (keys.length > 0) {
      yield { code: "unrecognized_keys", keys, path, input: value, message: `Unrecognized keys: ${keys}` };
    }
    for (const [key, part] of Object.entries(shape!)) {
      if (Object.hasOwn(value, key)) yield* dropped(part, value[key]!, [...path, key]);
    }
  } else if (type === "record") {
    for (const [key, item] of Object.entries(value)) yield* dropped(valueType!, item, [...path, key]);
  } else if (innerType ?? before) yield* dropped((innerType ?? before)!, value, path);
}

/** Where parsed parameters hold what JSON does not, and what it is; undefined where all of it is plain. */
export function unplain(value: unknown, path = ""): string | undefined {
  const at = path === "" ? "" : ` at \`${path}\``;
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value}${at}`;
  if (typeof value !== "object") return `a ${typeof value}${at}`;
  if (!Array.isArray(value) && ![Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    return `a ${value.constructor?.name || "class instance"}${at}`;
  }
  for (const [key, item] of Object.entries(value)) {
    // What is absent and what is undefined are one in an object.
    if (item === undefined && !Array.isArray(value)) continue;
    const found = unplain(
      item,
      Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
