/** Rules for single nodes of a device graph: ranks, explicit attributes, constants, where shapes may change. */
import type { DecodedGraph as Graph, DecodedNode as Node } from "../../onnx/decode.ts";
import { type Finding, finding } from "../error.ts";
import { plumbing } from "./operators.ts";
import type { Shapes } from "./shapes.ts";

/** Checks one node whose operator is allowed. */
export function checkNode(node: Node, graph: Graph, shapes: Shapes): Finding[] {
  switch (node.op) {
    case "Conv":
      return checkConv(node, graph, shapes);
    case "MaxPool":
    case "AveragePool":
      return [...needsRank4(node, shapes), ...needsAttribute(node, "kernel_shape")];
    case "GlobalAveragePool":
    case "GlobalMaxPool":
      return needsRank4(node, shapes);
    case "Gemm":
    case "MatMul":
      return checkDense(node, graph, shapes);
    case "Add":
    case "Sub":
    case "Mul":
    case "Div":
      return checkElementwise(node, graph, shapes);
    default:
      return plumbing.has(node.op) ? checkPlumbing(node, graph, shapes) : [];
  }
}

function about(node: Node) {
  return { node: node.name, op: node.op };
}

function isConstant(graph: Graph, tensor: string): boolean {
  return graph.initializers.some((t) => t.name === tensor);
}

function needsRank4(node: Node, shapes: Shapes): Finding[] {
  const shape = shapes.get(node.inputs[0]);
  if (shape === undefined || shape.length === 4) return [];
  const message = `${node.name}: ${node.op} works on rank ${shape.length}; only rank 4 compiles`;
  return [finding("PREFLIGHT_RANK", message, { ...about(node), shape: [...shape] })];
}

function needsAttribute(node: Node, name: string): Finding[] {
  if (node.attributes[name] !== undefined) return [];
  const message = `${node.name}: ${node.op} has no ${name}; the parser fails without it`;
  return [finding("PREFLIGHT_ATTRIBUTE", message, { ...about(node), attribute: name })];
}

function needsConstant(node: Node, graph: Graph, tensor: string | undefined): Finding[] {
  if (tensor === undefined || isConstant(graph, tensor)) return [];
  const message = `${node.name}: ${tensor} is computed; weights must be constants`;
  return [finding("PREFLIGHT_ATTRIBUTE", message, { ...about(node), tensor })];
}

function checkConv(node: Node, graph: Graph, shapes: Shapes): Finding[] {
  const { kernel_shape, pads, strides, dilations, auto_pad } = node.attributes;
  const found = [
    ...needsRank4(node, shapes),
    ...needsAttribute(node, "kernel_shape"),
    ...needsAttribute(node, "pads"),
    ...needsConstant(node, graph, node.inputs[1]),
  ];
  if (auto_pad !== undefined && auto_pad !== "NOTSET") {
    const message = `${node.name}: auto_pad ${auto_pad}; padding must be explicit`;
    found.push(finding("PREFLIGHT_ATTRIBUTE", message, { ...about(node), attribute: "auto_pad" }));
  }
  if (Array.isArray(pads) && pads.slice(0, pads.length / 2).join() !== pads.slice(pads.length / 2).join()) {
    const message = `${node.name}: pads [${pads.join(", ")}] are not symmetric`;
    found.push(finding("PREFLIGHT_ATTRIBUTE", message, { ...about(node), attribute: "pads" }));
  }
  const over = (value: unknown, limit: number) => Array.isArray(value) && value.some((n) => n > limit);
  if (over(kernel_shape, 7) || over(strides, 4) || (over(dilations, 1) && over(strides, 1))) {
    const message =
      `${node.name}: kernel over 7, stride over 4 or dilation with stride; the limits are not published`;
    found.push(finding("PREFLIGHT_ATTRIBUTE", message, about(node), "warning"));
  }
  return found;
}

function checkDense(node: Node, graph: Graph, shapes: Shapes): Finding[] {
  const found = needsConstant(node, graph, node.inputs[1]);
  const shape = shapes.get(node.inputs[0]);
  if (shape !== undefined && shape.length !== 2) {
    const message =
      `${node.name}: ${node.op} works on rank ${shape.length}; flatten the pooled features first`;
    found.push(finding("PREFLIGHT_RANK", message, { ...about(node), shape: [...shape] }));
  }
  return found;
}

function checkElementwise(node: Node, graph: Graph, shapes: Shapes): Finding[] {
  const [a, b] = node.inputs.map((name) => shapes.get(name));
  if (a === undefined || b === undefined || a.join() === b.join()) return [];
  const details = { ...about(node), shapes: [[...a], [...b]] };
  const constants = node.inputs.map((name) => isConstant(graph, name));
  if (!constants[0] && !constants[1]) {
    const message = `${node.name}: ${node.op} repeats [${b.join(", ")}] over [${a.join(", ")}]; ` +
      "not yet seen compiled by this project";
    return [finding("PREFLIGHT_SHAPE", message, details, "warning")];
  }
  const [data, constant] = constants[1] ? [a, b] : [b, a];
  const size = constant.reduce((product, n) => product * n, 1);
  const perChannel = size === data[1] && constant[constant.length - data.length + 1] === data[1];
  if (size === 1 || perChannel) return [];
  const message = `${node.name}: the constant [${
    constant.join(", ")
  }] is neither a scalar nor one value a channel`;
  return [finding("PREFLIGHT_SHAPE", message, details)];
}

function checkPlumbing(node: Node, graph: Graph, shapes: Shapes): Finding[] {
  const [from, to] = [shapes.get(node.inputs[0]), shapes.get(node.outputs[0])];
  if (from === undefined || to === undefined) return [];
  const flat = to.length === 2 && to[0] === from[0];
  if (flat && from.slice(2).every((n) => n === 1)) return [];
  const change = `${node.op} from [${from.join(", ")}] to [${to.join(", ")}]`;
  const details = { ...about(node), from: [...from], to: [...to] };
  const readers = graph.nodes.filter((n) => n.inputs.includes(node.outputs[0]));
  if (flat && readers.length > 0 && readers.every((n) => n.op === "Gemm" || n.op === "MatMul")) {
    // The usual end of older networks: the compiler reads it as a dense layer over height, width and features.
    const message =
      `${node.name}: ${change} in front of a dense layer; not yet seen compiled by this project`;
    return [finding("PREFLIGHT_RANK", message, details, "warning")];
  }
  const message = `${node.name}: ${change}; only pooled features may be flattened`;
  return [finding("PREFLIGHT_RANK", message, details)];
}
