/** What ONNX nodes for inference are added to. */
import type { GraphBuilder } from "../../onnx/builder.ts";

/** A tensor of the graph under construction. */
export interface Value {
  name: string;
  shape: (number | string)[];
}

/** Takes nodes. */
export interface Emitter {
  readonly graph: GraphBuilder;
  /** Adds a node and records its output's shape. */
  node(op: string, inputs: string[], shape: Value["shape"], name: string, attributes?: object): Value;
}
