/** Changes constants of ONNX files that this project wrote. */
import type { NpyData } from "../artifacts/npy.ts";
import { type DecodedGraph, decodeModel } from "./decode.ts";
import { type Attributes, encodeModel, type Graph, type Tensor } from "./encode.ts";

/**
 * Returns the file with the values of some initializers replaced; without replacements the bytes are unchanged.
 *
 * Throws RangeError for a name that is no initializer or values of another number or type.
 */
export function replaceInitializers(
  bytes: Uint8Array,
  values: Record<string, NpyData>,
): Uint8Array<ArrayBuffer> {
  const model = decodeModel(bytes);
  const graph = toGraph(model.graph);
  const known = new Map(graph.initializers.map((t) => [t.name, t]));
  for (const [name, data] of Object.entries(values)) {
    const tensor = known.get(name);
    if (tensor === undefined) throw new RangeError(`Cannot replace initializer: there is no ${name}`);
    if (tensor.data.length !== data.length || tensor.data.constructor !== data.constructor) {
      throw new RangeError(
        `Cannot replace initializer: ${name} has ${tensor.data.length} values of ${tensor.data.constructor.name}`,
      );
    }
    tensor.data = data;
  }
  return encodeModel(graph, {
    opset: model.opsets[""],
    irVersion: model.irVersion,
    producer: model.producer,
    metadata: model.metadata,
  });
}

/** A decoded graph as one that can be encoded. Throws RangeError for what the encoder does not write. */
export function toGraph(graph: DecodedGraph): Graph {
  const refuse = (what: string) =>
    new RangeError(`Cannot encode graph: ${what} is not written by this project`);
  return {
    name: graph.name,
    nodes: graph.nodes.map(({ domain, attributes, ...node }) => {
      if (domain !== "") throw refuse(`operator ${domain}.${node.op}`);
      for (const [name, value] of Object.entries(attributes)) {
        const written = typeof value !== "object" || Array.isArray(value) ||
          !("tensor" in value || "unread" in value);
        if (!written) throw refuse(`attribute ${name} of ${node.name}`);
      }
      return { ...node, attributes: attributes as Attributes };
    }),
    initializers: graph.initializers.map(({ name, type, shape, data }): Tensor => {
      if (typeof type === "number" || data === undefined) throw refuse(`tensor ${name}`);
      return { name, type, shape, data };
    }),
    inputs: valuesOf(graph.inputs),
    outputs: valuesOf(graph.outputs),
    values: valuesOf(graph.values),
  };

  function valuesOf(values: DecodedGraph["inputs"]): Graph["inputs"] {
    return values.map(({ name, type, shape }) => {
      if (typeof type === "number" || shape === undefined) throw refuse(`value ${name}`);
      return { name, type, shape };
    });
  }
}
