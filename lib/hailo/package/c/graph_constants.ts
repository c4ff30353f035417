/** The constants of an 8-bit graph, by name, as its nodes take them. */
import type { DecodedGraph, DecodedNode, DecodedTensor } from "../../../onnx/decode.ts";
import { refused } from "./node.ts";
import { type QuantizedConstant, quantizedConstants } from "./quantized_constants.ts";

export class GraphConstants {
  readonly #initializers: ReadonlyMap<string, DecodedTensor>;
  readonly #quantized: ReadonlyMap<string, QuantizedConstant>;

  constructor({ nodes, initializers }: DecodedGraph) {
    this.#initializers = new Map(initializers.map((tensor) => [tensor.name, tensor]));
    this.#quantized = quantizedConstants(nodes, this.#initializers);
  }

  /** Whole numbers with scales. */
  quantized(name: string | undefined): QuantizedConstant | undefined {
    return this.#quantized.get(name ?? "");
  }

  tensor(name: string | undefined): DecodedTensor | undefined {
    return this.#initializers.get(name ?? "");
  }

  /** Input `i` as float32 numbers. */
  floats(node: DecodedNode, i: number): Float32Array {
    const data = this.tensor(node.inputs[i])?.data;
    if (data instanceof Float32Array) return data;
    throw refused(node.name, `(${node.op}) has parameters that are no constants`);
  }

  /** Input `i` as whole numbers: shapes, axes, pads. */
  ints(node: DecodedNode, i: number): number[] {
    const data = this.tensor(node.inputs[i])?.data;
    if (data === undefined) throw refused(node.name, `(${node.op}) takes a shape that is no constant`);
    return Array.from(data as ArrayLike<number | bigint>, Number);
  }

  /** Scale and zero of QuantizeLinear. */
  scale(node: DecodedNode): { scale: number; zero: number } {
    const [scale, zero] = [1, 2].map((i) => this.tensor(node.inputs[i])?.data);
    if (scale?.length !== 1 || !(zero instanceof Uint8Array)) throw refused(node.name, "has no uint8 scale");
    return { scale: Number(scale[0]), zero: zero[0] };
  }
}
