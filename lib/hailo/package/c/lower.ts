/** `model.qdq.onnx` as a list of integer instructions: each stretch between two quantisations becomes one or a few. */
import { type DecodedGraph, type DecodedNode, decodeModel } from "../../../onnx/decode.ts";
import { Emission } from "./emission.ts";
import { unary } from "./functions.ts";
import { GraphConstants } from "./graph_constants.ts";
import { byChannel, float, int, ints, refused } from "./node.ts";
import { axisOf, extentOf, moved, pooled, type Rank } from "./places.ts";
import { convolution, denseLayer } from "./products.ts";
import { type Extent, numbersOf, type Program, type Tensor } from "./program.ts";
import { limited, mapped, meaning, type Pointwise, type Real, shiftedSums, sizeOf } from "./reals.ts";
import { simplified } from "./simplify.ts";

/** All operators that have an integer form, where what they take has one. */
export const operators: ReadonlySet<string> = new Set([
  ...["Conv", "Gemm", "MatMul", "Concat", "Add", "Sub", "Mul", "Div", "Identity", "Dropout", "Clip"],
  ...["BatchNormalization", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Pad"],
  ...["MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "ReduceMean"],
  ...Object.keys(unary),
]);

interface Known {
  real: Real;
  rank: Rank;
}

/**
 * Lowers the part of the graph from `window` to `bounded`; what comes behind runs on tables of the host part.
 *
 * @param input Channels, sensors and length of a window.
 * @throws {InputError} naming a layer that has no integer form.
 */
export function lowerQdq(bytes: Uint8Array, input: Extent): Program {
  return simplified(new Lowering(decodeModel(bytes).graph, input).program());
}

class Lowering {
  readonly #constants: GraphConstants;
  readonly #values = new Map<string, Known>();
  /** Quantised tensors by the names of their numbers. */
  readonly #tensors = new Map<string, { tensor: Tensor; rank: Rank }>();
  readonly #emission = new Emission();

  constructor(readonly graph: DecodedGraph, readonly input: Extent) {
    this.#constants = new GraphConstants(graph);
  }

  program(): Program {
    this.#values.set("window", { real: { kind: "window", size: this.input }, rank: 4 });
    for (const node of needed(this.graph, "bounded")) {
      if (this.#constants.quantized(node.outputs[0]) !== undefined) continue;
      this.#node(node);
    }
    const bounded = this.#values.get("bounded")?.real;
    const { input, instructions } = this.#emission;
    if (input === undefined || bounded?.kind !== "pointwise" || !bounded.plain) {
      throw refused("bounded", "is not quantised");
    }
    return { input, instructions, output: bounded.of };
  }

  #node(node: DecodedNode): void {
    const [output] = node.outputs;
    if (node.op === "QuantizeLinear") {
      const { real, rank } = this.#value(node, 0);
      const tensor = this.#emission.quantized(node.inputs[0], real, this.#constants.scale(node));
      this.#tensors.set(output, { tensor, rank });
    } else if (node.op === "DequantizeLinear") {
      const { tensor, rank } = this.#tensors.get(node.inputs[0])!;
      this.#values.set(output, { real: meaning(tensor), rank });
    } else {
      this.#values.set(output, this.#operation(node));
    }
  }

  #value(node: DecodedNode, i: number): Known {
    const value = this.#values.get(node.inputs[i]);
    if (value === undefined) throw refused(node.name, `(${node.op}) takes what the kernels do not know`);
    return value;
  }

  /** An input that is quantised, as convolutions and poolings take it. */
  #tensor(node: DecodedNode, i: number): Tensor {
    const { real } = this.#value(node, i);
    if (real.kind === "pointwise" && real.plain) return real.of;
    throw refused(node.name, `(${node.op}) takes numbers that are not quantised`);
  }

  #operation(node: DecodedNode): Known {
    const { op, name } = node;
    if (!operators.has(op)) throw refused(name, `is ${op}, which has no integer form here`);
    if (op === "Conv") {
      const { rank } = this.#value(node, 0);
      return { real: convolution(node, this.#tensor(node, 0), this.#constants, rank), rank };
    }
    if (op === "Gemm" || op === "MatMul") {
      return { real: denseLayer(node, this.#tensor(node, 0), this.#constants), rank: 2 };
    }
    if (op === "Concat") return this.#concat(node);
    if (["Add", "Sub", "Mul", "Div"].includes(op)) return this.#binary(node);
    const { real, rank } = this.#value(node, 0);
    const same = (real: Real): Known => ({ real, rank });
    if (op === "Identity" || op === "Dropout") return same(real);
    if (op === "Clip") return same(this.#clip(node, real));
    if (op === "BatchNormalization") return same(this.#batchNorm(node, real));
    if (unary[op] !== undefined) return same(this.#function(node, real));
    if (op === "Flatten" || op === "Reshape" || op === "Squeeze" || op === "Unsqueeze") {
      return this.#reshape(node, real);
    }
    if (/^(Global)?(Max|Average)Pool$/.test(op)) {
      return same(pooled(node, this.#tensor(node, 0), this.#emission, rank));
    }
    if (op === "ReduceMean") return this.#mean(node, rank);
    return same(moved(node, this.#tensor(node, 0), this.#constants, this.#emission, rank));
  }

  /** The mean over all places, which exporters write for `x.mean((2, 3))`. */
  #mean(node: DecodedNode, rank: Rank): Known {
    const given = node.inputs[1] === undefined ? ints(node, "axes", []) : this.#constants.ints(node, 1);
    const axes = given.map((axis) => axis < 0 ? axis + rank : axis).sort();
    const places = Array.from({ length: rank - 2 }, (_, i) => i + 2);
    if (rank === 2 || axes.join() !== places.join()) {
      throw refused(
        node.name,
        `is a mean over axes [${given}]: only that over all places has an integer form`,
      );
    }
    const real = pooled({ ...node, op: "GlobalAveragePool" }, this.#tensor(node, 0), this.#emission, rank);
    return { real, rank: int(node, "keepdims", 1) === 0 ? 2 : rank };
  }

  #concat(node: DecodedNode): Known {
    const parts = node.inputs.map((_, i) => this.#value(node, i));
    const { rank } = parts[0];
    const given = int(node, "axis", 1);
    const axis = axisOf(given < 0 ? given + rank : given, rank);
    if (axis === undefined) throw refused(node.name, "joins windows");
    const size = [...sizeOf(parts[0].real)] as Extent;
    size[axis] = parts.reduce((sum, { real }) => sum + sizeOf(real)[axis], 0);
    return {
      real: { kind: "joined", size, parts: parts.map(({ real }) => real), axis },
      rank,
    };
  }

  #binary(node: DecodedNode): Known {
    const [left, right] = node.inputs.map((name) => this.#constants.tensor(name));
    const value = this.#value(node, left === undefined ? 0 : 1);
    const { real, rank } = value;
    const operate = arithmetic[node.op];
    const stored = left ?? right;
    if (stored !== undefined) {
      const constant = byChannel(stored, rank);
      if (constant === undefined) throw refused(node.name, "takes a constant that is not by channel");
      if (real.kind === "pointwise") {
        const f = left === undefined ? operate : (a: number, b: number) => operate(b, a);
        return { real: mapped(real, f, constant), rank };
      }
      const turns = left !== undefined && (node.op === "Sub" || node.op === "Div");
      const shifted = real.kind === "sums" && !turns ? shiftedSums(real, node.op, constant) : undefined;
      if (shifted !== undefined) return { real: shifted, rank };
      throw refused(node.name, `(${node.op}) follows what is not quantised`);
    }
    const { real: other } = this.#value(node, 1);
    if (real.kind === "pointwise" && other.kind === "pointwise") {
      if (real.of === other.of) return { real: mapped(real, operate, other), rank };
      const sign = { Add: 1, Sub: -1, Mul: 0 }[node.op];
      if (real.plain && other.plain && sign !== undefined) {
        return { real: this.#pair(node, real, other, sign as 1 | -1 | 0), rank };
      }
    }
    throw refused(node.name, `(${node.op}) combines what is not quantised`);
  }

  #pair(node: DecodedNode, a: Pointwise, b: Pointwise, sign: 1 | -1 | 0): Real {
    const size = a.of.size.map((n, axis) => Math.max(n, b.of.size[axis])) as Extent;
    const fits = [a, b].every(({ of }) => of.size.every((n, axis) => n === 1 || n === size[axis]));
    if (!fits) throw refused(node.name, "combines sizes that do not fit");
    return { kind: "pair", size, from: [a.of, b.of], sign, low: -Infinity, high: Infinity };
  }

  #clip(node: DecodedNode, real: Real): Real {
    const [low, high] = [1, 2].map((i) => {
      const data = this.#constants.tensor(node.inputs[i])?.data;
      return data === undefined ? i === 1 ? -Infinity : Infinity : Number(data[0]);
    });
    if (real.kind === "pointwise") return mapped(real, (x) => Math.min(high, Math.max(low, x)));
    if (real.kind === "sums" || real.kind === "pair") return limited(real, low, high);
    throw refused(node.name, "(Clip) follows what is not quantised");
  }

  #function(node: DecodedNode, real: Real): Real {
    const f = unary[node.op];
    const alpha = float(node, "alpha", { LeakyRelu: 0.01, HardSigmoid: 0.2 }[node.op] ?? 1);
    const beta = float(node, "beta", 0.5);
    if (real.kind === "pointwise") return mapped(real, (x) => f(x, alpha, beta));
    if (node.op === "Relu" && (real.kind === "sums" || real.kind === "pair")) {
      return limited(real, 0, Infinity);
    }
    if (node.op === "LeakyRelu" && real.kind === "sums" && real.low === -Infinity && real.slope === 1) {
      return { ...real, slope: alpha };
    }
    throw refused(node.name, `(${node.op}) follows what is not quantised`);
  }

  #batchNorm(node: DecodedNode, real: Real): Real {
    const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => this.#constants.floats(node, i));
    const epsilon = float(node, "epsilon", 1e-5);
    const factor = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
    const shift = beta.map((b, c) => b - mean[c] * factor[c]);
    if (real.kind === "pointwise") {
      return mapped(mapped(real, (a, b) => a * b, factor), (a, b) => a + b, shift);
    }
    const scaled = real.kind === "sums" ? shiftedSums(real, "Mul", factor) : undefined;
    if (scaled === undefined) throw refused(node.name, "(BatchNormalization) follows what is not quantised");
    return shiftedSums(scaled, "Add", shift)!;
  }

  #reshape(node: DecodedNode, real: Real): Known {
    const size = sizeOf(real);
    const shape = node.op === "Reshape" ? this.#constants.ints(node, 1).slice(1) : undefined;
    if (node.op !== "Reshape" && node.op !== "Flatten" && Math.max(...size) !== numbersOf(size)) {
      throw refused(node.name, `(${node.op}) has no integer form here`);
    }
    const to = shape ?? [numbersOf(size)];
    const free = to.indexOf(-1);
    if (free >= 0) to[free] = numbersOf(size) / -to.reduce((a, b) => a * b, 1);
    const extent = extentOf(to);
    if (extent === undefined || numbersOf(extent) !== numbersOf(size)) {
      throw refused(node.name, `(${node.op}) gives a shape with other axes`);
    }
    const rank = to.length + 1 as Rank;
    const plain = real.kind === "pointwise" && (real.plain || real.values.length === 256);
    if (plain) return { real: { ...real, of: { ...real.of, size: extent } }, rank };
    // Anything else keeps its channels.
    const alike = extent[0] === size[0] && size[1] * size[2] === 1;
    if (!alike) throw refused(node.name, `(${node.op}) follows what is not quantised`);
    return { real, rank };
  }
}

const arithmetic: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/** The nodes that a value needs, in the graph's order. */
function needed({ nodes }: DecodedGraph, output: string): DecodedNode[] {
  const wanted = new Set([output]);
  const kept: DecodedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    kept.push(node);
    node.inputs.forEach((name) => wanted.add(name));
  }
  return kept.reverse();
}
