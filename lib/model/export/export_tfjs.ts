/** The encoder of a bundle as `model.json` of TensorFlow.js, read back to prove that it is the same network. */
import { basename, dirname, join } from "node:path";
import type { Model } from "../../artifacts/model.ts";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { openSession } from "../../onnx/runtime.ts";
import { encodeWindows } from "../evaluate.ts";
import { importSavedModel } from "../tfjs/import_model.ts";
import { writeSavedModel } from "../tfjs/write_model.ts";

/**
 * Writes `model.json` and its weights into `dir`.
 *
 * @returns The bytes of both by name, and the largest difference of latents on the windows `rows` between `model.onnx` and
 *   what is read back.
 * @throws {InputError} for a network that no layers of TensorFlow.js compute.
 */
export async function exportSavedModel(
  dir: string,
  model: Model,
  windows: Windows,
  rows: Int32Array,
): Promise<{ files: Record<string, Uint8Array<ArrayBuffer>>; difference: number }> {
  const { tfjs: name, tfjsWeights: weightsName } = bundleFiles;
  const { file, weights } = writeSavedModel(model, basename(weightsName));
  const files = {
    [name]: new TextEncoder().encode(JSON.stringify(file, null, 1) + "\n"),
    [weightsName]: weights,
  };
  await Deno.mkdir(join(dir, dirname(name)), { recursive: true });
  for (const [path, bytes] of Object.entries(files)) await Deno.writeFile(join(dir, path), bytes);
  const back = await importSavedModel(join(dir, name), name, [join(dir, weightsName)], {
    labels: [],
    levels: null,
    rate: 0,
    temperature: 1,
  });
  const [ours, theirs] = [await latentsOf(model, windows, rows), await latentsOf(back, windows, rows)];
  const difference = ours.reduce((worst, z, i) => Math.max(worst, Math.abs(z - theirs[i])), 0);
  return { files, difference };
}

async function latentsOf(model: Model, windows: Windows, rows: Int32Array): Promise<Float32Array> {
  const session = await openSession(model.onnx);
  try {
    return (await encodeWindows(session, model, windows, rows)).latents;
  } finally {
    await session.release();
  }
}
