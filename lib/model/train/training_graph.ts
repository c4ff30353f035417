/** One training step of the network as one ONNX graph: loss, gradients and batch statistics out. */
import type { Architecture } from "../../artifacts/model.ts";
import { halfWidths } from "../../fsq/constants.ts";
import { shapesOf, weightShapes } from "../architecture.ts";
import { network } from "../network.ts";
import { spread } from "./spread.ts";
import { goalError } from "./squared_error.ts";
import { Tape, type Var } from "./tape.ts";
import { type LayerOptions, TrainingLayers } from "./training_layers.ts";

/** The step graph and the names it uses. */
export interface TrainingGraph {
  onnx: Uint8Array<ArrayBuffer>;
  /** Trained parameters by name with their shapes in the graph's own layout. */
  parameters: Record<string, number[]>;
  /** Shapes of dropout masks by name. */
  masks: Record<string, number[]>;
  /** Shares that masks of a recorded encoder silence; the others follow the step's own. */
  rates: Record<string, number>;
  /** Whether the loss of the learned codebook takes a weight. */
  weighted: boolean;
}

/** Options of the step. */
export interface TrainingGraphOptions extends LayerOptions {
  batch: number;
  /** Weight of the auxiliary classifier on the unquantised features, 0 for none; it helps training only. */
  auxiliary: number;
  /** Weight of the spread term that keeps each latent dimension near unit variance, 0 for none. */
  spread: number;
  /** Whether the rows' codes are drawn to goals as well. */
  goals?: boolean;
}

/**
 * Builds the step for a fixed batch size.
 *
 * Inputs: `window` `[batch, channels, sensors, length]`; `target` `[batch, classes]`, the label distribution of each row
 * times its weight, weights summing to 1 over the batch; the parameters; dropout masks; with a learned codebook
 * `vq.codebook` `[K, d]` and, where latents are committed to it, the scalar `vq.weight` of that loss. Outputs: `loss`,
 * `logits`, `grad.<parameter>`, batch statistics; with a codebook `vq.codes` `[batch]` and `vq.latent` `[batch, d]`;
 * with goals `goal` and `goal.weight` `[batch, d]`, what draws each code how strongly to what (see `goalError`); with a
 * quantiser the scalars `norm.latent` and `norm.quantized`, what of the gradient behind it comes out before it.
 */
export function trainingGraph(a: Architecture, options: TrainingGraphOptions): TrainingGraph {
  shapesOf(a);
  const [channels, sensors, length] = a.input;
  const tape = new Tape("training_step");
  const layers = new TrainingLayers(tape, { ...options, recordedDropout: true }, a, { auxiliary: a.classes });
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
  if (options.goals === true) {
    const [goal, weight] = ["goal", "goal.weight"].map((name) => tape.input(name, [options.batch, a.latent]));
    const soft = tape.scaleRow(out.bounded, Float32Array.from(halfWidths(a.levels!), (width) => 1 / width));
    const drawn = goalError(tape, { soft, rounded: out.quantized }, goal, 1, weight.name);
    losses.push(...drawn.losses);
    starts.push(...drawn.starts);
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
  layers.outputGradients();
  outputNorms(tape, layers.quantizer);
  return {
    onnx: g.encode(),
    parameters: layers.parameters,
    masks: layers.masks,
    rates: layers.rates,
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
