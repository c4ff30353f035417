/**
 * Reads ONNX files into plain objects. Field numbers from onnx/onnx.proto3; fields that no caller needs are skipped.
 */
import type { NpyData } from "../artifacts/npy.ts";
import { InputError } from "../errors.ts";
import { DataType, type DataTypeName, type FloatAttribute } from "./encode.ts";
import { type Field, fields, floats, integers, text } from "./wire.ts";

/** Attribute values; kinds beyond those that the encoder writes stand in objects that name them. */
export type AttributeValue =
  | number
  | number[]
  | string
  | FloatAttribute
  | { floats: number[] }
  | { strings: string[] }
  | { tensor: DecodedTensor }
  /** A subgraph or another kind that is not read, by its AttributeType number. */
  | { unread: number };

export interface DecodedTensor {
  name: string;
  /** ONNX element type number where it is none of {@linkcode DataType}. */
  type: DataTypeName | number;
  shape: number[];
  /** Undefined for external data and for element types that are not read. */
  data: NpyData | undefined;
  /** Values lie in another file. */
  external: boolean;
}

export interface DecodedValue {
  name: string;
  type: DataTypeName | number;
  /** A text is a named dynamic dimension, `?` one without name; undefined where the file gives no shape. */
  shape: (number | string)[] | undefined;
}

export interface DecodedNode {
  name: string;
  op: string;
  /** Empty for the default operator set. */
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, AttributeValue>;
}

export interface DecodedGraph {
  name: string;
  nodes: DecodedNode[];
  initializers: DecodedTensor[];
  /** Inputs without the initializers, which old files list as well. */
  inputs: DecodedValue[];
  outputs: DecodedValue[];
  values: DecodedValue[];
}

export interface DecodedModel {
  irVersion: number;
  producer: string;
  /** Operator set versions by domain, the default domain under `""`. */
  opsets: Record<string, number>;
  metadata: Record<string, string>;
  graph: DecodedGraph;
}

/**
 * Decodes an ONNX file.
 *
 * @param file Its name for error messages.
 * @throws {InputError} for bytes that are no ONNX file or are cut short.
 */
export function decodeModel(bytes: Uint8Array, file?: string): DecodedModel {
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new InputError(`Cannot read ONNX file: ${cause.message.replace(/^Cannot decode protobuf: /, "")}`, {
      file,
      hint: "The file is corrupt or cut short; make or download it again.",
      cause,
    });
  }
}

function readModel(bytes: Uint8Array): DecodedModel {
  let graph: DecodedGraph | undefined;
  const model: Omit<DecodedModel, "graph"> = {
    irVersion: 0,
    producer: "",
    opsets: {},
    metadata: {},
  };
  for (const f of fields(bytes)) {
    if (f.number === 1) model.irVersion = Number(f.int);
    else if (f.number === 2) model.producer = text(f);
    else if (f.number === 7) graph = readGraph(f.bytes);
    else if (f.number === 8) {
      const [domain, version] = readPair(f.bytes);
      model.opsets[domain?.wire === 2 ? text(domain) : ""] = version === undefined ? 1 : Number(version.int);
    } else if (f.number === 14) {
      const [key, value] = readPair(f.bytes);
      if (key !== undefined) model.metadata[text(key)] = value === undefined ? "" : text(value);
    }
  }
  if (graph === undefined || model.irVersion === 0) {
    throw new RangeError("no graph and IR version in it");
  }
  return { ...model, graph };
}

/** Fields 1 and 2 of a message. */
function readPair(bytes: Uint8Array): [Field | undefined, Field | undefined] {
  const all = [...fields(bytes)];
  return [all.find((f) => f.number === 1), all.find((f) => f.number === 2)];
}

function readGraph(bytes: Uint8Array): DecodedGraph {
  const graph: DecodedGraph = { name: "", nodes: [], initializers: [], inputs: [], outputs: [], values: [] };
  for (const f of fields(bytes)) {
    if (f.number === 1) graph.nodes.push(readNode(f.bytes));
    else if (f.number === 2) graph.name = text(f);
    else if (f.number === 5) graph.initializers.push(readTensor(f.bytes));
    else if (f.number === 11) graph.inputs.push(readValue(f.bytes));
    else if (f.number === 12) graph.outputs.push(readValue(f.bytes));
    else if (f.number === 13) graph.values.push(readValue(f.bytes));
  }
  const constants = new Set(graph.initializers.map((t) => t.name));
  graph.inputs = graph.inputs.filter((v) => !constants.has(v.name));
  return graph;
}

function readNode(bytes: Uint8Array): DecodedNode {
  const node: DecodedNode = { name: "", op: "", domain: "", inputs: [], outputs: [], attributes: {} };
  for (const f of fields(bytes)) {
    if (f.number === 1) node.inputs.push(text(f));
    else if (f.number === 2) node.outputs.push(text(f));
    else if (f.number === 3) node.name = text(f);
    else if (f.number === 4) node.op = text(f);
    else if (f.number === 7) node.domain = text(f);
    else if (f.number === 5) {
      const [name, value] = readAttribute(f.bytes);
      node.attributes[name] = value;
    }
  }
  return node;
}

function readAttribute(bytes: Uint8Array): [string, AttributeValue] {
  let [name, type, float, int, string] = ["", 0, 0, 0, ""];
  const [ints, floatList, strings]: [number[], number[], string[]] = [[], [], []];
  let tensor: DecodedTensor | undefined;
  for (const f of fields(bytes)) {
    if (f.number === 1) name = text(f);
    else if (f.number === 2) float = floats(f)[0];
    else if (f.number === 3) int = integers(f)[0];
    else if (f.number === 4) string = text(f);
    else if (f.number === 5) tensor = readTensor(f.bytes);
    else if (f.number === 7) floatList.push(...floats(f));
    else if (f.number === 8) ints.push(...integers(f));
    else if (f.number === 9) strings.push(text(f));
    else if (f.number === 20) type = Number(f.int);
  }
  if (type === 1) return [name, { float }];
  if (type === 2) return [name, int];
  if (type === 3) return [name, string];
  if (type === 4 && tensor !== undefined) return [name, { tensor }];
  if (type === 6) return [name, { floats: floatList }];
  if (type === 7) return [name, ints];
  if (type === 8) return [name, { strings }];
  return [name, { unread: type }];
}

function typeName(type: number): DataTypeName | number {
  const known = Object.entries(DataType).find(([, n]) => n === type);
  return known === undefined ? type : known[0] as DataTypeName;
}

const rawTypes: Partial<Record<DataTypeName, { new (buffer: ArrayBuffer): NpyData }>> = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function readTensor(bytes: Uint8Array): DecodedTensor {
  const tensor: DecodedTensor = { name: "", type: 0, shape: [], data: undefined, external: false };
  const listed: number[] = [];
  let raw: Uint8Array | undefined;
  for (const f of fields(bytes)) {
    if (f.number === 1) tensor.shape.push(...integers(f));
    else if (f.number === 2) tensor.type = typeName(Number(f.int));
    else if (f.number === 4) { for (const v of floats(f)) listed.push(v); }
    else if (f.number === 5 || f.number === 7) { for (const v of integers(f)) listed.push(v); }
    else if (f.number === 8) tensor.name = text(f);
    else if (f.number === 9) raw = f.bytes;
    else if (f.number === 14) tensor.external = f.int === 1n;
  }
  const kind = typeof tensor.type === "string" ? rawTypes[tensor.type] : undefined;
  if (kind === undefined || tensor.external) return tensor;
  const size = tensor.shape.reduce((product, n) => product * n, 1);
  if (raw !== undefined) tensor.data = new kind(raw.slice().buffer);
  else if (tensor.type === "int64") tensor.data = BigInt64Array.from(listed, BigInt);
  else if (tensor.type !== "float64") tensor.data = (kind as any).from(listed) as NpyData;
  if (tensor.data !== undefined && tensor.data.length !== size) {
    throw new RangeError(
      `tensor ${tensor.name} has ${tensor.data.length} values for shape [${tensor.shape}]`,
    );
  }
  return tensor;
}

function readValue(bytes: Uint8Array): DecodedValue {
  const value: DecodedValue = { name: "", type: 0, shape: undefined };
  for (const f of fields(bytes)) {
    if (f.number === 1) value.name = text(f);
    if (f.number !== 2) continue;
    for (const tensor of fields(f.bytes)) {
      if (tensor.number !== 1) continue; // sequences, maps and optionals have no shape of their own
      for (const part of fields(tensor.bytes)) {
        if (part.number === 1) value.type = typeName(Number(part.int));
        if (part.number === 2) value.shape = [...fields(part.bytes)].map(readDimension);
      }
    }
  }
  return value;
}

function readDimension(dimension: Field): number | string {
  const [size, name] = readPair(dimension.bytes);
  if (size !== undefined) return Number(BigInt.asIntN(64, size.int));
  return name === undefined ? "?" : text(name);
}
