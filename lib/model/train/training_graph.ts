/** One training step of the network as one ONNX graph: loss, gradients and batch statistics out. */
import type { Architecture, ConvBlock, Pooling } from "../../artifacts/model.ts";
import { halfWidths, levelConstants } from "../../fsq/constants.ts";
import { headWidths, neckWidths, shapesOf, weightShapes } from "../architecture.ts";
import { bnEpsilon, stdEpsilon } from "../forward.ts";
import { type Layers, network } from "../network.ts";
import { Tape, type Var } from "./tape.ts";
import { maxPoolTime, normalizedConv, statistic } from "./tape_conv.ts";

/** The step graph and the names it uses. */
export interface TrainingGraph {
  onnx: Uint8Array<ArrayBuffer>;
  /** Trained parameters by name with their shapes in the graph's own layout. */
  parameters: Record<string, number[]>;
  /** Names of `[batch, width]` dropout masks. */
  masks: Record<string, number[]>;
  /** Whether the loss of the learned codebook takes a weight. */
  weighted: boolean;
}

/** Options of the step. */
export interface TrainingGraphOptions {
  batch: number;
  /** Whether the head has dropout masks as inputs. */
  dropout: boolean;
  /** Weight of the auxiliary classifier on the unquantised features, 0 for none; it helps training only. */
  auxiliary: number;
  /** Weight β of the commitment of latents to their codebook vectors (VQ-EMA); 0 or absent for none. */
  commitment?: number;
  /** Whether the gradient passes a learned codebook; only to show what happens where it does not. @default true */
  straightThrough?: boolean;
  /** Weight of the spread term that keeps each latent dimension near unit variance, 0 for none. */
  spread: number;
}

class TrainingLayers implements Layers<Var> {
  readonly parameters: Record<string, number[]> = {};
  readonly masks: Record<string, number[]> = {};

  /** Outputs of each linear layer. */
  readonly #widths: ReadonlyMap<string, number>;

  constructor(readonly tape: Tape, readonly options: TrainingGraphOptions, a: Architecture) {
    this.#widths = new Map([
      ["projection", a.latent],
      ["auxiliary", a.classes],
      ...neckWidths(a).map(([, to], i) => [`neck${i}`, to] as const),
      ...headWidths(a).map(([, to], i) => [`head${i}`, to] as const),
    ]);
  }

  parameter(name: string, shape: number[]): Var {
    this.parameters[name] = shape;
    return this.tape.input(name, shape, true);
  }

  block(x: Var, i: number, block: ConvBlock): Var {
    const { tape } = this;
    const [b, t, s, c] = x.shape;
    const fused = block.kernel[0] === 1 ? x : tape.reshape(x, [b, t, 1, s * c]);
    const w = this.parameter(`block${i}.weight`, [block.kernel[1] * fused.shape[3], block.channels]);
    // A bias before the normalisation has no effect and stays zero.
    const gamma = this.parameter(`block${i}.bn.gamma`, [block.channels]);
    const beta = this.parameter(`block${i}.bn.beta`, [block.channels]);
    const norm = { gamma, beta, epsilon: bnEpsilon };
    const { y, statistics } = normalizedConv(tape, fused, w, block.kernel[1], norm);
    tape.graph.output(statistics.mean, [block.channels], "float32", `block${i}.bn.mean`);
    tape.graph.output(statistics.variance, [block.channels], "float32", `block${i}.bn.variance`);
    return tape.relu(maxPoolTime(tape, y, block.pool));
  }

  pool(x: Var, statistics: Pooling[], segments: number): Var {
    const parts = statistics.map((which) => statistic(this.tape, x, which, stdEpsilon, segments));
    return parts.length === 1 ? parts[0] : this.tape.concat(parts);
  }

  linear(x: Var, name: string, relu: boolean): Var {
    const width = this.#widths.get(name)!;
    const w = this.parameter(`${name}.weight`, [x.shape[1], width]);
    const y = this.tape.addRow(this.tape.matmul(x, w), this.parameter(`${name}.bias`, [width]));
    if (!relu) return y;
    const h = this.tape.relu(y);
    if (!this.options.dropout || !name.startsWith("head")) return h;
    this.masks[`${name}.mask`] = h.shape;
    return this.tape.mask(h, this.tape.input(`${name}.mask`, h.shape));
  }

  /** Where the quantiser begins and ends: their gradients tell what it lets through. */
  readonly quantizer: { latent?: Var; quantized?: Var } = {};

  /** The latent as the quantiser alone sees it: other losses on the latent do not count in its gradient. */
  enter(z: Var): Var {
    const inner = this.tape.emit("Identity", [z.name], z.shape);
    this.tape.onBackward(inner, (dy) => this.tape.accumulate(z, dy));
    return this.quantizer.latent = inner;
  }

  bound(z: Var, levels: number[]): Var {
    const constants = levels.map(levelConstants);
    const inner = this.enter(z);
    const t = this.tape.tanh(this.tape.shiftRow(inner, Float32Array.from(constants, (c) => c.shift)));
    const scaled = this.tape.scaleRow(t, Float32Array.from(constants, (c) => c.halfRange));
    return this.tape.shiftRow(scaled, Float32Array.from(constants, (c) => -c.offset));
  }

  /** Losses of the quantiser that start at the latent. */
  readonly quantizerLosses: ((weight: string) => { loss: string; at: Var; gradient: string })[] = [];

  nearest(z: Var, size: number): Var {
    const g = this.tape.graph;
    const [n, d] = z.shape;
    const codebook = this.tape.input("vq.codebook", [size, d]).name;
    const squares = g.node("ReduceSum", [g.node("Mul", [codebook, codebook]), g.ints([1])], { keepdims: 0 });
    const product = g.node("Gemm", [z.name, codebook], { transB: 1 });
    const score = g.node("Sub", [g.node("Mul", [product, g.scalar(2)]), squares]);
    const code = g.node("ArgMax", [score], { axis: 1, keepdims: 0 });
    g.output(code, [n], "int64", "vq.codes");
    g.output(z.name, z.shape, "float32", "vq.latent");
    const y = this.quantizer.quantized = this.tape.emit("Gather", [codebook, code], z.shape, { axis: 0 });
    const inner = this.enter(z);
    // Straight through: the gradient by the codebook vector is the gradient by the latent.
    const passed = (dy: string) =>
      this.options.straightThrough === false ? g.node("Mul", [dy, g.scalar(0)]) : dy;
    this.tape.onBackward(y, (dy) => this.tape.accumulate(inner, passed(dy)));
    const commitment = this.options.commitment ?? 0;
    if (commitment > 0) {
      this.quantizerLosses.push((weight) => {
        const difference = g.node("Sub", [z.name, y.name]);
        const sum = g.node("ReduceSum", [g.node("Mul", [difference, difference])], { keepdims: 0 });
        const factor = (per: number) => g.node("Mul", [weight, g.scalar(per / (n * d))]);
        return {
          loss: g.node("Mul", [sum, factor(commitment)]),
          at: z,
          gradient: g.node("Mul", [difference, factor(2 * commitment)]),
        };
      });
    }
    return y;
  }

  round(bounded: Var, levels: number[]): Var {
    const rounded = this.tape.roundStraightThrough(bounded);
    return this.quantizer.quantized = this.tape.scaleRow(
      rounded,
      Float32Array.from(halfWidths(levels), (width) => 1 / width),
    );
  }
}

/**
 * Builds the step for a fixed batch size.
 *
 * Inputs: `window` `[batch, channels, sensors, length]`; `target` `[batch, classes]`, the label distribution of each row
 * times its weight, weights summing to 1 over the batch; the parameters; dropout masks; with a learned codebook
 * `vq.codebook` `[K, d]` and, where latents are committed to it, the scalar `vq.weight` of that loss. Outputs: `loss`,
 * `logits`, `grad.<parameter>`, batch statistics; with a codebook `vq.codes` `[batch]` and `vq.latent` `[batch, d]`;
 * with a quantiser the scalars `norm.latent` and `norm.quantized`, what of the gradient behind it comes out before it.
 */
export function trainingGraph(a: Architecture, options: TrainingGraphOptions): TrainingGraph {
  shapesOf(a);
  const [channels, sensors, length] = a.input;
  const tape = new Tape("training_step");
  const layers = new TrainingLayers(tape, options, a);
  const window = tape.input("window", [options.batch, ...a.input]);
  const grid = [options.batch, length, sensors, channels];
  const x = tape.constant(tape.emit("Transpose", [window.name], grid, { perm: [0, 3, 2, 1] }));
  const target = tape.input("target", [options.batch, a.classes]);
  const out = network(layers, a, x);
  const starts: [Var, string][] = [];
  const losses: string[] = [];
  const addLoss = (logits: Var, weight: number) => {
    const { loss, gradient } = crossEntropy(tape, logits, target, weight);
    losses.push(loss);
    starts.push([logits, gradient]);
  };
  addLoss(out.logits!, 1);
  if (options.auxiliary > 0) {
    addLoss(layers.linear(out.features, "auxiliary", false), options.auxiliary);
  }
  if (options.spread > 0) {
    const { loss, gradient } = spread(tape, out.latent, options.spread);
    losses.push(loss);
    starts.push([out.latent, gradient]);
  }
  for (const start of layers.quantizerLosses) {
    const { loss, at, gradient } = start(tape.input("vq.weight", []).name);
    losses.push(loss);
    starts.push([at, gradient]);
  }
  tape.backward(starts);
  const g = tape.graph;
  g.output(g.node("Sum", losses), [], "float32", "loss");
  g.output(out.logits!.name, out.logits!.shape, "float32", "logits");
  for (const [name, shape] of Object.entries(layers.parameters)) {
    g.output(tape.gradientOf({ name, shape })!, shape, "float32", `grad.${name}`);
  }
  outputNorms(tape, layers.quantizer);
  return {
    onnx: g.encode(),
    parameters: layers.parameters,
    masks: layers.masks,
    weighted: layers.quantizerLosses.length > 0,
  };
}

/** Outputs `norm.latent` and `norm.quantized`: L2 norms of the gradient before and behind the quantiser. */
function outputNorms(tape: Tape, { latent, quantized }: TrainingLayers["quantizer"]): void {
  if (latent === undefined || quantized === undefined) return;
  const g = tape.graph;
  for (const [name, at] of [["latent", latent], ["quantized", quantized]] as const) {
    const gradient = tape.gradientOf(at)!;
    const squares = g.node("ReduceSum", [g.node("Mul", [gradient, gradient])], { keepdims: 0 });
    g.output(g.node("Sqrt", [squares]), [], "float32", `norm.${name}`);
  }
}

/** `−Σ target · log softmax(logits)`, and its gradient `softmax · Σ target − target`, both times `weight`. */
function crossEntropy(
  tape: Tape,
  logits: Var,
  target: Var,
  weight: number,
): { loss: string; gradient: string } {
  const g = tape.graph;
  const logp = g.node("LogSoftmax", [logits.name], { axis: -1 });
  const product = g.node("Mul", [target.name, logp]);
  const total = g.node("ReduceSum", [product], { keepdims: 0 });
  const mass = g.node("ReduceSum", [target.name, g.ints([1])], { keepdims: 1 });
  const expected = g.node("Mul", [g.node("Exp", [logp]), mass]);
  const difference = g.node("Sub", [expected, target.name]);
  return {
    loss: g.node("Mul", [total, g.scalar(-weight)]),
    gradient: weight === 1 ? difference : g.node("Mul", [difference, g.scalar(weight)]),
  };
}

/**
 * `weight · mean over dimensions of (variance − 1)² + mean²` of the latent over the batch: keeps `tanh` out of saturation and every level in
 * reach without normalising the latent itself.
 */
function spread(tape: Tape, z: Var, weight: number): { loss: string; gradient: string } {
  const g = tape.graph;
  const [n, d] = z.shape;
  const perRow = g.scalar(1 / n);
  const mean = g.node("Mul", [tape.sumRows(z.name, n, d), perRow]);
  const centered = g.node("Sub", [z.name, mean]);
  const variance = g.node("Mul", [tape.sumRows(g.node("Mul", [centered, centered]), n, d), perRow]);
  const excess = g.node("Sub", [variance, g.scalar(1)]);
  const penalty = g.node("Add", [g.node("Mul", [excess, excess]), g.node("Mul", [mean, mean])]);
  const loss = g.node("Mul", [g.node("ReduceSum", [penalty], { keepdims: 0 }), g.scalar(weight / d)]);
  const slope = g.node("Mul", [excess, g.scalar(4 * weight / (d * n))]);
  const pull = g.node("Mul", [mean, g.scalar(2 * weight / (d * n))]);
  return { loss, gradient: g.node("Add", [g.node("Mul", [centered, slope]), pull]) };
}

/** Turns the graph's parameters into the artifact's weights (see `Model.weights`) and back. */
export function toModelLayout(a: Architecture, name: string, data: Float32Array): Float32Array {
  return convert(a, name, data, true);
}

/** The inverse of {@linkcode toModelLayout}. */
export function toGraphLayout(a: Architecture, name: string, data: Float32Array): Float32Array {
  return convert(a, name, data, false);
}

/** Convolutions: `[kw][kh][in]` rows by `[out]` columns here, `[out][in][kh][kw]` there; dense layers are transposed. */
function convert(a: Architecture, name: string, data: Float32Array, toModel: boolean): Float32Array {
  const shape = weightShapes(a)[name];
  if (shape.length < 2) return data.slice();
  const [out, inputs, kh, kw] = shape.length === 4 ? shape : [shape[0], shape[1], 1, 1];
  const result = new Float32Array(data.length);
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let s = 0; s < kh; s++) {
        for (let k = 0; k < kw; k++) {
          const model = ((o * inputs + c) * kh + s) * kw + k;
          const graph = ((k * kh + s) * inputs + c) * out + o;
          if (toModel) result[model] = data[graph];
          else result[graph] = data[model];
        }
      }
    }
  }
  return result;
}
