/** Whether what a stream reads of a package is what was packed, by the law of the package's own hosts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFiles } from "../artifacts/package.ts";
import { sha256 } from "../artifacts/sha256.ts";
import { InputError } from "../errors.ts";
import { pipelineFile } from "./pipeline_file.ts";

/**
 * Checks `pipeline.json` and all of `models/` against `SHA256SUMS`; an added file of `models/` is none of the package.
 *
 * @throws {InputError} naming the first file that is missing, or another one than was packed.
 */
export async function requireWhole(dir: string): Promise<void> {
  const refuse = (name: string, why: string, hint: string): never => {
    throw new InputError(`Cannot open package: ${name} ${why}`, { file: join(dir, name), hint });
  };
  const again = "Unpack the package again.";
  if (!existsSync(join(dir, packageFiles.sums))) refuse(packageFiles.sums, "is missing", again);
  const lines = (await Deno.readTextFile(join(dir, packageFiles.sums))).split("\n");
  const listed = new Map<string, string>(
    lines.map((line): [string, string] => [line.slice(66), line.slice(0, 64)])
      .filter(([name]) => name === pipelineFile || name.startsWith("models/")),
  );
  for (const [name, digest] of listed) {
    const path = join(dir, name);
    if (!existsSync(path)) refuse(name, "is missing", again);
    if (await sha256(await Deno.readFile(path)) !== digest) refuse(name, "is not as it was packed", again);
  }
  for await (const { name, isFile } of Deno.readDir(join(dir, "models"))) {
    if (isFile && !listed.has(`models/${name}`)) {
      refuse(`models/${name}`, "is not of this package", "Take it away.");
    }
  }
}
