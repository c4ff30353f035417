/** Opens the network of a stream from what a run published: a model, a bundle or a deployment package. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleFiles, readModelMetadata } from "../artifacts/onnx_bundle.ts";
import { Model, modelFiles } from "../artifacts/model.ts";
import { sha256 } from "../artifacts/sha256.ts";
import { InputError } from "../errors.ts";
import { openSession, type SessionOptions } from "../onnx/runtime.ts";
import { requireWhole } from "./whole_package.ts";
import { fullModelEncoder, modelEncoder, type StreamEncoder } from "./encoder.ts";

/**
 * Opens what lies in `dir`: a Model (`model.json`), an OnnxBundle (`model.full.onnx`, `model_metadata.json`), or a
 * Package, whose `models/` holds the same two files.
 *
 * @throws {InputError} where it is none of these, or a file is missing, damaged or not the one that was published.
 *
 * ```ts
 * import { openEncoder } from "./open_encoder.ts";
 * import assert from "node:assert/strict";
 * const dir = await Deno.makeTempDir();
 * await assert.rejects(openEncoder(dir), /there is neither model.full.onnx nor model.json/);
 * await Deno.remove(dir);
 * ```
 */
export async function openEncoder(dir: string, options: SessionOptions = {}): Promise<StreamEncoder> {
  const full = [dir, join(dir, "models")].find((place) => existsSync(join(place, bundleFiles.full)));
  if (full !== undefined) {
    if (full !== dir) await requireWhole(dir);
    return await openFull(full, options);
  }
  if (existsSync(join(dir, modelFiles.facts))) {
    const model = await Model.read(dir);
    return modelEncoder(model, await openSession(model.onnx, options));
  }
  throw new InputError("Cannot open model: there is neither model.full.onnx nor model.json", {
    file: dir,
    hint: "Name the folder that a train, export or package step published.",
  });
}

async function openFull(dir: string, options: SessionOptions): Promise<StreamEncoder> {
  const file = join(dir, bundleFiles.metadata);
  const { quantizer, ...facts } = await readModelMetadata(dir);
  if (quantizer === undefined) throw new InputError("Cannot open model: quantizer is missing", { file });
  const path = join(dir, bundleFiles.full);
  const bytes = await Deno.readFile(path);
  const published = facts.sha256?.[bundleFiles.full];
  if (published !== undefined && published !== await sha256(bytes)) {
    throw new InputError("Cannot open model: the file is not the one that model_metadata.json describes", {
      file: path,
      hint: "Export or unpack it again.",
    });
  }
  return fullModelEncoder({ ...facts, quantizer }, await openSession(bytes, options));
}
