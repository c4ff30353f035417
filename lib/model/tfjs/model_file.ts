/** Reads a network that TensorFlow.js has saved: `model.json` and the files of weights that it names. */
import { dirname, join, posix } from "node:path";
import { z } from "zod";
import { misfitOf, objectOf } from "../../artifacts/read_json.ts";
import { InputError } from "../../errors.ts";
import type { NamedWeights } from "../graph/tfjs_weights.ts";
import { bytesOf, floatsOf, type WeightEntry } from "./weight_bytes.ts";

/** Weights that lie one after the other in the joined bytes of some files. */
export interface WeightGroup {
  /** Beside `model.json`. */
  paths: string[];
  weights: WeightEntry[];
}

/** `model.json`, as far as it is read here. */
export interface ModelFile {
  format?: string;
  modelTopology: unknown;
  weightsManifest: WeightGroup[];
  /** What who saved it says of it. */
  userDefinedMetadata?: Record<string, unknown>;
}

/** A saved network. */
export interface SavedModel {
  /** `{ class_name, config }`. */
  topology: unknown;
  weights: NamedWeights;
  metadata: Record<string, unknown>;
}

const text = z.string().min(1);

const modelFileSchema = () =>
  objectOf<ModelFile>({
    format: z.string().optional(),
    modelTopology: z.record(z.string(), z.unknown()),
    weightsManifest: z.array(objectOf<WeightGroup>({
      paths: z.array(text).min(1),
      weights: z.array(objectOf<WeightEntry>({
        name: text,
        shape: z.array(z.int().min(0)),
        dtype: text,
        quantization: z.object({
          dtype: text,
          scale: z.number().optional(),
          min: z.number().optional(),
        }).optional(),
      })),
    })),
    userDefinedMetadata: z.record(z.string(), z.unknown()).optional(),
  });

const saveAgain = "Save it with model.save of TensorFlow.js, which writes model.json and its weights.";

/**
 * Reads the network of `path`.
 *
 * @param file Name of `path` for messages.
 * @param shards Files that may be read: those beside `path`.
 * @throws {InputError} naming the file, and the weight where one does not fit.
 */
export async function readSavedModel(
  path: string,
  file: string,
  shards: readonly string[],
): Promise<SavedModel> {
  const saved = parse(await Deno.readTextFile(path), file);
  const topology = topologyOf(saved);
  if (ofKeras3(topology)) {
    throw new InputError(
      "Cannot read model: Keras 3 wrote its layers, which TensorFlow.js does not read either",
      {
        file,
        hint:
          "Convert it from Keras 2 (the package tf_keras, with TF_USE_LEGACY_KERAS=1), or bring it as an ONNX file.",
      },
    );
  }
  const weights = new Map<string, { data: Float32Array; shape: readonly number[] }>();
  const known = new Map(shards.map((shard) => [shard, shard]));
  for (const group of saved.weightsManifest) {
    const bytes = await joined(group.paths.map((name) => beside(path, file, name, known)));
    let at = 0;
    for (const entry of group.weights) {
      if (weights.has(entry.name)) {
        throw new InputError(`Cannot read weights: ${entry.name} stands twice`, {
          file,
          hint: "Give layers names of their own, in models inside the model too, and save it again.",
        });
      }
      const size = bytesOf(entry, file);
      if (at + size > bytes.length) {
        throw new InputError(
          `Cannot read weights: ${entry.name} ends at byte ${at + size}, there are ${bytes.length}`,
          { file: group.paths.join(", "), hint: "Copy the files again from where they were saved." },
        );
      }
      weights.set(entry.name, {
        data: floatsOf(entry, bytes.subarray(at, at + size), file),
        shape: entry.shape,
      });
      at += size;
    }
    if (at < bytes.length) {
      throw new InputError(
        `Cannot read weights: ${file} describes ${at} bytes, there are ${bytes.length}`,
        { file: group.paths.join(", "), hint: "Take the weights that were saved together with it." },
      );
    }
  }
  return { topology, weights, metadata: saved.userDefinedMetadata ?? {} };
}

function parse(content: string, file: string): ModelFile {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new InputError("Cannot read model: the file is cut off or no JSON", {
      file,
      cause,
      hint: saveAgain,
    });
  }
  const format = (value as Partial<ModelFile> | null)?.format;
  if (format === "graph-model") {
    throw new InputError("Cannot read model: it is a graph model, whose layers are not told", {
      file,
      hint: "Convert it with --output_format tfjs_layers_model, or bring it as an ONNX file.",
    });
  }
  const misfit = misfitOf(value, modelFileSchema);
  if (misfit !== undefined) {
    throw new InputError(`Cannot read model: ${misfit}`, { file, hint: saveAgain });
  }
  return value as ModelFile;
}

/** Converters of Keras wrap the topology. */
function topologyOf({ modelTopology }: ModelFile): unknown {
  return (modelTopology as { model_config?: unknown }).model_config ?? modelTopology;
}

/** Whether layers are written as by Keras 3: inputs with a `batch_shape`, calls as maps of `args`. */
function ofKeras3(topology: unknown): boolean {
  const { config } = topology as { config?: { layers?: unknown } | unknown[] };
  const layers = Array.isArray(config) ? config : config?.layers;
  if (!Array.isArray(layers)) return false;
  return layers.some((layer) =>
    layer?.config?.batch_shape !== undefined || layer?.inbound_nodes?.[0]?.args !== undefined ||
    ofKeras3(layer ?? {})
  );
}

/** The path of a file of weights, which must be one of `known`. */
function beside(path: string, file: string, name: string, known: ReadonlyMap<string, string>): string {
  const clean = posix.normalize(name);
  if (posix.isAbsolute(clean) || clean.startsWith("..") || name.includes("\\") || /^[a-z]+:/i.test(name)) {
    throw new InputError(`Cannot read weights: ${name} does not lie beside the file`, {
      file,
      hint: "Put the files of weights into its folder and name them alone.",
    });
  }
  const found = known.get(join(dirname(path), clean));
  if (found !== undefined) return found;
  throw new InputError(`Cannot read weights: ${name} is missing`, {
    file,
    hint: "Put it beside the file, as it was saved; its name ends in .bin.",
  });
}

async function joined(paths: readonly string[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of paths) parts.push(await Deno.readFile(path));
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
