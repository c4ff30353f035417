/** The files of a bundle for an encoder that came as an ONNX file: its own nodes, and ours before and behind them. */
import type { Model } from "../../artifacts/model.ts";
import { InputError } from "../../errors.ts";
import { GraphBuilder } from "../../onnx/builder.ts";
import { type DecodedNode, decodeModel } from "../../onnx/decode.ts";
import type { Graph, Node, Tensor, ValueInfo } from "../../onnx/encode.ts";
import { graftFile } from "../../onnx/graft.ts";
import { pruneFile } from "../../onnx/prune.ts";
import { renameTensors } from "../../onnx/rename.ts";
import { namesInFile, renameFileTensors } from "../../onnx/rename_file.ts";
import { OnnxLayers } from "../forward.ts";
import type { Value } from "../graph/onnx_value.ts";
import { emitHost, emitScaler } from "./export_graphs.ts";

/** The encoder's own part: input `window` `[n, C, S, L]`, output `latent` `[n, d]`, and nothing that it does not need. */
export interface ForeignFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** Operator set. */
  opset: number;
}

/** Oldest operator set with 8-bit weights by channel. */
const oldest = 13;

/** @throws {InputError} for a file that no bundle can be made of. */
export function foreignFile({ onnx, batch }: Pick<Model, "onnx" | "batch">): ForeignFile {
  const { opsets } = decodeModel(onnx);
  const opset = opsets[""] ?? opsets["ai.onnx"] ?? 0;
  if (opset < oldest) {
    throw new InputError(
      `Cannot export model: its file is of operator set ${opset}, ${oldest} is the oldest`,
      {
        hint: `Write the file again: torch.onnx.export(…, opset_version=${oldest}).`,
      },
    );
  }
  if (batch !== undefined && batch > 1) {
    throw new InputError(`Cannot export model: its file takes ${batch} windows at a time, a device has one`, {
      hint: "Write the file again with batch size 1 or an open one.",
    });
  }
  return { bytes: pruneFile(onnx, new Set(["latent"])), opset };
}

/** Operators that hand on the numbers of a row. */
export const passing: ReadonlySet<string> = new Set(
  ["Identity", "Flatten", "Reshape", "Dropout", "Squeeze", "Unsqueeze"],
);

/** `latent` and the tensors that are only handed on to it: a head or a quantiser may begin at any of them. */
export function latentNames(nodes: readonly Pick<DecodedNode, "op" | "inputs" | "outputs">[]): Set<string> {
  const makerOf = (tensor: string) => nodes.find((node) => node.outputs.includes(tensor));
  const names = new Set(["latent"]);
  for (let node = makerOf("latent"); node !== undefined && passing.has(node.op);) {
    names.add(node.inputs[0]);
    node = makerOf(node.inputs[0]);
  }
  return names;
}

/** Nodes of ours, and the names that the file's tensors may not have. */
export interface Addition {
  nodes: readonly Node[];
  initializers: readonly Tensor[];
  outputs: readonly ValueInfo[];
  names: Set<string>;
}

/** What a builder holds, for a file of this operator set. */
export function additionOf(graph: Graph, renamed: Record<string, string>, opset: number): Addition {
  const { nodes, initializers, outputs, inputs } = renameTensors(graph, renamed);
  const more: Tensor[] = [];
  const written = nodes.map((node) => {
    // From operator set 18 on, axes are an input.
    if (node.op !== "ReduceMax" || opset < 18) return node;
    const { axes, ...attributes } = node.attributes;
    const name = `${node.name}.axes`;
    const data = BigInt64Array.from(axes as number[], BigInt);
    more.push({ name, type: "int64", shape: [data.length], data });
    return { ...node, inputs: [...node.inputs, name], attributes };
  });
  const all = [...initializers, ...more];
  return {
    nodes: written,
    initializers: all,
    outputs,
    names: new Set([
      ...[...all, ...outputs, ...inputs, ...nodes].map((v) => v.name),
      ...nodes.flatMap((node) => node.outputs),
    ]),
  };
}

/** What tensors of the file are called where an addition needs some of their names, by their own names. */
export function roomFor(
  bytes: Uint8Array,
  names: ReadonlySet<string>,
  renamed: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const present = namesInFile(bytes);
  const map = new Map(renamed);
  for (const name of names) {
    if (!present.has(name) || map.has(name) || name === "latent" || name === "window") continue;
    let free = `file.${name}`;
    while (present.has(free) || names.has(free)) free += "_";
    map.set(name, free);
  }
  return map;
}

/** The file with tensors renamed, and those moved out of the way whose names an addition needs. */
function makeRoom(
  bytes: Uint8Array,
  names: ReadonlySet<string>,
  renamed?: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  return renameFileTensors(bytes, roomFor(bytes, names, renamed));
}

type Described = Pick<Model, "architecture" | "weights" | "scaler" | "temperature">;

/** `model.full.onnx`, see `fullOnnx`. */
export function foreignFull(
  { bytes, opset }: ForeignFile,
  model: Described,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const { architecture: a } = model;
  const graph = new GraphBuilder("full");
  const layers = new OnnxLayers(graph, model.weights);
  const shape = [1, ...a.input];
  const scaled = emitScaler(layers, model.scaler, { name: graph.input("window", shape), shape });
  const before = graph.graph().nodes.length;
  const latent = latentOf(graph, a.latent);
  const names = emitHost(layers, model, a.levels === null ? latent : layers.bound(latent, a.levels));
  const added = additionOf(graph.graph(), names, opset);
  return graftFile(makeRoom(bytes, added.names, new Map([["window", scaled.name]])), {
    before: added.nodes.slice(0, before),
    after: added.nodes.slice(before),
    initializers: added.initializers,
    inputs: [{ name: "window", type: "float32", shape }],
    outputs: [...added.outputs, { name: "latent", type: "float32", shape: [1, a.latent] }],
    metadata,
  });
}

/** `model.device.onnx`, see `deviceOnnx`. */
export function foreignDevice(
  { bytes, opset }: ForeignFile,
  { architecture: a }: Pick<Model, "architecture">,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const inputs: ValueInfo[] = [{ name: "window", type: "float32", shape: [1, ...a.input] }];
  const outputs: ValueInfo[] = [{ name: "bounded", type: "float32", shape: [1, a.latent] }];
  if (a.levels === null) {
    const renamed = makeRoom(bytes, new Set(["bounded"]), new Map([["latent", "bounded"]]));
    return graftFile(renamed, { inputs, outputs, metadata });
  }
  const graph = new GraphBuilder("device");
  const bounded = new OnnxLayers(graph, {}).bound(latentOf(graph, a.latent), a.levels);
  const added = additionOf(graph.graph(), { [bounded.name]: "bounded" }, opset);
  return graftFile(makeRoom(bytes, added.names), {
    after: added.nodes,
    initializers: added.initializers,
    inputs,
    outputs,
    metadata,
  });
}

/** The file's latent as a tensor that a builder's nodes can take. */
export function latentOf(graph: GraphBuilder, width: number, batch: number | string = 1): Value {
  return { name: graph.input("latent", [batch, width]), shape: [batch, width] };
}
