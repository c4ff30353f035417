/** GRU and LSTM as ONNX nodes. */
import type { LayerOf } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Emitter, Value } from "./onnx_value.ts";
import { type Place, weightsOf } from "./walk.ts";

/** ONNX's order of the gates by ours. */
const gateOrder = { gru: [0, 1, 2], lstm: [0, 3, 1, 2] };

/** Adds a recurrent layer over `x` `[n, channels, 1, time]`. @param get Weights by part, see `EncoderGraph`. */
export function onnxRecurrent(
  emitter: Emitter,
  layer: LayerOf<"gru" | "lstm">,
  x: Value,
  { index, from: [[, steps, channels]] }: Place,
  get: (part: string) => NpyArray | undefined,
): Value {
  const { graph } = emitter;
  const { units } = layer;
  const name = weightsOf(index);
  const n = x.shape[0];
  const order = gateOrder[layer.op];
  const rows = (part: string, width: number) => {
    const data = get(part)!.data as Float32Array;
    const size = units * width;
    const ordered = new Float32Array(data.length);
    order.forEach((gate, i) => ordered.set(data.subarray(gate * size, (gate + 1) * size), i * size));
    return ordered;
  };
  const gates = order.length * units;
  const bias = new Float32Array(2 * gates);
  if (layer.bias) bias.set(rows("bias", 1));
  const turned = emitter.node("Transpose", [x.name], [steps, n, 1, channels], `${name}.turned`, {
    perm: [3, 0, 2, 1],
  });
  const sequence = emitter.node(
    "Reshape",
    [turned.name, graph.ints([steps, -1, channels])],
    [steps, n, channels],
    `${name}.sequence`,
  );
  const gate = layer.gate === "sigmoid" ? "Sigmoid" : "HardSigmoid";
  const [all, last] = graph.nodes(
    layer.op.toUpperCase(),
    [
      sequence.name,
      graph.initializer(rows("kernel", channels), [1, gates, channels], `${name}.kernel`),
      graph.initializer(rows("recurrent", units), [1, gates, units], `${name}.recurrent`),
      graph.initializer(bias, [1, 2 * gates], `${name}.bias`),
    ],
    {
      hidden_size: units,
      direction: layer.backwards ? "reverse" : "forward",
      // Slope and offset of HardSigmoid are those of ONNX by themselves, 0.2 and 0.5.
      activations: { strings: layer.op === "gru" ? [gate, "Tanh"] : [gate, "Tanh", "Tanh"] },
    },
    { name: `${name}.${layer.op.toUpperCase()}`, outputs: 2 },
  );
  graph.value(all, [steps, 1, n, units]);
  graph.value(last, [1, n, units]);
  if (!layer.sequences) {
    return emitter.node("Reshape", [last, graph.ints([-1, units, 1, 1])], [n, units, 1, 1], `${name}.last`);
  }
  const shape = [n, units, 1, steps];
  const out = emitter.node("Transpose", [all], shape, `${name}.outputs`, { perm: [2, 3, 1, 0] });
  if (!layer.backwards) return out;
  // In the order in which they were made, last column first.
  const range = [[-1], [-steps - 1], [3], [-1]].map((values) => graph.ints(values));
  return emitter.node("Slice", [out.name, ...range], shape, `${name}.order`);
}
