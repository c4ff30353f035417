/** Builds an ONNX graph node by node. Tensors are handled by name; names are stable, so equal builds are equal bytes. */
import type { NpyData } from "../artifacts/npy.ts";
import {
  type Attributes,
  type DataTypeName,
  encodeModel,
  type Graph,
  type ModelOptions,
  type Node,
  type Tensor,
  type ValueInfo,
} from "./encode.ts";

/** Options of one node. */
export interface NodeOptions {
  /** Name of the node; default `<op>_<n>`. The first output is named after it. */
  name?: string;
  /** Number of outputs, default 1. */
  outputs?: number;
}

/**
 * Collects nodes, constants, inputs and outputs of a graph and encodes them.
 *
 * ```ts
 * import { GraphBuilder } from "./builder.ts";
 * import assert from "node:assert/strict";
 * const graph = new GraphBuilder("double");
 * const x = graph.input("x", ["n", 3]);
 * graph.output(graph.node("Add", [x, x], {}, { name: "sum" }), ["n", 3]);
 * assert.equal(graph.graph().outputs[0].name, "sum");
 * ```
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: Node[] = [];
  readonly #initializers: Tensor[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #values: ValueInfo[] = [];
  readonly #names = new Set<string>();
  readonly #constants = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  /** Declares a graph input; a text in `shape` names a dynamic dimension. */
  input(name: string, shape: readonly (number | string)[], type: DataTypeName = "float32"): string {
    this.#names.add(name);
    this.#inputs.push({ name, shape, type });
    return name;
  }

  /** Adds a constant with values; returns its name. */
  initializer(data: NpyData, shape: readonly number[], name = "constant"): string {
    const unique = this.#unique(name);
    this.#initializers.push({ name: unique, type: typeOf(data), shape, data });
    return unique;
  }

  /** A float32 scalar constant, stored once for each value. */
  scalar(value: number): string {
    return this.#constant(
      `f:${value}`,
      () => this.initializer(new Float32Array([value]), [], `scalar_${value}`),
    );
  }

  /** A list of int64 (shapes, axes), stored once for each list. */
  ints(values: readonly number[]): string {
    return this.#constant(
      `i:${values}`,
      () => this.initializer(BigInt64Array.from(values, BigInt), [values.length], `ints_${values.join("_")}`),
    );
  }

  #constant(key: string, make: () => string): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#constants.set(key, name);
    return name;
  }

  /** Adds a node and returns the name of its first output. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    options: NodeOptions = {},
  ): string {
    return this.nodes(op, inputs, attributes, options)[0];
  }

  /** Adds a node and returns the names of all its outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    options: NodeOptions = {},
  ): string[] {
    const name = this.#unique(options.name ?? `${op.toLowerCase()}_${this.#nodes.length}`);
    const outputs = [name];
    for (let i = 1; i < (options.outputs ?? 1); i++) outputs.push(this.#unique(`${name}_output${i}`));
    this.#nodes.push({ name, op, inputs, outputs, attributes });
    return outputs;
  }

  /** Records the shape of an intermediate tensor (helps checkers of static graphs). */
  value(name: string, shape: readonly (number | string)[], type: DataTypeName = "float32"): void {
    this.#values.push({ name, shape, type });
  }

  /** Declares a tensor as a graph output, renamed through an Identity node if `name` differs. */
  output(
    tensor: string,
    shape: readonly (number | string)[],
    type: DataTypeName = "float32",
    name = tensor,
  ): void {
    if (name !== tensor) {
      this.#names.add(name);
      this.#nodes.push({ name, op: "Identity", inputs: [tensor], outputs: [name], attributes: {} });
    }
    this.#outputs.push({ name, shape, type });
  }

  /** The graph as plain data. */
  graph(): Graph {
    return {
      name: this.#name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
      values: this.#values,
    };
  }

  /** The ONNX file; opset 13 and IR 8 unless told otherwise. */
  encode(options: Partial<ModelOptions> = {}): Uint8Array<ArrayBuffer> {
    return encodeModel(this.graph(), {
      opset: 13,
      irVersion: 8,
      producer: "motiflow",
      metadata: {},
      ...options,
    });
  }
}

function typeOf(data: NpyData): DataTypeName {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint8Array) return "uint8";
  throw new TypeError(`Cannot store tensor: ${data.constructor.name} has no ONNX type here`);
}
