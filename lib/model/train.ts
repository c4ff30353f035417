/** Trains the network: epochs of ONNX training steps, judged on validation subjects, the best weights kept. */
import type { Architecture, Epoch } from "../artifacts/model.ts";
import type { NpyArray } from "../artifacts/npy.ts";
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { perplexity } from "../fsq/statistics.ts";
import { Quantizer } from "../fsq/quantizer.ts";
import { openSession, type Session } from "../onnx/runtime.ts";
import type { Random } from "../random.ts";
import type { Scaler } from "../signal/batch.ts";
import { weightShapes } from "./architecture.ts";
import { type BatchOptions, epochBatches } from "./batches.ts";
import { argmaxRows, encodeWindows } from "./evaluate.ts";
import { encoderOnnx } from "./forward.ts";
import { initialParameter } from "./initial.ts";
import { AdamW, learningRate } from "./optimizer.ts";
import { toModelLayout, type TrainingGraph, trainingGraph } from "./training_graph.ts";

/** Settings of {@linkcode train}; the step's parameters carry the same names in snake_case. */
export interface TrainOptions extends Omit<BatchOptions, "classes"> {
  epochs: number;
  /** Stop after this many epochs without a better validation accuracy. */
  patience: number;
  learningRate: number;
  warmupEpochs: number;
  weightDecay: number;
  clip: number;
  dropout: number;
  auxiliary: number;
  spread: number;
  /** Decay a step of the running mean of the weights, which is judged and kept; 0 keeps the weights as they are. */
  averaging: number;
  threads: number;
}

/** What the trainer works on. */
export interface TrainingData {
  windows: Windows;
  scaler: Scaler;
  /** Class by window in the order of the logits; −1 where unlabelled. */
  labels: Int32Array;
  /** Class by label id, −1 where not trained. */
  classOf: Int32Array;
  /** Loss weight by class. */
  classWeights: Float64Array;
  trainRows: Int32Array;
  /** May be empty: then the last epoch's weights are kept. */
  validationRows: Int32Array;
}

export interface Trained {
  weights: Record<string, NpyArray<Float32Array>>;
  history: Epoch[];
  bestEpoch: number;
  /** Logits of the validation rows under the kept weights. */
  validationLogits: Float32Array;
}

/** Momentum of the running batch statistics. */
const statisticsMomentum = 0.1;

/**
 * Trains `architecture` on `data`.
 *
 * Deterministic: equal data, options and seed give equal weights on the same kind of machine and number of threads.
 *
 * @param onProgress Told the share done and what is happening, several times a second.
 * @throws {InputError} When there is nothing to train on, or the loss stops being finite.
 */
export async function train(
  architecture: Architecture,
  data: TrainingData,
  options: TrainOptions,
  rng: Random,
  onProgress: (fraction: number, message: string) => void,
  signal?: AbortSignal,
): Promise<Trained> {
  if (data.trainRows.length === 0) {
    throw new InputError("Cannot train: no labelled window is in the training part", {
      hint: "Check the label column, min_purity and the split.",
    });
  }
  const batch = Math.min(options.batch, data.trainRows.length);
  const batchOptions = { ...options, batch, classes: architecture.classes };
  const graph = trainingGraph(architecture, {
    batch,
    dropout: options.dropout > 0,
    auxiliary: options.auxiliary,
    spread: options.spread,
  });
  const state = new TrainingState(architecture, graph, rng.fork("weights"));
  const optimizer = new AdamW(state.parameters, options);
  const session = await openSession(graph.onnx, { threads: options.threads });
  const order = rng.fork("order");
  const dropoutRng = rng.fork("dropout");
  const steps = Math.ceil(data.trainRows.length / batch);
  const history: Epoch[] = [];
  let best: { epoch: number; score: number; weights: Trained["weights"]; logits: Float32Array } | undefined;
  const started = performance.now();
  try {
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      let loss = 0, correct = 0, step = 0, rate = 0;
      const { windows, trainRows, labels, classOf, classWeights, scaler } = data;
      for (const b of epochBatches(windows, trainRows, classOf, classWeights, scaler, batchOptions, order)) {
        signal?.throwIfAborted();
        rate = learningRate(epoch + (step + 0.5) / steps, { ...options, peak: options.learningRate });
        const out = await session.run(state.feeds(b.window, b.target, options.dropout, dropoutRng));
        const value = (out.loss.data as Float32Array)[0];
        if (!Number.isFinite(value)) {
          throw new InputError(`Cannot train: the loss is ${value} in epoch ${epoch + 1}, step ${step + 1}`, {
            hint: "Lower learning_rate, or check the recordings for extreme values.",
          });
        }
        optimizer.step(state.gradients(out), rate);
        state.updateStatistics(out, epoch === 0 && step === 0);
        state.average(options.averaging);
        loss += value * b.rows.length;
        const guesses = argmaxRows(out.logits.data as Float32Array, architecture.classes);
        b.rows.forEach((row, i) => correct += Number(guesses[i] === labels[row]));
        step++;
        const done = (epoch + step / steps) / options.epochs;
        onProgress(
          done,
          message(epoch, options.epochs, history, loss / trainRows.length * steps / step, done, started),
        );
      }
      const weights = state.weights();
      const judged = await judge(architecture, weights, data, options.threads, signal);
      history.push({
        epoch: epoch + 1,
        learningRate: rate,
        loss: loss / trainRows.length,
        accuracy: correct / trainRows.length,
        validationLoss: judged.loss,
        validationAccuracy: judged.accuracy,
        perplexity: judged.perplexity,
      });
      // A tie goes to the lower loss: accuracy moves in steps of whole windows.
      const score = judged.accuracy === null ? epoch : judged.accuracy - 1e-3 * judged.loss!;
      if (best === undefined || score > best.score) {
        best = { epoch: epoch + 1, score, weights, logits: judged.logits };
      } else if (epoch + 1 - best.epoch >= options.patience) break;
    }
  } finally {
    await session.release();
  }
  return { weights: best!.weights, history, bestEpoch: best!.epoch, validationLogits: best!.logits };
}

function message(
  epoch: number,
  epochs: number,
  history: Epoch[],
  loss: number,
  done: number,
  started: number,
): string {
  const last = history.at(-1);
  const parts = [`epoch ${epoch + 1}/${epochs}`, `loss ${loss.toFixed(3)}`];
  if (last?.validationAccuracy != null) parts.push(`validation ${last.validationAccuracy.toFixed(3)}`);
  if (last?.perplexity != null) parts.push(`perplexity ${last.perplexity.toFixed(1)}`);
  const left = (performance.now() - started) / 1000 * (1 - done) / done;
  return [...parts, `${Math.ceil(left)} s left`].join(" · ");
}

/** Trained parameters and running statistics in the training graph's layout. */
class TrainingState {
  readonly parameters: Record<string, Float32Array> = {};
  readonly #statistics: Record<string, Float32Array> = {};
  readonly #averages: Record<string, Float32Array> = {};
  #steps = 0;

  constructor(readonly architecture: Architecture, readonly graph: TrainingGraph, rng: Random) {
    for (const [name, shape] of Object.entries(graph.parameters)) {
      this.parameters[name] = initialParameter(architecture, name, shape, rng);
    }
    architecture.blocks.forEach((block, i) => {
      this.#statistics[`block${i}.bn.mean`] = new Float32Array(block.channels);
      this.#statistics[`block${i}.bn.variance`] = new Float32Array(block.channels).fill(1);
    });
  }

  feeds(
    window: Float32Array,
    target: Float32Array,
    dropout: number,
    rng: Random,
  ): Parameters<Session["run"]>[0] {
    const { input, classes } = this.architecture;
    const batch = target.length / classes;
    const feeds: Parameters<Session["run"]>[0] = {
      window: { data: window, shape: [batch, ...input] },
      target: { data: target, shape: [batch, classes] },
    };
    for (const [name, shape] of Object.entries(this.graph.parameters)) {
      feeds[name] = { data: this.parameters[name], shape };
    }
    for (const [name, shape] of Object.entries(this.graph.masks)) {
      const data = Float32Array.from(
        { length: shape[0] * shape[1] },
        () => rng.uniform() < dropout ? 0 : 1 / (1 - dropout),
      );
      feeds[name] = { data, shape };
    }
    return feeds;
  }

  gradients(out: Record<string, { data: unknown }>): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.keys(this.parameters).map((name) => [name, out[`grad.${name}`].data as Float32Array]),
    );
  }

  updateStatistics(out: Record<string, { data: unknown }>, first: boolean): void {
    const keep = first ? 0 : 1 - statisticsMomentum;
    for (const [name, running] of Object.entries(this.#statistics)) {
      const batch = out[name].data as Float32Array;
      for (let i = 0; i < running.length; i++) running[i] = keep * running[i] + (1 - keep) * batch[i];
    }
  }

  /** Moves the running mean of parameters and statistics; early on it forgets faster, so that it never lags far. */
  average(decay: number): void {
    this.#steps++;
    const keep = Math.min(decay, this.#steps / (this.#steps + 10));
    for (const [name, values] of [...Object.entries(this.parameters), ...Object.entries(this.#statistics)]) {
      const mean = this.#averages[name] ??= values.slice();
      for (let i = 0; i < mean.length; i++) mean[i] = keep * mean[i] + (1 - keep) * values[i];
    }
  }

  /** A copy as the artifact's weights; what helps training only (the auxiliary head) stays behind. */
  weights(): Record<string, NpyArray<Float32Array>> {
    const weights: Record<string, NpyArray<Float32Array>> = {};
    for (const [name, shape] of Object.entries(weightShapes(this.architecture))) {
      // A convolution's bias is no parameter: it is zero before normalisation.
      const data = name in this.#averages
        ? toModelLayout(this.architecture, name, this.#averages[name])
        : new Float32Array(shape[0]);
      weights[name] = { data, shape };
    }
    return weights;
  }
}

interface Judged {
  loss: number | null;
  accuracy: number | null;
  perplexity: number | null;
  logits: Float32Array;
}

/** Validation loss, accuracy and code perplexity by the very graph that will be deployed. */
async function judge(
  architecture: Architecture,
  weights: Trained["weights"],
  data: TrainingData,
  threads: number,
  signal?: AbortSignal,
): Promise<Judged> {
  const rows = data.validationRows;
  if (rows.length === 0) return { loss: null, accuracy: null, perplexity: null, logits: new Float32Array(0) };
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads });
  const { classes, levels } = architecture;
  try {
    const model = { architecture, scaler: { method: "", ...data.scaler } };
    const { latents, logits } = await encodeWindows(
      session,
      model,
      data.windows,
      rows,
      signal ? { signal } : {},
    );
    let loss = 0, correct = 0;
    const guesses = argmaxRows(logits, classes);
    for (let i = 0; i < rows.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const top = row[guesses[i]];
      const label = data.labels[rows[i]];
      loss += top - row[label] + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0));
      correct += Number(guesses[i] === label);
    }
    return {
      loss: loss / rows.length,
      accuracy: correct / rows.length,
      perplexity: levels === null ? null : codePerplexity(latents, levels),
      logits,
    };
  } finally {
    await session.release();
  }
}

function codePerplexity(latents: Float32Array, levels: number[]): number {
  const counts = new Map<number, number>();
  for (const code of new Quantizer(levels).codes(latents)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return perplexity([...counts.values()]);
}
