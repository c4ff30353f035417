/** Writes the JSON files of artifacts, such that their readers take them. */
import { join } from "../path.ts";
import { InputError } from "../errors.ts";
import { misfitOf, type Schema } from "./read_json.ts";

/**
 * Writes a JSON file of an artifact. JSON has no NaN and no infinity: such a number becomes `null`, and where the
 * schema knows no `null` there the mistake is reported now, by the step that made it, not later by a reader.
 *
 * ```ts
 * import { objectOf } from "./read_json.ts";
 * import { writeJson } from "./write_json.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const dir = await Deno.makeTempDir();
 * const schema = () => objectOf<{ loss: number | null; rate: number }>({ loss: z.number().nullable(), rate: z.number() });
 * await writeJson(dir, "facts.json", { loss: NaN, rate: 50 }, schema, "Model");
 * assert.equal(JSON.parse(await Deno.readTextFile(`${dir}/facts.json`)).loss, null);
 * await assert.rejects(writeJson(dir, "facts.json", { loss: 1, rate: Infinity }, schema, "Model"), /write Model: .*rate/);
 * await Deno.remove(dir, { recursive: true });
 * ```
 *
 * @param type Name of the artifact type, for the message.
 * @throws {InputError} naming the field whose number is not finite.
 */
export async function writeJson<T>(
  dir: string,
  name: string,
  value: T,
  schema: Schema<T>,
  type: string,
): Promise<void> {
  let lost = false;
  const text = JSON.stringify(value, (_, item) => {
    if (typeof item === "number" && !Number.isFinite(item)) lost = true;
    return item;
  }, 1) + "\n";
  const misfit = lost ? misfitOf(JSON.parse(text), schema) : undefined;
  if (misfit !== undefined) {
    throw new InputError(`Cannot write ${type}: ${misfit}`, {
      file: join(dir, name),
      hint: "The number there is not finite.",
    });
  }
  Deno.writeTextFileSync(join(dir, name), text);
}

/** Rows that become text at a time. */
const rowsAtOnce = 1000;

/**
 * Writes what {@linkcode writeJson} writes, byte for byte, a part of one list after the other: no text of hundreds of thousands
 * of rows is made.
 *
 * ```ts
 * import { objectOf } from "./read_json.ts";
 * import { writeJsonRows } from "./write_json.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const dir = await Deno.makeTempDir();
 * const schema = () => objectOf<{ n: number; rows: { x: number }[] }>({ n: z.number(), rows: z.array(z.object({ x: z.number() })) });
 * await writeJsonRows(dir, "facts.json", { n: 1 }, "rows", [{ x: 2 }], schema, "Model");
 * assert.deepEqual(JSON.parse(await Deno.readTextFile(`${dir}/facts.json`)), { n: 1, rows: [{ x: 2 }] });
 * await Deno.remove(dir, { recursive: true });
 * ```
 *
 * @param list Field of the rows, which comes last in the file.
 * @throws {InputError} naming the field whose number is not finite.
 */
export async function writeJsonRows<L extends string, R extends object, T extends object>(
  dir: string,
  name: string,
  value: T,
  list: L,
  rows: readonly R[],
  schema: Schema<T & Record<L, R[]>>,
  type: string,
): Promise<void> {
  const whole = () => writeJson(dir, name, { ...value, [list]: rows } as T & Record<L, R[]>, schema, type);
  if (rows.length <= rowsAtOnce || !finite(value)) return await whole();
  const file = Deno.openSync(join(dir, name), { write: true, create: true, truncate: true });
  let lost = false;
  {
    using _ = file;
    const end = "]\n}\n";
    write(file, (JSON.stringify({ ...value, [list]: [] }, null, 1) + "\n").slice(0, -end.length));
    for (let from = 0; from < rows.length && !lost; from += rowsAtOnce) {
      const some = rows.slice(from, from + rowsAtOnce);
      lost = !finite(some);
      // In a list of its own a row stands one place to the left.
      const text = JSON.stringify(some, null, 1).slice(1, -2).replaceAll("\n", "\n ");
      write(file, (from === 0 ? "" : ",") + text);
    }
    write(file, "\n ]\n}\n");
  }
  // What is wrong with a number that JSON has not is told as always.
  if (lost) await whole();
}

function write(file: Deno.FsFile, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** Whether JSON has all numbers of a value. */
function finite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(finite);
}
