/** One training step of a teacher and of the student, each as one ONNX graph. */
import type { Architecture } from "../../artifacts/model.ts";
import { halfWidths } from "../../fsq/constants.ts";
import { shapesOf } from "../architecture.ts";
import { network } from "../network.ts";
import { spread } from "../train/spread.ts";
import { goalError, squaredError } from "../train/squared_error.ts";
import { Tape, type Var } from "../train/tape.ts";
import type { TrainingGraph } from "../train/training_graph.ts";
import { TrainingLayers } from "../train/training_layers.ts";
import { vicreg } from "./vicreg.ts";

/** What a teacher's step is built for. */
export interface TeacherGraphOptions {
  /** Windows of one side; the step sees as many neighbours. */
  batch: number;
  /** Groups of a batch, whose rows lie group by group. */
  groups: number;
  /** Features that are foretold. */
  features: number;
}

/** Widths of the layers that only help to teach. */
const hidden = 64, projected = 128;

/** Weights of the losses beside the foretelling itself. */
const vicregWeight = 0.05, spreadWeight = 0.01;

/**
 * A teacher's step: the code of each window foretells the features of its neighbour, in both directions, and both agree
 * in a projection.
 *
 * Inputs: `window` `[2 · batch, channels, sensors, length]`, windows first, then the neighbour of each; `target`
 * `[2 · batch, features]`, what each row foretells: the features of the *other* one; the parameters. Outputs: `loss`;
 * `told`, the mean squared error of the foretelling alone; `grad.<parameter>`; batch statistics.
 */
export function teacherGraph(a: Architecture, options: TeacherGraphOptions): TrainingGraph {
  const { batch, groups, features } = options;
  const helpers = {
    "foretell.hidden": hidden,
    foretell: features,
    "project.hidden": hidden,
    project: projected,
  };
  const { tape, layers, out } = begin(a, 2 * batch, helpers);
  const g = tape.graph;
  const target = tape.input("target", [2 * batch, features]);
  const foretold = layers.linear(layers.linear(out.quantized, "foretell.hidden", true), "foretell", false);
  const told = squaredError(tape, foretold, target, 1 / (2 * batch * features));
  g.output(told.loss, [], "float32", "told");
  const projection = layers.linear(layers.linear(out.quantized, "project.hidden", true), "project", false);
  const [first, second] = tape.halves(projection);
  const alike = vicreg(tape, first, second, groups, vicregWeight);
  const even = spread(tape, out.latent, spreadWeight);
  return finish(tape, layers, [told.loss, alike.loss, even.loss], [
    [foretold, told.gradient],
    ...alike.starts,
    [out.latent, even.gradient],
  ]);
}

/**
 * The student's step: bounded and rounded code of each window approach the shared slow features.
 *
 * Inputs: `window` `[batch, …]`; `goal` `[batch, d]` in the code's units (values from −1 to 1); the parameters. The loss
 * is `mean of weightⱼ · ((soft − goal)² + ½ (rounded − goal)²)`.
 *
 * @param weights Weight of each latent dimension.
 */
export function studentGraph(a: Architecture, batch: number, weights: ArrayLike<number>): TrainingGraph {
  const { tape, layers, out } = begin(a, batch, {});
  const goal = tape.input("goal", [batch, a.latent]);
  const soft = tape.scaleRow(out.bounded, Float32Array.from(halfWidths(a.levels!), (width) => 1 / width));
  const row = tape.graph.initializer(Float32Array.from(weights), [1, a.latent], "weights");
  const near = { soft, rounded: out.quantized };
  const { losses, starts } = goalError(tape, near, goal, 1 / (batch * a.latent), row);
  return finish(tape, layers, losses, starts);
}

function begin(a: Architecture, batch: number, helpers: Record<string, number>) {
  shapesOf(a);
  const [channels, sensors, length] = a.input;
  const tape = new Tape("discovery_step");
  const layers = new TrainingLayers(tape, { dropout: false }, a, helpers);
  const window = tape.input("window", [batch, ...a.input]);
  const grid = [batch, length, sensors, channels];
  const x = tape.constant(tape.emit("Transpose", [window.name], grid, { perm: [0, 3, 2, 1] }));
  return { tape, layers, out: network(layers, a, x) };
}

function finish(
  tape: Tape,
  layers: TrainingLayers,
  losses: string[],
  starts: [Var, string][],
): TrainingGraph {
  tape.backward(starts);
  tape.graph.output(tape.graph.node("Sum", losses), [], "float32", "loss");
  layers.outputGradients();
  return { onnx: tape.graph.encode(), parameters: layers.parameters, masks: {}, rates: {}, weighted: false };
}
