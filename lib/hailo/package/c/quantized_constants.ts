/** The weights of an 8-bit graph as it stores them: whole numbers with a scale for each output. */
import type { DecodedNode, DecodedTensor } from "../../../onnx/decode.ts";
import { int } from "./node.ts";

/** Whole numbers `[outputs, …]`, and what one unit of each output means. */
export interface QuantizedConstant {
  data: Int8Array | Int32Array;
  shape: number[];
  scales: Float32Array;
}

/** The constants behind DequantizeLinear nodes, by the names that the graph gives them; outputs first. */
export function quantizedConstants(
  nodes: readonly DecodedNode[],
  initializers: ReadonlyMap<string, DecodedTensor>,
): Map<string, QuantizedConstant> {
  const found = new Map<string, QuantizedConstant>();
  for (const node of nodes) {
    const stored = initializers.get(node.inputs[0]);
    const scales = initializers.get(node.inputs[1]);
    if (node.op !== "DequantizeLinear" || stored === undefined) continue;
    if (!(stored.data instanceof Int8Array || stored.data instanceof Int32Array)) continue;
    if (!(scales?.data instanceof Float32Array)) continue;
    const turned = int(node, "axis", 1) === 1 && stored.shape.length === 2;
    const [data, shape] = turned ? transposed(stored.data, stored.shape) : [stored.data, stored.shape];
    const outputs = shape[0];
    const { length } = scales.data;
    const each = Float32Array.from({ length: outputs }, (_, o) => (scales.data as Float32Array)[o % length]);
    found.set(node.outputs[0], { data, shape, scales: each });
  }
  return found;
}

/** `[rows, columns]` as `[columns, rows]`. */
function transposed<T extends Int8Array | Int32Array>(
  data: T,
  [rows, columns]: number[],
): [T, number[]] {
  const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]) as T;
  return [turned, [columns, rows]];
}
