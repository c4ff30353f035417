/** The classifier of an encoder that came as an ONNX file, as dense layers behind its latent. */
import type { Model } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { type DecodedGraph, type DecodedNode, type DecodedTensor, decodeModel } from "../../onnx/decode.ts";
import { pruneFile } from "../../onnx/prune.ts";
import { latentNames, passing } from "./foreign_graphs.ts";

/** Dense layers from latent to logits. */
interface Head {
  widths: number[];
  weights: Record<string, NpyArray>;
}

/**
 * The layers between `latent` and `logits`; undefined where there are others than dense ones with ReLU between them, or
 * none but the latent of a quantiser leads to them.
 */
export function liftHead({ onnx, architecture }: Pick<Model, "onnx" | "architecture">): Head | undefined {
  // The file's head takes the latent as it is, a device hands on what is bounded.
  if (architecture.levels !== null || architecture.classes === 0) return undefined;
  const { graph } = decodeModel(pruneFile(onnx, new Set(["latent", "logits"])));
  const dense: { weight: NpyArray; bias: NpyArray }[] = [];
  const makerOf = (tensor: string) => graph.nodes.find((node) => node.outputs.includes(tensor));
  const latents = latentNames(graph.nodes);
  let [at, relu] = ["logits", false];
  for (let steps = 0; !latents.has(at); steps++) {
    const node = makerOf(at);
    if (node === undefined || steps > graph.nodes.length) return undefined;
    if (passing.has(node.op)) at = node.inputs[0];
    else if (node.op === "Relu") {
      // The last layer has no activation here.
      if (relu || dense.length === 0) return undefined;
      relu = true;
      at = node.inputs[0];
    } else {
      const layer = denseOf(graph, node);
      // Layers but the last end in a ReLU.
      if (layer === undefined || relu !== dense.length > 0) return undefined;
      relu = false;
      dense.unshift({ weight: layer.weight, bias: layer.bias });
      at = layer.input;
    }
  }
  if (relu || dense.length === 0) return undefined;
  return {
    widths: dense.slice(0, -1).map(({ weight }) => weight.shape[0]),
    weights: Object.fromEntries(dense.flatMap(({ weight, bias }, i) => [
      [`head${i}.weight`, weight],
      [`head${i}.bias`, bias],
    ])),
  };
}

interface Dense {
  input: string;
  weight: NpyArray;
  bias: NpyArray;
}

function denseOf(graph: DecodedGraph, node: DecodedNode): Dense | undefined {
  const constant = (name: string | undefined) =>
    graph.initializers.find((t) => t.name === name && t.data instanceof Float32Array);
  if (node.op === "Gemm") {
    const { alpha, beta, transA = 0, transB = 0 } = node.attributes;
    const one = (value: unknown) => value === undefined || (value as { float: number }).float === 1;
    const [matrix, bias] = [constant(node.inputs[1]), constant(node.inputs[2])];
    if (!one(alpha) || !one(beta) || transA !== 0 || matrix === undefined) return undefined;
    if (node.inputs[2] !== undefined && node.inputs[2] !== "" && bias === undefined) return undefined;
    return layer(node.inputs[0], matrix, transB === 1, bias);
  }
  if (node.op === "MatMul") {
    const matrix = constant(node.inputs[1]);
    return matrix && layer(node.inputs[0], matrix, false, undefined);
  }
  if (node.op !== "Add") return undefined;
  const bias = node.inputs.map(constant).find((t) => t !== undefined);
  const product = graph.nodes.find((n) => n.op === "MatMul" && node.inputs.includes(n.outputs[0]));
  const matrix = constant(product?.inputs[1]);
  return bias && product && matrix && layer(product.inputs[0], matrix, false, bias);
}

/** @param rows Whether the matrix is `[out, in]`. */
function layer(
  input: string,
  matrix: DecodedTensor,
  rows: boolean,
  bias: DecodedTensor | undefined,
): Dense | undefined {
  if (matrix.shape.length !== 2) return undefined;
  const [first, second] = matrix.shape;
  const [outputs, inputs] = rows ? [first, second] : [second, first];
  const values = matrix.data as Float32Array;
  const data = rows
    ? values
    : Float32Array.from(values, (_, i) => values[(i % inputs) * outputs + Math.floor(i / inputs)]);
  const added = bias?.data as Float32Array | undefined ?? new Float32Array(outputs);
  if (added.length !== outputs) return undefined;
  return { input, weight: { data, shape: [outputs, inputs] }, bias: { data: added, shape: [outputs] } };
}
