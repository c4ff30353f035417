/** Shapes of every tensor of a static graph, computed from the input, for the operators a device graph may hold. */
import { allowed } from "./operators.ts";
import type { DecodedGraph as Graph, DecodedNode as Node } from "../../onnx/decode.ts";

/** Shapes by tensor name. */
export type Shapes = Map<string, readonly number[]>;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);

/**
 * Computes the shapes of all tensors.
 *
 * @returns Shapes by tensor, and the first problem by node name for nodes whose output shape cannot be computed.
 */
export function inferShapes(graph: Graph): { shapes: Shapes; problems: Map<string, string> } {
  const shapes: Shapes = new Map();
  const problems = new Map<string, string>();
  for (const t of graph.initializers) shapes.set(t.name, t.shape);
  for (const v of graph.inputs) {
    if (v.shape?.every((n) => typeof n === "number" && n > 0)) shapes.set(v.name, v.shape as number[]);
  }
  const declared = new Map([...graph.values, ...graph.outputs].map((v) => [v.name, v.shape]));
  for (const node of graph.nodes) {
    if (!allowed.has(node.op)) {
      // What a refused operator makes is not guessed; its declaration keeps one mistake from causing ten.
      for (const name of node.outputs) {
        const shape = declared.get(name);
        if (shape?.every((n) => typeof n === "number")) shapes.set(name, shape as number[]);
      }
      continue;
    }
    const known = node.inputs.filter((name) => name !== "").map((name) => shapes.get(name));
    if (known.some((shape) => shape === undefined)) continue; // the cause is reported where it arises
    try {
      const shape = outputShape(node, known as number[][], graph);
      for (const name of node.outputs) shapes.set(name, shape);
    } catch (error) {
      problems.set(node.name, (error as Error).message);
    }
  }
  return { shapes, problems };
}

function ints(node: Node, name: string, fallback: number[]): number[] {
  const value = node.attributes[name];
  return Array.isArray(value) ? value : fallback;
}

function whole(node: Node, name: string, fallback: number): number {
  const value = node.attributes[name];
  return typeof value === "number" ? value : fallback;
}

function constant(graph: Graph, name: string): number[] {
  const tensor = graph.initializers.find((t) => t.name === name);
  if (tensor?.data === undefined) throw new Error(`${name} is computed; it must be a constant`);
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

function spatial(node: Node, x: readonly number[], kernel: number[]): number[] {
  const rank = x.length - 2;
  const strides = ints(node, "strides", Array(rank).fill(1));
  const dilations = ints(node, "dilations", Array(rank).fill(1));
  const pads = ints(node, "pads", Array(2 * rank).fill(0));
  return kernel.map((k, i) => {
    const size = (x[i + 2] + pads[i] + pads[i + rank] - dilations[i] * (k - 1) - 1) / strides[i] + 1;
    const rounded = whole(node, "ceil_mode", 0) === 1 ? Math.ceil(size) : Math.floor(size);
    if (rounded < 1) throw new Error(`kernel [${kernel}] does not fit into [${x}]`);
    return rounded;
  });
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (m !== n && m !== 1 && n !== 1) throw new Error(`shapes [${a}] and [${b}] do not match`);
    return Math.max(m, n);
  });
}

function reshape(from: readonly number[], wanted: number[]): number[] {
  const size = product(from);
  const fixed = wanted.map((n, i) => n === 0 ? from[i] : n);
  const rest = product(fixed.filter((n) => n !== -1));
  const shape = fixed.map((n) => n === -1 ? size / rest : n);
  if (product(shape) !== size || !shape.every(Number.isInteger)) {
    throw new Error(`cannot reshape [${from}] to [${wanted}]`);
  }
  return shape;
}

function outputShape(node: Node, inputs: number[][], graph: Graph): number[] {
  const [x, w] = inputs;
  switch (node.op) {
    case "Conv": {
      if (w[1] * whole(node, "group", 1) !== x[1]) {
        throw new Error(`weights [${w}] do not take ${x[1]} channels`);
      }
      return [x[0], w[0], ...spatial(node, x, ints(node, "kernel_shape", w.slice(2)))];
    }
    case "MaxPool":
    case "AveragePool":
      return [x[0], x[1], ...spatial(node, x, ints(node, "kernel_shape", []))];
    case "GlobalAveragePool":
    case "GlobalMaxPool":
      return [x[0], x[1], ...x.slice(2).map(() => 1)];
    case "Flatten": {
      const axis = (whole(node, "axis", 1) + x.length) % x.length;
      return [product(x.slice(0, axis)), product(x.slice(axis))];
    }
    case "Reshape":
      return reshape(x, constant(graph, node.inputs[1]));
    case "Squeeze": {
      const axes = (node.inputs[1] === undefined ? ints(node, "axes", []) : constant(graph, node.inputs[1]))
        .map((a) => (a + x.length) % x.length);
      return x.filter((n, i) => axes.length === 0 ? n !== 1 : !axes.includes(i));
    }
    case "Gemm": {
      const [m, k] = whole(node, "transA", 0) === 1 ? [x[1], x[0]] : [x[0], x[1]];
      const [k2, n] = whole(node, "transB", 0) === 1 ? [w[1], w[0]] : [w[0], w[1]];
      if (k !== k2) throw new Error(`matrices [${x}] and [${w}] do not match`);
      return [m, n];
    }
    case "MatMul":
      if (x.at(-1) !== w[0]) throw new Error(`matrices [${x}] and [${w}] do not match`);
      return [...x.slice(0, -1), ...w.slice(1)];
    case "Concat": {
      const axis = (whole(node, "axis", 1) + x.length) % x.length;
      return x.map((n, i) => i === axis ? sum(inputs.map((s) => s[i])) : n);
    }
    case "Add":
    case "Sub":
    case "Mul":
    case "Div":
      return broadcast(x, w);
    default:
      return x; // the remaining allowed operators work element by element
  }
}
