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
