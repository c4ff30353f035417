/** The float ONNX files of a bundle: the full model, the device part, and the host part behind the cut. */
import type { Model } from "../../artifacts/model.ts";
import { halfWidths, placeValues } from "../../fsq/constants.ts";
import { GraphBuilder } from "../../onnx/builder.ts";
import { encodeModel, type Graph } from "../../onnx/encode.ts";
import { renameTensors } from "../../onnx/rename.ts";
import { cutShape } from "../architecture.ts";
import { DeviceLayers } from "./device_layers.ts";
import { OnnxLayers } from "../forward.ts";
import type { Value } from "../graph/onnx_value.ts";
import { cutOf } from "../cut.ts";
import { behindMaps, devicePart, head, network } from "../network.ts";

/** Opset and IR version that every tool in the chain reads. */
export const opset = 13;
export const irVersion = 8;

/** What a graph needs of a model. */
export type Network = Pick<Model, "architecture" | "weights" | "scaler" | "temperature">;

/** Encodes a graph whose tensors are renamed to promised output names. */
export function encodeBundleGraph(
  graph: Graph,
  names: Record<string, string>,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const renamed = renameTensors(graph, names);
  const outputs = new Set(renamed.outputs.map((v) => v.name));
  const values = renamed.values.filter((v) => !outputs.has(v.name));
  return encodeModel({ ...renamed, values }, { opset, irVersion, producer: "motiflow", metadata });
}

/**
 * `model.full.onnx`: input `window` `[1, C, S, L]` in raw units; outputs `predictions` `[1, K]` (softmax of the logits
 * over the temperature), `uncertainty` `[1, 1]` = 1 − largest, `code` int64 `[1]`, `latent` `[1, d]`. Without head the
 * first two are left out, without quantiser `code`.
 */
export function fullOnnx(model: Network, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder("full");
  const layers = new OnnxLayers(graph, model.weights);
  const { architecture } = model;
  const shape = [1, ...architecture.input];
  const raw = { name: graph.input("window", shape), shape };
  const out = network(layers, architecture, emitScaler(layers, model.scaler, raw));
  const names = emitHostOutputs(layers, model, out.bounded, out.logits);
  graph.output(out.latent.name, out.latent.shape);
  return encodeBundleGraph(graph.graph(), { ...names, [out.latent.name]: "latent" }, metadata);
}

/**
 * `model.device.onnx`: input `window` `[1, C, S, L]` already scaled, output `bounded` `[1, d]`, the last value before
 * rounding, or `maps` `[1, c, s, t]` where the host takes the statistics (see {@linkcode cutOf}).
 */
export function deviceOnnx(model: Network, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder("device");
  const { architecture } = model;
  const shape = [1, ...architecture.input];
  const x = { name: graph.input("window", shape), shape };
  const end = devicePart(new DeviceLayers(graph, model.weights), architecture, x);
  graph.output(end.name, end.shape);
  return encodeBundleGraph(graph.graph(), { [end.name]: cutOf(architecture) }, metadata);
}

/** `host_head.onnx`: input as the device part's output; outputs as the full model's, without `latent`. */
export function hostOnnx(model: Network, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder("host");
  const layers = new OnnxLayers(graph, model.weights);
  const { architecture: a } = model;
  const shape = [1, ...cutShape(a)];
  const cut = { name: graph.input(cutOf(a), shape), shape };
  const names = emitHost(layers, model, cutOf(a) === "maps" ? behindMaps(layers, a, cut).bounded : cut);
  return encodeBundleGraph(graph.graph(), names, metadata);
}

/** Emits everything behind the bounded value and declares its outputs; returns the renaming of their tensors. */
export function emitHost(layers: OnnxLayers, model: Network, bounded: Value): Record<string, string> {
  const { architecture: a } = model;
  const quantized = a.levels === null ? bounded : layers.round(bounded, a.levels);
  return emitHostOutputs(layers, model, bounded, head(layers, a, quantized));
}

/** Emits `(x − center) · scale` of raw windows. */
export function emitScaler(layers: OnnxLayers, scaler: Model["scaler"], raw: Value): Value {
  const sensors = scaler.center.length;
  const channels = scaler.center[0].length;
  const constant = (grid: number[][], name: string) => {
    const data = Float32Array.from(
      { length: channels * sensors },
      (_, i) => grid[i % sensors][Math.floor(i / sensors)],
    );
    return layers.graph.initializer(data, [1, channels, sensors, 1], name);
  };
  const center = constant(scaler.center, "scaler.center");
  const scale = constant(scaler.scale, "scaler.scale");
  const centered = layers.node("Sub", [raw.name, center], raw.shape, "centered");
  return layers.node("Mul", [centered.name, scale], raw.shape, "scaled");
}

function emitHostOutputs(
  layers: OnnxLayers,
  { architecture: a, temperature }: Network,
  bounded: Value,
  logits: Value | undefined,
): Record<string, string> {
  const { graph } = layers;
  const batch = bounded.shape[0];
  const names: Record<string, string> = {};
  if (logits !== undefined) {
    const shape = [batch, a.classes];
    const tempered = layers.node("Div", [logits.name, graph.scalar(temperature)], shape, "tempered");
    const predictions = layers.node("Softmax", [tempered.name], shape, "softmax", { axis: 1 });
    const top = layers.node("ReduceMax", [predictions.name], [batch, 1], "top", { axes: [1], keepdims: 1 });
    const rest = layers.node("Sub", [graph.scalar(1), top.name], [batch, 1], "one_minus_top");
    graph.output(predictions.name, shape);
    graph.output(rest.name, [batch, 1]);
    Object.assign(names, { [predictions.name]: "predictions", [rest.name]: "uncertainty" });
  }
  if (a.levels !== null) names[emitCode(layers, bounded, a.levels)] = "code";
  return names;
}

/** Code of the bounded values in int64, so that no codebook is too large for exact arithmetic. */
function emitCode(layers: OnnxLayers, bounded: Value, levels: number[]): string {
  const { graph } = layers;
  const batch = bounded.shape[0];
  const row = (values: number[], name: string) =>
    graph.initializer(BigInt64Array.from(values, BigInt), [1, levels.length], name);
  const widths = row(halfWidths(levels), "code.half_width");
  const rounded = layers.node("Round", [bounded.name], bounded.shape, "code.rounded");
  const integer = graph.node("Cast", [rounded.name], { to: 7 }, { name: "code.integer" });
  const digits = graph.node("Add", [integer, widths], {}, { name: "code.digits" });
  const places = graph.node("Mul", [digits, row(placeValues(levels), "code.basis")], {}, {
    name: "code.places",
  });
  const code = graph.node("ReduceSum", [places, graph.ints([1])], { keepdims: 0 }, { name: "code.sum" });
  for (const name of [integer, digits, places]) graph.value(name, bounded.shape, "int64");
  graph.output(code, [batch], "int64");
  return code;
}
