/** A trained encoder as `model.json` and weights of TensorFlow.js. */
import type { Model } from "../../artifacts/model.ts";
import { InputError } from "../../errors.ts";
import { graphWeights } from "../graph/graph_weights.ts";
import { weightToTfjs } from "../graph/tfjs_weights.ts";
import { runGraph } from "../graph/walk.ts";
import { LayerWriter } from "./layer_writer.ts";
import type { SavedModelFacts } from "./model_facts.ts";
import type { ModelFile } from "./model_file.ts";
import type { WeightEntry } from "./weight_bytes.ts";
import { undilated } from "./undilated.ts";
import { wholeGraph } from "./whole_graph.ts";

/** What is written of a model. */
export type Exportable = Pick<
  Model,
  "architecture" | "weights" | "scaler" | "sensors" | "channels" | "units" | "rate" | "context" | "filters"
>;

/**
 * The network from a scaled window, `[n, sensors, length, channels]` or as its encoder file takes it, to the latent
 * before the quantiser, with the layers as they were trained. Scaler, levels and channels stand in
 * `userDefinedMetadata.motiflow`.
 *
 * @param weightsName Name of the file of weights beside it.
 * @throws {InputError} for a network that no layers of TensorFlow.js compute.
 */
export function writeSavedModel(
  model: Exportable,
  weightsName: string,
): { file: ModelFile; weights: Uint8Array<ArrayBuffer> } {
  const whole = wholeGraph(model);
  if (whole === undefined) {
    throw new InputError("Cannot write model.json: no layer of TensorFlow.js pools the standard deviation", {
      hint: "Train with pooling: [mean, max], or export without tfjs.",
    });
  }
  const { graph, weights } = undilated(whole);
  const { input } = model.architecture;
  const writer = new LayerWriter(input);
  const output = runGraph(writer, graph, input, { layer: "", rank: 0 });
  const sources = writer.names.map((layer) => ({ layer }));
  const entries: WeightEntry[] = [];
  const parts: Float32Array<ArrayBuffer>[] = [];
  for (const name of Object.keys(graphWeights(graph, input))) {
    const { data, ...entry } = weightToTfjs(graph, sources, name, weights[name]);
    entries.push({ ...entry, dtype: "float32" });
    parts.push(data);
  }
  const file = {
    format: "layers-model",
    generatedBy: "motiflow",
    convertedBy: null,
    modelTopology: {
      class_name: "Model",
      config: {
        name: "encoder",
        layers: writer.layers.list,
        input_layers: [[writer.names[0], 0, 0]],
        output_layers: [[output.layer, 0, 0]],
      },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [{ paths: [weightsName], weights: entries }],
    userDefinedMetadata: { motiflow: factsOf(model) },
  };
  return { file, weights: joined(parts) };
}

function factsOf(model: Exportable): SavedModelFacts {
  const { sensors, channels, units, rate, context, filters, scaler: { center, scale } } = model;
  return {
    sensors,
    channels,
    units,
    rate,
    ...(context === undefined ? {} : { context }),
    ...(filters === undefined ? {} : { filters }),
    scaler: { center, scale },
    levels: model.architecture.levels,
  };
}

/** Numbers one after the other, little-endian. */
function joined(parts: readonly Float32Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(all.buffer);
}
