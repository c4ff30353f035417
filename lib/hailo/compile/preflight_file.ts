/** The checks before a compiler on an ONNX file from anywhere. */
import { basename, dirname, join } from "node:path";
import { decodeModel } from "../../onnx/decode.ts";
import { InputError } from "../../errors.ts";
import { withExternalData } from "../../onnx/foreign_file.ts";
import { type Preflight, preflight } from "./preflight.ts";

/** The verdict, and figures to show beside it. */
export type FilePreflight = Preflight & { facts: [name: string, value: string][] };

/** The bytes of an ONNX file with its weights in it. @throws {InputError} for a file that is missing or no ONNX file. */
export async function readOnnxFile(file: string): Promise<Uint8Array> {
  const bytes = await Deno.readFile(file).catch((cause) => {
    throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file, cause });
  });
  const read = (name: string) => Deno.readFile(join(dirname(file), basename(name))).catch(() => undefined);
  return await withExternalData(bytes, file, read);
}

/** @throws {InputError} for a file that is missing or no ONNX file. */
export async function preflightFile(file: string): Promise<FilePreflight> {
  const found = preflight(decodeModel(await readOnnxFile(file), file));
  const { input, outputs, operators } = found;
  return {
    ...found,
    facts: [
      ["input", input === null ? "not fixed" : `${input.name} [${input.shape.join(", ")}]`],
      ["outputs", outputs.map(({ tensor, shape }) => `${tensor} [${shape?.join(", ") ?? "?"}]`).join(", ")],
      ["operators", Object.entries(operators).map(([op, n]) => n === 1 ? op : `${op} × ${n}`).join(", ")],
      ["parameters", String(found.parameters)],
      ["multiplications of one window", String(found.macs)],
      ["opset", `${found.opset}, IR ${found.irVersion}`],
    ],
  };
}
