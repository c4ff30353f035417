/** The network's layers as operations of the tape: each makes its parameters inputs of the step's graph. */
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Pooling } from "../../artifacts/model.ts";
import { halfWidths, levelConstants } from "../../fsq/constants.ts";
import { headWidths, neckWidths } from "../architecture.ts";
import { bnEpsilon, stdEpsilon } from "../forward.ts";
import { runGraph } from "../graph/walk.ts";
import type { Layers } from "../network.ts";
import type { Tape, Var } from "./tape.ts";
import { maxPoolTime, normalizedConv, statistic } from "./tape_conv.ts";
import { TapeOps } from "./tape_ops.ts";

/** How layers are trained. */
export interface LayerOptions {
  /** Whether the head has dropout masks as inputs. */
  dropout: boolean;
  /** Whether dropout layers of a recorded encoder have masks as inputs; without they do nothing. */
  recordedDropout?: boolean;
  /** Weight β of the commitment of latents to their codebook vectors (VQ-EMA); 0 or absent for none. */
  commitment?: number;
  /** Whether the gradient passes a learned codebook; only to show what happens where it does not. @default true */
  straightThrough?: boolean;
}

/** The layers of one training step. */
export class TrainingLayers implements Layers<Var> {
  readonly parameters: Record<string, number[]> = {};
  readonly masks: Record<string, number[]> = {};
  readonly rates: Record<string, number> = {};

  /** Outputs of each linear layer. */
  readonly #widths: ReadonlyMap<string, number>;

  /** @param helpers Outputs of dense layers by name that help training and are no part of the network. */
  constructor(
    readonly tape: Tape,
    readonly options: LayerOptions,
    a: Architecture,
    helpers: Record<string, number>,
  ) {
    this.#widths = new Map([
      ["projection", a.latent],
      ...Object.entries(helpers),
      ...neckWidths(a).map(([, to], i) => [`neck${i}`, to] as const),
      ...headWidths(a).map(([, to], i) => [`head${i}`, to] as const),
    ]);
  }

  parameter(name: string, shape: number[]): Var {
    this.parameters[name] = shape;
    return this.tape.input(name, shape, true);
  }

  mask(name: string, shape: number[], rate: number): Var | undefined {
    if (this.options.recordedDropout !== true) return undefined;
    this.masks[name] = shape;
    this.rates[name] = rate;
    return this.tape.input(name, shape);
  }

  recorded(x: Var, graph: EncoderGraph, input: Architecture["input"]): Var {
    const y = runGraph(new TapeOps(this, graph), graph, input, x);
    return this.tape.reshape(y, [y.shape[0], y.shape[3]]);
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

  /** Makes `grad.<parameter>` of every parameter an output, after the tape has gone backward. */
  outputGradients(): void {
    for (const [name, shape] of Object.entries(this.parameters)) {
      this.tape.graph.output(this.tape.gradientOf({ name, shape })!, shape, "float32", `grad.${name}`);
    }
  }
}
