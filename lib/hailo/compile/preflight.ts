/** Judges a device graph before any compiler sees it: operators, ranks, shapes, names, types, end nodes. */
import type { DecodedGraph as Graph, DecodedModel, DecodedNode as Node } from "../../onnx/decode.ts";
import { type Finding, finding } from "../error.ts";
import { checkNode } from "./node_rules.ts";
import { allowed, refused } from "./operators.ts";
import { inferShapes, type Shapes } from "./shapes.ts";

/** What the checks found. */
export interface Preflight {
  ok: boolean;
  findings: Finding[];
  opset: number;
  irVersion: number;
  /** The one input, `[1, channels, sensors, length]`. */
  input: { name: string; shape: number[] } | null;
  /** Node and tensor of each output, in the graph's order. */
  outputs: { node: string; tensor: string; shape: number[] | null }[];
  nodes: number;
  operators: Record<string, number>;
  parameters: number;
  /** Multiply-accumulate operations of one window (convolutions and dense layers). */
  macs: number;
}

/** Weights beyond this many int8 bytes likely need several contexts; the chip has on-chip memory only. */
const singleContextBytes = 4e6;

/**
 * Checks a graph against what the Dataflow Compiler 3.x is known to accept for Hailo-8.
 *
 * @param model A decoded ONNX file.
 * @param endNodes Node names that must be the graph's outputs; default: whatever the graph declares.
 */
export function preflight(model: DecodedModel, endNodes?: readonly string[]): Preflight {
  const { graph } = model;
  const { shapes, problems } = inferShapes(graph);
  const findings = [
    ...checkOperators(graph),
    ...checkVersions(model),
    ...checkInput(graph),
    ...checkNames(graph),
    ...[...problems].map(([node, why]) =>
      finding("PREFLIGHT_SHAPE", `${node}: the output shape cannot be computed: ${why}`, { node })
    ),
    ...graph.nodes.flatMap((node) => allowed.has(node.op) ? checkNode(node, graph, shapes) : []),
    ...checkDeclaredShapes(graph, shapes),
    ...checkWeights(graph),
    ...checkEndNodes(graph, endNodes),
  ];
  return {
    ok: findings.every((f) => f.severity !== "error"),
    findings,
    opset: model.opsets[""] ?? 0,
    irVersion: model.irVersion,
    input: inputOf(graph),
    outputs: graph.outputs.map((o) => ({
      node: producer(graph, o.name)?.name ?? "",
      tensor: o.name,
      shape: shapes.get(o.name)?.slice() ?? null,
    })),
    nodes: graph.nodes.length,
    operators: Object.fromEntries(
      Object.entries(Object.groupBy(graph.nodes, (n) => n.op)).map(([op, nodes]) => [op, nodes!.length]),
    ),
    parameters: parametersOf(graph),
    macs: macsOf(graph, shapes),
  };
}

/** The node that makes a tensor. */
function producer(graph: Graph, tensor: string): Node | undefined {
  return graph.nodes.find((n) => n.outputs.includes(tensor));
}

function inputOf(graph: Graph): Preflight["input"] {
  const [input] = graph.inputs;
  if (input?.shape === undefined || input.shape.some((n) => typeof n !== "number")) return null;
  return { name: input.name, shape: input.shape as number[] };
}

function checkVersions({ opsets, irVersion }: DecodedModel): Finding[] {
  const opset = opsets[""] ?? 0;
  if (opset >= 11 && opset <= 21 && irVersion <= 10) return [];
  return [finding("PREFLIGHT_VERSION", `opset ${opset} with IR ${irVersion} is outside the accepted range`, {
    opset,
    irVersion,
  })];
}

function checkInput(graph: Graph): Finding[] {
  const { inputs } = graph;
  if (inputs.length !== 1) {
    const names = inputs.map((v) => v.name);
    return [finding("PREFLIGHT_INPUT", `the graph has ${inputs.length} inputs, one is needed`, { names })];
  }
  const [{ name, type }] = inputs;
  const shape = inputs[0].shape ?? ["?"];
  const details = { tensor: name, shape: [...shape] };
  const found: Finding[] = [];
  if (type !== "float32") {
    found.push(finding("PREFLIGHT_DTYPE", `input ${name} is ${type}, not float32`, details));
  }
  const dynamic = shape.filter((n) => typeof n !== "number" || n <= 0);
  if (dynamic.length > 0) {
    found.push(
      finding(
        "PREFLIGHT_DYNAMIC_SHAPE",
        `input ${name} has the dynamic shape [${shape.join(", ")}]`,
        details,
      ),
    );
  } else if (shape.length === 4 && shape[0] !== 1) {
    found.push(finding("PREFLIGHT_DYNAMIC_SHAPE", `input ${name} has batch ${shape[0]}, not 1`, details));
  }
  if (shape.length !== 4) {
    found.push(finding("PREFLIGHT_RANK", `input ${name} has rank ${shape.length}, not 4`, details));
  }
  return found;
}

function checkNames(graph: Graph): Finding[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((node) => {
    const taken = seen.has(node.name);
    seen.add(node.name);
    const details = { node: node.name, op: node.op };
    if (node.name === "") return [finding("PREFLIGHT_NAME", `a ${node.op} node has no name`, details)];
    if (!/^[A-Za-z0-9_./-]+$/.test(node.name)) {
      return [finding("PREFLIGHT_NAME", `${node.name}: the name has a character the tools refuse`, details)];
    }
    return taken ? [finding("PREFLIGHT_NAME", `${node.name}: two nodes have this name`, details)] : [];
  });
}

function checkOperators(graph: Graph): Finding[] {
  return graph.nodes.flatMap((node) => {
    const details = { node: node.name, op: node.op };
    const verdict = node.domain === "" || node.domain === "ai.onnx" ? allowed.get(node.op) : undefined;
    if (verdict === undefined) {
      const hint = refused.get(node.op) ?? "It is not on the list of operators proven for Hailo-8.";
      const message = `${node.name}: ${node.op} is not supported. ${hint}`;
      return [finding("PREFLIGHT_UNSUPPORTED_OP", message, { ...details, hint })];
    }
    if (verdict === "proven") return [];
    const message =
      `${node.name}: ${node.op} is listed by the vendor but not yet seen compiled by this project`;
    return [finding("PREFLIGHT_UNSUPPORTED_OP", message, details, "warning")];
  });
}

function checkDeclaredShapes(graph: Graph, shapes: Shapes): Finding[] {
  return [...graph.values, ...graph.outputs].flatMap((value) => {
    if (value.shape === undefined) return [];
    const details = { tensor: value.name, shape: [...value.shape] };
    if (value.shape.some((n) => typeof n !== "number" || n <= 0)) {
      const message = `tensor ${value.name} has the dynamic shape [${value.shape.join(", ")}]`;
      return [finding("PREFLIGHT_DYNAMIC_SHAPE", message, details)];
    }
    const real = shapes.get(value.name);
    if (real === undefined || real.join() === value.shape.join()) return [];
    const message = `tensor ${value.name} is declared [${value.shape.join(", ")}] but is [${
      real.join(", ")
    }]`;
    return [finding("PREFLIGHT_SHAPE", message, details)];
  });
}

function checkWeights(graph: Graph): Finding[] {
  const found = graph.initializers.flatMap((tensor) => {
    const { data, name } = tensor;
    if (tensor.external) {
      return [finding("PREFLIGHT_UNREADABLE", `constant ${name} lies in another file`, { tensor: name })];
    }
    if (tensor.type === "float32" && (data as Float32Array).some((v) => !Number.isFinite(v))) {
      return [
        finding("PREFLIGHT_NOT_FINITE", `constant ${name} holds NaN or infinite values`, { tensor: name }),
      ];
    }
    if (tensor.type === "float32" || tensor.type === "int64") return []; // int64: shapes and axes
    return [finding("PREFLIGHT_DTYPE", `constant ${name} is ${tensor.type}, not float32`, { tensor: name })];
  });
  const bytes = parametersOf(graph);
  if (bytes > singleContextBytes) {
    const message = `${bytes} weights likely need several contexts, which costs latency`;
    found.push(finding("PREFLIGHT_SHAPE", message, { weights: bytes }, "warning"));
  }
  return found;
}

function checkEndNodes(graph: Graph, endNodes: readonly string[] | undefined): Finding[] {
  const found: Finding[] = [];
  if (graph.outputs.length === 0) {
    found.push(finding("PREFLIGHT_ENDNODE_UNKNOWN", "the graph declares no output", {}));
  }
  const ends = graph.outputs.map((o) => producer(graph, o.name)?.name);
  graph.outputs.forEach((o, i) => {
    if (ends[i] !== undefined) return;
    const message = `output ${o.name} is made by no node`;
    found.push(finding("PREFLIGHT_ENDNODE_UNKNOWN", message, { tensor: o.name }));
  });
  for (const name of endNodes ?? []) {
    if (ends.includes(name)) continue;
    const message = `end node ${name} is not an output; the outputs are made by ${ends.join(", ")}`;
    found.push(finding("PREFLIGHT_ENDNODE_UNKNOWN", message, { node: name }));
  }
  return found;
}

function parametersOf(graph: Graph): number {
  return graph.initializers.filter((t) => t.type === "float32").reduce(
    (n, t) => n + (t.data?.length ?? 0),
    0,
  );
}

function macsOf(graph: Graph, shapes: Shapes): number {
  let macs = 0;
  for (const node of graph.nodes) {
    const [weight, out] = [shapes.get(node.inputs[1] ?? ""), shapes.get(node.outputs[0])];
    if (weight === undefined || out === undefined) continue;
    const size = out.reduce((a, b) => a * b, 1);
    if (node.op === "Conv") macs += size * weight.slice(1).reduce((a, b) => a * b, 1);
    else if (node.op === "Gemm" || node.op === "MatMul") {
      macs += size * weight.reduce((a, b) => a * b, 1) / out.at(-1)!;
    }
  }
  return macs;
}
