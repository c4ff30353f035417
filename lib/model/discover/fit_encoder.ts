/** Runs the steps of one encoder of the objective without labels. */
import type { Architecture } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { openSession, type RuntimeTensor } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { AdamW, type AdamWOptions, learningRate } from "../train/optimizer.ts";
import type { TrainingGraph } from "../train/training_graph.ts";
import { TrainingState } from "../train/training_state.ts";

/** How an encoder is fitted. */
export interface FitOptions extends AdamWOptions {
  /** Peak learning rate, reached after a third of the steps. */
  learningRate: number;
  /** Decay a step of the running mean of the weights, which is kept. */
  averaging: number;
  threads: number;
}

/** A fitted encoder. */
export interface Fitted {
  weights: Record<string, NpyArray<Float32Array>>;
  /** Means of `loss` and learning rates of stretches of steps, in order. */
  history: { loss: number; learningRate: number }[];
}

/** Share of the steps in which the learning rate rises. */
const warmupShare = 0.3;

/**
 * Takes `steps` steps of `graph`.
 *
 * @param next The inputs of a step beside the parameters.
 * @param perEpoch Steps that one entry of the history is about.
 * @param onStep Told how many steps are done.
 * @throws {InputError} When the loss stops being finite.
 */
export async function fitEncoder(
  architecture: Architecture,
  graph: TrainingGraph,
  { steps, perEpoch }: { steps: number; perEpoch: number },
  next: () => Record<string, RuntimeTensor>,
  options: FitOptions,
  rng: Random,
  onStep: (done: number, loss: number) => void,
  signal?: AbortSignal,
): Promise<Fitted> {
  const state = new TrainingState(architecture, graph, rng);
  const optimizer = new AdamW(state.parameters, options);
  const session = await openSession(graph.onnx, { threads: options.threads });
  const schedule = { peak: options.learningRate, epochs: steps, warmupEpochs: warmupShare * steps };
  const history: Fitted["history"] = [];
  let sum = 0, counted = 0;
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const out = await session.run({ ...next(), ...state.parameterFeeds() });
      const loss = (out.loss.data as Float32Array)[0];
      if (!Number.isFinite(loss)) {
        throw new InputError(`Cannot train: the loss is ${loss} in step ${step + 1}`, {
          hint: "Lower learning_rate, or check the recordings for extreme values.",
        });
      }
      const rate = learningRate(step + 0.5, schedule);
      optimizer.step(state.gradients(out), rate);
      state.updateStatistics(out, step === 0);
      state.average(options.averaging);
      sum += loss;
      counted++;
      if (counted === perEpoch || step === steps - 1) {
        history.push({ loss: sum / counted, learningRate: rate });
        sum = counted = 0;
      }
      onStep(step + 1, loss);
    }
  } finally {
    await session.release();
  }
  return { weights: state.weights(), history };
}
