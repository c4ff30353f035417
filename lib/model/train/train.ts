/** Trains the network: epochs of ONNX training steps, judged on validation subjects, the best weights kept. */
import type { Architecture, Epoch, QuantizerHealth } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { collapsed } from "../../fsq/collapse.ts";
import { openSession, type Session } from "../../onnx/runtime.ts";
import type { Random, RandomState } from "../../random.ts";
import { weightShapes } from "../architecture.ts";
import { type Batch, type BatchOptions, epochBatches } from "./batches.ts";
import { type CheckpointStore, packSnapshot, unpackSnapshot } from "./checkpoint.ts";
import { argmaxRows } from "../evaluate.ts";
import { quantizerHealth } from "./health.ts";
import { type EpochScores, judge } from "./judge.ts";
import { goalFeeds, withGoals } from "./kept_goals.ts";
import { AdamW, learningRate } from "./optimizer.ts";
import type { TrainingData } from "./training_data.ts";
import { trainingGraph } from "./training_graph.ts";
import { TrainingState } from "./training_state.ts";
import { VQ_DEFAULTS, type VqOptions, warmUp } from "./vq_ema.ts";
import type { VqFix } from "./vq_fixes.ts";

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
  /** Whether the epoch that did best on validation subjects is kept, or the last one; then nothing stops early. */
  keep: "best" | "last";
  /** Decay a step of the running mean of the weights, which is judged and kept; 0 keeps the weights as they are. */
  averaging: number;
  threads: number;
  /** Weights to start from, those that the network has in common with them; the others start by chance. */
  start?: Record<string, NpyArray>;
  /** Settings of a learned codebook, for an architecture that has one. */
  vq?: VqOptions & {
    /** Weight β of the commitment of latents to their code. */
    commitment: number;
    /** Epochs until that weight is reached: it is (epoch + 1)/warmupEpochs of it before. */
    warmupEpochs: number;
    /** What to leave out, to see what it is worth. */
    without?: readonly VqFix[];
  };
}

export interface Trained {
  weights: Record<string, NpyArray<Float32Array>>;
  history: Epoch[];
  bestEpoch: number;
  /** Logits of the validation rows under the kept weights. */
  validationLogits: Float32Array;
  /** Undefined without validation windows. */
  health: QuantizerHealth | undefined;
}

/** Ends of training's way to the outside. */
export interface TrainHooks {
  /** Told the share done and what is happening, several times a second. */
  onProgress: (fraction: number, message: string) => void;
  /** Told when the codebook counts as collapsed, once. */
  onWarning?: (message: string) => void;
  /** Keeps the state after each epoch; training continues from what it holds. */
  checkpoint?: CheckpointStore;
  signal?: AbortSignal;
}

/** Latents a code from which a learned codebook starts. */
const initialLatents = 8;

/**
 * Trains `architecture` on `data`.
 *
 * Deterministic: equal data, options and seed give equal weights on the same kind of machine and number of threads,
 * whether or not the training was interrupted and taken up again.
 *
 * @throws {InputError} When there is nothing to train on, or the loss stops being finite.
 */
export async function train(
  architecture: Architecture,
  data: TrainingData,
  options: TrainOptions,
  rng: Random,
  hooks: TrainHooks,
): Promise<Trained> {
  if (data.trainRows.length === 0) {
    throw new InputError("Cannot train: no labelled window is in the training part", {
      hint: "Check the label column, min_purity and the split.",
    });
  }
  const training = new Training(architecture, data, options, rng, hooks);
  return await training.run();
}

/** The kept weights and what was said of them. */
interface Best {
  epoch: number;
  score: number;
  weights: Trained["weights"];
  judged: EpochScores;
}

/** Facts of a checkpoint beside its arrays. */
interface Facts {
  history: Epoch[];
  steps: number;
  updates: number;
  restarts: number;
  collapsedEpochs: number[];
  order: RandomState;
  noise: RandomState;
  best: { epoch: number; score: number; judged: Omit<EpochScores, "logits" | "latents"> };
}

/** One training from its first to its last epoch. */
class Training {
  readonly #history: Epoch[] = [];
  readonly #collapsedEpochs: number[] = [];
  readonly #batch: number;
  readonly #state: TrainingState;
  readonly #optimizer: AdamW;
  readonly #order: Random;
  readonly #noise: Random;
  readonly #graph: ReturnType<typeof trainingGraph>;
  #best: Best | undefined;
  #restarts = 0;

  constructor(
    readonly architecture: Architecture,
    readonly data: TrainingData,
    readonly options: TrainOptions,
    rng: Random,
    readonly hooks: TrainHooks,
  ) {
    this.#batch = Math.min(options.batch, data.trainRows.length);
    this.#graph = trainingGraph(architecture, {
      batch: data.goals === undefined ? this.#batch : 2 * this.#batch,
      goals: data.goals !== undefined,
      dropout: options.dropout > 0,
      auxiliary: options.auxiliary,
      spread: options.spread,
      commitment: this.#without("commitment") ? 0 : options.vq?.commitment ?? 0,
      straightThrough: !this.#without("straight-through"),
    });
    this.#state = new TrainingState(
      architecture,
      this.#graph,
      rng.fork("weights"),
      options.vq ?? VQ_DEFAULTS,
      options.start,
    );
    this.#optimizer = new AdamW(this.#state.parameters, options);
    this.#order = rng.fork("order");
    this.#noise = rng.fork("dropout");
  }

  async run(): Promise<Trained> {
    const { options, hooks } = this;
    const saved = hooks.checkpoint?.load();
    if (saved !== undefined) this.#restore(saved);
    const session = await openSession(this.#graph.onnx, { threads: options.threads });
    const started = { at: performance.now(), epoch: this.#history.length };
    try {
      if (saved === undefined) await this.#startCodebook(session);
      while (this.#history.length < options.epochs && !this.#stopsEarly()) {
        await this.#epoch(session, started);
        hooks.checkpoint?.save(this.#snapshot());
      }
    } finally {
      await session.release();
    }
    const { weights, epoch, judged } = this.#best!;
    const health = judged.accuracy === null ? undefined : {
      ...quantizerHealth(this.architecture, judged.latents, this.#collapsedEpochs),
      ...(this.#state.vq === undefined ? {} : { restarts: this.#restarts }),
    };
    return { weights, history: this.#history, bestEpoch: epoch, validationLogits: judged.logits, health };
  }

  #without(fix: VqFix): boolean {
    return this.options.vq?.without?.includes(fix) ?? false;
  }

  #stopsEarly(): boolean {
    return this.#best !== undefined && this.#history.length - this.#best.epoch >= this.options.patience;
  }

  #batches(order: Random) {
    const { windows, trainRows, classOf, classWeights, scaler } = this.data;
    const options = { ...this.options, batch: this.#batch, classes: this.architecture.classes };
    return epochBatches(windows, trainRows, classOf, classWeights, scaler, options, order);
  }

  /** Places the vectors of a learned codebook among the latents of the untrained network. */
  async #startCodebook(session: Session): Promise<void> {
    const { vq } = this.#state;
    if (vq === undefined) return;
    const order = this.#noise.fork("codebook");
    if (this.#without("initialisation")) {
      vq.load(Float32Array.from({ length: vq.size * vq.d }, () => order.normal()));
      return;
    }
    const latents: number[] = [];
    for (const b of this.#batches(order)) {
      const out = await session.run(this.#state.feeds(b.window, b.target, 0, order));
      latents.push(...(out["vq.latent"].data as Float32Array).subarray(0, b.rows.length * vq.d));
      if (latents.length >= initialLatents * vq.size * vq.d) break;
    }
    vq.initialize(latents, this.#batch, order);
  }

  /** What a step is fed: the labelled windows, and beside them those that count by their goals. */
  #feeds(batch: Batch, vqWeight: number): Parameters<Session["run"]>[0] {
    const { windows, scaler, goals } = this.data;
    const { dropout } = this.options;
    if (goals === undefined) {
      return this.#state.feeds(batch.window, batch.target, dropout, this.#noise, vqWeight);
    }
    const joint = withGoals(batch, windows, scaler, goals, this.#noise);
    return {
      ...this.#state.feeds(joint.window, joint.target, dropout, this.#noise, vqWeight),
      ...goalFeeds(joint, this.architecture.latent),
    };
  }

  async #epoch(session: Session, started: { at: number; epoch: number }): Promise<void> {
    const { options, data, architecture, hooks } = this;
    const state = this.#state;
    const epoch = this.#history.length;
    const rows = data.trainRows.length;
    const steps = Math.ceil(rows / this.#batch);
    const vqWeight = warmUp(epoch, this.#without("warm-up") ? 1 : options.vq?.warmupEpochs ?? 1);
    const norms = { quantized: 0, latent: 0 };
    let loss = 0, correct = 0, step = 0, rate = 0;
    for (const b of this.#batches(this.#order)) {
      hooks.signal?.throwIfAborted();
      rate = learningRate(epoch + (step + 0.5) / steps, { ...options, peak: options.learningRate });
      const out = await session.run(this.#feeds(b, vqWeight));
      const value = (out.loss.data as Float32Array)[0];
      if (!Number.isFinite(value)) {
        throw new InputError(`Cannot train: the loss is ${value} in epoch ${epoch + 1}, step ${step + 1}`, {
          hint: "Lower learning_rate, or check the recordings for extreme values.",
        });
      }
      this.#optimizer.step(state.gradients(out), rate);
      state.updateStatistics(out, epoch === 0 && step === 0 && options.start === undefined);
      state.average(options.averaging);
      this.#restarts += state.updateCodebook(out, b.rows.length, this.#noise, !this.#without("restart"));
      for (const end of ["quantized", "latent"] as const) {
        norms[end] += (out[`norm.${end}`]?.data as Float32Array | undefined)?.[0] ?? NaN;
      }
      loss += value * b.rows.length;
      const guesses = argmaxRows(out.logits.data as Float32Array, architecture.classes);
      b.rows.forEach((row, i) => correct += Number(guesses[i] === data.labels[row]));
      step++;
      const progress = { epoch: epoch + step / steps, loss: loss / rows * steps / step };
      hooks.onProgress(
        progress.epoch / options.epochs,
        message(progress, options.epochs, this.#history, started),
      );
    }
    await this.#judge({
      epoch: epoch + 1,
      learningRate: rate,
      loss: loss / rows,
      accuracy: correct / rows,
      // Without quantiser there are none.
      ...(Number.isNaN(norms.latent)
        ? {}
        : { gradientNorms: { quantized: norms.quantized / step, latent: norms.latent / step } }),
    });
  }

  async #judge(
    trained: Pick<Epoch, "epoch" | "learningRate" | "loss" | "accuracy" | "gradientNorms">,
  ): Promise<void> {
    const { options, hooks } = this;
    const { epoch } = trained;
    const weights = this.#state.weights();
    const judged = await judge(this.architecture, weights, this.data, options.threads, hooks.signal);
    this.#history.push({
      ...trained,
      validationLoss: judged.loss,
      validationAccuracy: judged.accuracy,
      perplexity: judged.perplexity,
      topShare: judged.topShare,
    });
    this.#watch(epoch);
    // F1 by class, so that rare classes count; a tie goes to the lower loss.
    const unjudged = judged.macroF1 === null || options.keep === "last";
    const score = unjudged ? epoch : judged.macroF1! - 1e-3 * judged.loss!;
    if (this.#best === undefined || score > this.#best.score) this.#best = { epoch, score, weights, judged };
  }

  /** Says once when the codebook collapses, and keeps in mind when it was collapsed. */
  #watch(epoch: number): void {
    const usage = this.#history.flatMap(({ perplexity, topShare }) =>
      perplexity === null || topShare == null ? [] : [{ perplexity, topShare }]
    );
    if (!collapsed(usage)) return;
    this.#collapsedEpochs.push(epoch);
    if (this.#collapsedEpochs.length === 1) this.#warnOfCollapse();
  }

  #warnOfCollapse(): void {
    const [epoch] = this.#collapsedEpochs;
    const { perplexity, topShare } = this.#history[epoch - 1];
    const share = (100 * topShare!).toFixed(0);
    this.hooks.onWarning?.(
      `The codebook has collapsed by epoch ${epoch}: perplexity ${
        perplexity!.toFixed(2)
      }, ${share} % of the ` +
        `validation windows in one code; try a lower learning_rate or a higher spread_weight`,
    );
  }

  #snapshot(): Uint8Array {
    const { weights, judged, ...best } = this.#best!;
    const { logits, latents, ...marks } = judged;
    const moments = Object.entries(this.#optimizer.moments()).flatMap(([name, { first, second }]) => [
      [`first/${name}`, first],
      [`second/${name}`, second],
    ]);
    const facts: Facts = {
      history: this.#history,
      steps: this.#state.steps,
      updates: this.#optimizer.steps,
      restarts: this.#restarts,
      collapsedEpochs: this.#collapsedEpochs,
      order: this.#order.save(),
      noise: this.#noise.save(),
      best: { ...best, judged: marks },
    };
    const kept = Object.entries(weights).map(([name, { data }]) => [`best/${name}`, data]);
    const arrays = Object.fromEntries([...moments, ...kept]);
    return packSnapshot({ facts, arrays: { ...this.#state.arrays(), ...arrays, logits, latents } });
  }

  #restore(saved: Uint8Array): void {
    const { facts, arrays } = unpackSnapshot<Facts>(saved);
    const array = (name: string) => arrays[name] as Float32Array;
    this.#history.push(...facts.history);
    this.#collapsedEpochs.push(...facts.collapsedEpochs);
    // Warnings belong to the result, which must not tell that there was an interruption.
    if (facts.collapsedEpochs.length > 0) this.#warnOfCollapse();
    this.#restarts = facts.restarts;
    this.#order.restore(facts.order);
    this.#noise.restore(facts.noise);
    this.#state.restore(facts.steps, arrays);
    const moments = Object.keys(this.#state.parameters).map((name) =>
      [name, { first: array(`first/${name}`), second: array(`second/${name}`) }] as const
    );
    this.#optimizer.restore(facts.updates, Object.fromEntries(moments));
    const weights: Trained["weights"] = {};
    for (const [name, shape] of Object.entries(weightShapes(this.architecture))) {
      weights[name] = { data: array(`best/${name}`), shape };
    }
    const judged = { ...facts.best.judged, logits: array("logits"), latents: array("latents") };
    this.#best = { ...facts.best, weights, judged };
  }
}

function message(
  now: { epoch: number; loss: number },
  epochs: number,
  history: Epoch[],
  started: { at: number; epoch: number },
): string {
  const last = history.at(-1);
  const parts = [`epoch ${history.length + 1}/${epochs}`, `loss ${now.loss.toFixed(3)}`];
  if (last?.validationAccuracy != null) parts.push(`validation ${last.validationAccuracy.toFixed(3)}`);
  if (last?.perplexity != null) parts.push(`perplexity ${last.perplexity.toFixed(1)}`);
  const perEpoch = (performance.now() - started.at) / 1000 / (now.epoch - started.epoch);
  return [...parts, `${Math.ceil(perEpoch * (epochs - now.epoch))} s left`].join(" · ");
}
