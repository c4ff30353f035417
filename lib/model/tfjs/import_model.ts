/** A network that TensorFlow.js has saved, as a Model: its layers are known, so that it is exported like a trained one. */
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Model } from "../../artifacts/model.ts";
import { numbersIn } from "../../artifacts/encoder_graph.ts";
import { InputError } from "../../errors.ts";
import { importedModel, type ModelSettings } from "../../onnx/imported_model.ts";
import { countParameters } from "../architecture.ts";
import { encoderOnnx } from "../forward.ts";
import { recordTopology } from "../graph/record.ts";
import { weightsFromTfjs } from "../graph/tfjs_weights.ts";
import { graphSizes, weightsOf } from "../graph/walk.ts";
import { readFacts } from "./model_facts.ts";
import { readSavedModel } from "./model_file.ts";
import { windowOf } from "./window_shape.ts";

/** What the user says of the file. */
export interface SavedModelSettings extends ModelSettings {
  /** The layer that gives the latent; the last when left out. */
  latent?: string;
  logits?: string;
}

/** Windows that the network will be given, where they are known. */
export interface SeenWindows extends Pick<Model, "sensors" | "channels" | "units"> {
  /** Samples of one window. */
  length: number;
}

/**
 * Reads `model.json` and the weights beside it.
 *
 * The window comes as `[sensors, length, channels]` or `[length, sensors × channels]`, sensor by sensor, and the result is
 * the latent. What `given` does not say, the file says where Motiflow wrote it, else the windows.
 *
 * @param file Name of `path` for messages.
 * @param shards Files that may be read for weights.
 * @throws {InputError} naming the file, and the layer where one does not fit.
 */
export async function importSavedModel(
  path: string,
  file: string,
  shards: readonly string[],
  given: SavedModelSettings,
  seen?: SeenWindows,
): Promise<Model> {
  if (given.logits !== undefined || given.labels.length > 0) {
    throw new InputError("Cannot use encoder: a model.json is read up to its latent, without a classifier", {
      file,
      hint: "Leave logits and labels out, and name the layer that gives the latent under latent.",
    });
  }
  const { topology, weights: named, metadata } = await readSavedModel(path, file, shards);
  const known = readFacts(metadata, file);
  const facts: ModelSettings = {
    labels: given.labels,
    temperature: given.temperature,
    levels: given.levels ?? known.levels ?? null,
    rate: given.rate || (known.rate ?? 0),
    scaler: given.scaler ?? known.scaler,
    sensors: given.sensors ?? known.sensors ?? seen?.sensors,
    channels: given.channels ?? known.channels ?? seen?.channels,
    units: given.units ?? known.units ?? seen?.units,
  };
  const shape = seen === undefined
    ? windowOf(topology, facts.sensors?.length, file)
    : { length: seen.length, channels: seen.channels.length, sensors: seen.sensors.length };
  const shapes = new Map([...named].map(([name, { shape }]) => [name, shape]));
  const { graph, sources } = recordTopology(topology, shape, file, {
    trained: false,
    shapes,
    output: given.latent,
  });
  const input: Model["architecture"]["input"] = [shape.channels, shape.sensors, shape.length];
  const encoder = withProjection(graph, input, weightsFromTfjs(graph, input, sources, named, file));
  const model = importedModel(file, facts, {
    ...encoder,
    input,
    classes: 0,
    parameters: 0,
    onnx: new Uint8Array(),
  });
  return {
    ...model,
    ...(known.filters === undefined ? {} : { filters: known.filters }),
    ...(known.context === undefined ? {} : { context: known.context }),
    parameters: countParameters(model.architecture),
    onnx: encoderOnnx(model),
  };
}

/** The last Dense layer is the projection onto the latent; where there is none, the output itself is the latent. */
function withProjection(
  graph: EncoderGraph,
  input: readonly [number, number, number],
  weights: Model["weights"],
): { graph: EncoderGraph; weights: Model["weights"]; latent: number } {
  const latent = numbersIn(graphSizes(graph, input).at(-1)!);
  const at = graph.length - 1;
  const last = graph[at];
  if (last.op !== "dense" || last.inputs[0] !== at - 1 || at < 2) {
    const data = Float32Array.from({ length: latent ** 2 }, (_, i) => Number(i % (latent + 1) === 0));
    return { graph, latent, weights: { ...weights, ...projection(data, latent) } };
  }
  const { [`${weightsOf(at)}.weight`]: weight, [`${weightsOf(at)}.bias`]: bias, ...others } = weights;
  return {
    graph: graph.slice(0, at),
    latent,
    weights: { ...others, ...projection(weight.data, latent, bias?.data) },
  };
}

function projection(
  data: Model["weights"][string]["data"],
  latent: number,
  bias: typeof data = new Float32Array(latent),
): Model["weights"] {
  return {
    "projection.weight": { data, shape: [latent, data.length / latent] },
    "projection.bias": { data: bias, shape: [latent] },
  };
}
