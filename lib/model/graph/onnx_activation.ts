/** Activation functions as ONNX nodes. */
import type { LayerOf } from "../../artifacts/encoder_graph.ts";
import type { Emitter, Value } from "./onnx_value.ts";

/** Adds the nodes of an activation; `name` begins their names. Channels are axis 1. */
export function onnxActivation(
  emitter: Emitter,
  { kind, alpha }: LayerOf<"activation">,
  x: Value,
  name: string,
): Value {
  const { graph } = emitter;
  const node = (op: string, inputs: string[], attributes = {}, suffix = "") =>
    emitter.node(op, inputs, x.shape, `${name}.${op}${suffix}`, attributes);
  switch (kind) {
    case "relu":
      return node("Relu", [x.name]);
    case "relu6":
      return node("Clip", [x.name, graph.scalar(0), graph.scalar(6)]);
    case "leakyRelu":
      return node("LeakyRelu", [x.name], { alpha: { float: alpha } });
    case "elu":
      return node("Elu", [x.name], { alpha: { float: alpha } });
    case "gelu": {
      const scaled = node("Div", [x.name, graph.scalar(Math.SQRT2)]);
      const error = node("Erf", [scaled.name]);
      const shifted = node("Add", [error.name, graph.scalar(1)]);
      const product = node("Mul", [x.name, shifted.name]);
      return node("Mul", [product.name, graph.scalar(0.5)], {}, ".half");
    }
    case "swish":
      return node("Mul", [x.name, node("Sigmoid", [x.name]).name]);
    case "tanh":
      return node("Tanh", [x.name]);
    case "sigmoid":
      return node("Sigmoid", [x.name]);
    case "hardSigmoid":
      return node("HardSigmoid", [x.name], { alpha: { float: 0.2 }, beta: { float: 0.5 } });
    case "softmax":
      return node("Softmax", [x.name], { axis: 1 });
  }
}
