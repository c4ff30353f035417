/**
 * Writes ONNX files: the protobuf encoding of the few messages that a graph needs.
 * Field numbers from onnx/onnx.proto3 of the ONNX project; wire format from protobuf.dev/programming-guides/encoding.
 */
import type { NpyData } from "../artifacts/npy.ts";

/** Element types of ONNX tensors (TensorProto.DataType). */
export const DataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;
export type DataTypeName = keyof typeof DataType;

/** An attribute that must be written as a float although its value may be whole. */
export interface FloatAttribute {
  float: number;
}

/** Attributes by name: whole numbers are ints, arrays of whole numbers are int lists. */
export type Attributes = Record<
  string,
  number | number[] | string | FloatAttribute | { floats: number[] } | { strings: string[] }
>;

export interface Tensor {
  name: string;
  type: DataTypeName;
  shape: readonly number[];
  data: NpyData;
}

export interface ValueInfo {
  name: string;
  type: DataTypeName;
  /** A text names a dynamic dimension. */
  shape: readonly (number | string)[];
}

export interface Node {
  name: string;
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Attributes;
}

export interface Graph {
  name: string;
  nodes: readonly Node[];
  initializers: readonly Tensor[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  values: readonly ValueInfo[];
}

export interface ModelOptions {
  /** Operator set of the default domain. */
  opset: number;
  irVersion: number;
  producer: string;
  /** Written as `metadata_props`, sorted by key. */
  metadata: Record<string, string>;
}

/** A growing byte buffer with the protobuf primitives. */
class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  result(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(n: number): void {
    if (this.#length + n <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + n));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === "number" && value >= 0) {
      while (value > 127) {
        this.#bytes[this.#length++] = (value % 128) | 128;
        value = Math.floor(value / 128);
      }
      this.#bytes[this.#length++] = value;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value)); // negative numbers take ten bytes
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  int(field: number, value: number | bigint): this {
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint(field * 8 + 5);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  bytes(field: number, data: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(data.length);
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (writer: Writer) => void): this {
    const child = new Writer();
    write(child);
    return this.bytes(field, child.result());
  }
}

function writeTensor(w: Writer, t: Tensor): void {
  for (const n of t.shape) w.int(1, n);
  w.int(2, DataType[t.type]).text(8, t.name);
  w.bytes(9, new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength));
}

function writeValueInfo(w: Writer, v: ValueInfo): void {
  w.text(1, v.name).message(
    2,
    (type) =>
      type.message(1, (tensor) =>
        tensor.int(1, DataType[v.type]).message(2, (shape) => {
          for (const n of v.shape) {
            shape.message(1, (dim) => void (typeof n === "number" ? dim.int(1, n) : dim.text(2, n)));
          }
        })),
  );
}

function writeAttribute(w: Writer, name: string, value: Attributes[string]): void {
  w.text(1, name);
  if (typeof value === "number") w.int(3, value).int(20, 2);
  else if (typeof value === "string") w.text(4, value).int(20, 3);
  else if (Array.isArray(value)) {
    for (const n of value) w.int(8, n);
    w.int(20, 7);
  } else if ("floats" in value) {
    for (const n of value.floats) w.float(7, n);
    w.int(20, 6);
  } else if ("strings" in value) {
    for (const text of value.strings) w.text(9, text);
    w.int(20, 8);
  } else w.float(2, value.float).int(20, 1);
}

function writeNode(w: Writer, node: Node): void {
  for (const name of node.inputs) w.text(1, name);
  for (const name of node.outputs) w.text(2, name);
  w.text(3, node.name).text(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    w.message(5, (a) => writeAttribute(a, name, value));
  }
}

function encoded<T>(write: (w: Writer, value: T) => void): (value: T) => Uint8Array<ArrayBuffer> {
  return (value) => {
    const w = new Writer();
    write(w, value);
    return w.result();
  };
}

/** The message of one node, e.g. to be put into someone else's file. */
export const encodeNode = encoded(writeNode);
/** The message of one tensor with its values. */
export const encodeTensor = encoded(writeTensor);
/** The message of one input or output. */
export const encodeValue = encoded(writeValueInfo);

/**
 * Encodes a graph as an ONNX file. Equal graphs give equal bytes: nothing of the time or the machine is written.
 */
export function encodeModel(graph: Graph, options: ModelOptions): Uint8Array<ArrayBuffer> {
  const w = new Writer();
  w.int(1, options.irVersion).text(2, options.producer);
  w.message(7, (g) => {
    for (const node of graph.nodes) g.message(1, (n) => writeNode(n, node));
    g.text(2, graph.name);
    for (const tensor of graph.initializers) g.message(5, (t) => writeTensor(t, tensor));
    for (const value of graph.inputs) g.message(11, (v) => writeValueInfo(v, value));
    for (const value of graph.outputs) g.message(12, (v) => writeValueInfo(v, value));
    for (const value of graph.values) g.message(13, (v) => writeValueInfo(v, value));
  });
  w.message(8, (opset) => void opset.text(1, "").int(2, options.opset));
  for (const key of Object.keys(options.metadata).sort()) {
    w.message(14, (entry) => void entry.text(1, key).text(2, options.metadata[key]));
  }
  return w.result();
}
