/** Reads the JSON files of artifacts. They come from other machines and versions: nothing in them is taken on trust. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import type { Json } from "./artifact.ts";

/** A schema for each field of `T`, the optional ones included: a field that nobody checks does not compile. */
export type Shape<T> = { [K in keyof Required<T>]: z.ZodType<T[K]> };

/** A schema that is built when it is first needed: a run that restores everything reads no artifact. */
export type Schema<T> = () => z.ZodType<T>;

/** The schema of an object with the fields of `T`. */
export function objectOf<T>(shape: Shape<T>): z.ZodType<T> {
  return z.object(shape) as unknown as z.ZodType<T>; // zod infers the same fields, but as a mapped type over `shape`
}

/**
 * A list whose rows fit a schema, checked one by one in their place: what `z.array` checks it also copies, as much again as a
 * list of hundreds of thousands takes.
 *
 * ```ts
 * import { rowsOf } from "./read_json.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const { error } = rowsOf(z.object({ x: z.number() })).safeParse([{ x: 1 }, { x: "2" }]);
 * assert.deepEqual(error!.issues[0]!.path, [1, "x"]);
 * ```
 */
export function rowsOf<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  return z.custom<T[]>().superRefine((list, context) => {
    if (!Array.isArray(list)) {
      const { issues } = z.array(z.unknown()).safeParse(list).error!;
      return issues.forEach((issue) =>
        context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0])
      );
    }
    for (const [place, item] of list.entries()) {
      const { success, error } = row.safeParse(item);
      if (success) continue;
      for (const issue of error.issues) {
        context.addIssue(
          { ...issue, path: [place, ...issue.path] } as Parameters<typeof context.addIssue>[0],
        );
      }
    }
  });
}

/** Any JSON; `JSON.parse` has made nothing else. */
export const anyJson: z.ZodType<Json> = z.any();

/** An object with any fields, for people to read. */
export const freeObject: z.ZodType<{ [key: string]: Json }> = z.record(z.string(), anyJson);

/** Where numbers come from; see `Origin`. */
export const origins = ["measured", "estimated", "simulated", "projected"] as const;

const built = new Map<Schema<any>, z.ZodType<any>>();

/** What to do about a file that does not fit. */
const hint =
  "It is damaged, or written by another version: make it again, or copy it again from where it was made.";

/**
 * Checks a parsed value.
 *
 * @param type Name of the artifact type, for the message.
 * @param file The file that holds the value.
 * @param at Field of the file that holds the value, where it is not the whole file.
 * @returns The value itself, with the fields that no schema knows and in their order.
 * @throws {InputError} naming file and field.
 */
export function checkJson<T>(value: unknown, schema: Schema<T>, type: string, file: string, at?: string): T {
  const misfit = misfitOf(value, schema, at);
  if (misfit === undefined) return value as T;
  throw new InputError(`Cannot read ${type}: ${misfit}`, { file, hint });
}

/** Says which field of a value does not fit and why; `undefined` where all do. See {@linkcode checkJson}. */
export function misfitOf<T>(value: unknown, schema: Schema<T>, at?: string): string | undefined {
  let checker: z.ZodType<T> | undefined = built.get(schema);
  if (checker === undefined) built.set(schema, checker = schema());
  const { success, error } = checker.safeParse(value);
  if (success) return undefined;
  const [first, ...more] = error.issues;
  if (first === undefined) return "it does not fit";
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const path = [...(at === undefined ? [] : [at]), ...first.path];
  const field = path.length === 0 ? "the file" : `field ${fieldName(path)}`;
  return `${field} does not fit: ${describe(first)}${others}`;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map((key, i) =>
    typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`
  )
    .join("");
}

function describe(issue: z.core.$ZodIssue): string {
  return issue.message.replace(/^Invalid (input|option): /, "").replaceAll("received", "got");
}

/**
 * Reads a JSON file of an artifact and checks it.
 *
 * ```ts
 * import { objectOf, readJson } from "./read_json.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/facts.json`, `{"rate": "100"}`);
 * const schema = () => objectOf<{ rate: number }>({ rate: z.number() });
 * await assert.rejects(readJson(dir, "facts.json", schema, "Windows"), /facts\.json: .*field rate .*number/);
 * await Deno.remove(dir, { recursive: true });
 * ```
 *
 * @param type Name of the artifact type, for the message.
 * @throws {InputError} naming the file, and the field where one does not fit.
 */
export async function readJson<T>(dir: string, name: string, schema: Schema<T>, type: string): Promise<T> {
  const value = await readJsonIfThere(dir, name, schema, type);
  if (value !== undefined) return value;
  throw new InputError(`Cannot read ${type}: the file is missing`, { file: join(dir, name), hint });
}

/** Like {@linkcode readJson}, but `undefined` where the file does not exist. */
export async function readJsonIfThere<T>(
  dir: string,
  name: string,
  schema: Schema<T>,
  type: string,
): Promise<T | undefined> {
  const file = join(dir, name);
  let value: unknown;
  try {
    value = JSON.parse(Deno.readTextFileSync(file));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (!(cause instanceof SyntaxError)) {
      throw new InputError(`Cannot read ${type}: ${message(cause)}`, { file, cause });
    }
    throw new InputError(`Cannot read ${type}: the file is cut off or no JSON`, { file, cause, hint });
  }
  return checkJson(value, schema, type, file);
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
