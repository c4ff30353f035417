/**
 * Learns a code without labels. Several teachers each learn an FSQ code that foretells generic features of neighbouring
 * windows; the directions of their codes that all share and that persist in time are the goal of one student, whose code
 * is kept. Everything is centred within recordings (or people), so that the code cannot learn who wore the sensors.
 *
 * No label is read: neither of windows nor of samples.
 */
import type { Architecture, Epoch } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { halfWidths, levelConstants } from "../../fsq/constants.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { openSession } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import type { Augmentation } from "../../signal/augment/augment_batch.ts";
import type { Scaler } from "../../signal/window/batch.ts";
import { encodeWindows } from "../evaluate.ts";
import { encoderOnnx } from "../forward.ts";
import { type CheckpointStore, packSnapshot, unpackSnapshot } from "../train/checkpoint.ts";
import type { KeptGoals } from "../train/kept_goals.ts";
import { batchShape, drawPairs, rowsOf, Views } from "./batches.ts";
import { centerWithin, clip, standardize } from "./columns.ts";
import { featuresOf } from "./features.ts";
import { fitEncoder, type FitOptions, type Fitted } from "./fit_encoder.ts";
import { type Groups, groupsBy, type Sequence, sequenceOf } from "./neighbors.ts";
import { slowFeatures } from "./slow_features.ts";
import { studentGraph, teacherGraph } from "./step_graphs.ts";

/** Settings of {@linkcode discover}. */
export interface DiscoverOptions extends FitOptions, Augmentation {
  /** Passes of a teacher over the training windows; left out, 8 or as many as make 500 steps. */
  epochs?: number;
  /** Windows a step, about. */
  batch: number;
  teachers: number;
}

/** What was learnt. */
export interface Discovered {
  weights: Record<string, NpyArray<Float32Array>>;
  /** Of the student. */
  history: Pick<Epoch, "epoch" | "loss" | "learningRate">[];
  /** Agreement of neighbours in each latent dimension's goal, at most 1, in descending order. */
  persistence: number[];
  /** What everything was centred within. */
  centered: Groups["by"];
  /** What the student was to say of each window. */
  goals: Pick<KeptGoals, "rows" | "values" | "weights">;
}

/** Ends of training's way to the outside. */
export interface DiscoverHooks {
  onProgress: (fraction: number, message: string) => void;
  /** Keeps the codes of the teachers that are done. */
  checkpoint?: CheckpointStore;
  signal?: AbortSignal;
}

/** Passes over the windows, and steps that a small set is seen more often for. */
const usualEpochs = 8, leastSteps = 500;

/** Passes of the student by those of a teacher. */
const studentShare = 0.75;

/** A dimension that persists less still counts this much. */
const leastWeight = 0.05;

/** Share of the energies' variance within recordings above which a recording shows several behaviours. */
const severalBehaviours = 0.7;

/** Extreme features do not rule the loss. */
const featureLimit = 5;

/** Fewest windows that have a neighbour. */
const leastNeighbors = 8;

/**
 * Learns the encoder of `architecture` (without classes, with levels) from the windows for which `wanted` holds.
 *
 * Deterministic: equal data, options and seed give equal weights on the same kind of machine and number of threads,
 * whether or not the training was interrupted and taken up again.
 *
 * @throws {InputError} When hardly any window has a neighbour, or the loss stops being finite.
 */
export async function discover(
  architecture: Architecture,
  windows: Windows,
  scaler: Scaler,
  wanted: (window: number) => boolean,
  options: DiscoverOptions,
  rng: Random,
  hooks: DiscoverHooks,
): Promise<Discovered> {
  const sequence = sequenceOf(windows, wanted);
  if (sequence.followed.length < leastNeighbors) {
    throw new InputError(
      `Cannot discover: ${sequence.followed.length} training windows have a window after them, ` +
        `${leastNeighbors} are needed`,
      { hint: "Use longer recordings, a shorter hop, or cut windows over everything, not within labels." },
    );
  }
  return await new Discovery(architecture, windows, scaler, sequence, options, rng, hooks).run();
}

/** One discovery from features to student. */
class Discovery {
  readonly #rngs: { teachers: Random[]; student: Random };
  readonly #views: Views;

  constructor(
    readonly architecture: Architecture,
    readonly windows: Windows,
    readonly scaler: Scaler,
    readonly sequence: Sequence,
    readonly options: DiscoverOptions,
    rng: Random,
    readonly hooks: DiscoverHooks,
  ) {
    const teachers = Array.from({ length: options.teachers }, (_, i) => rng.fork(`teacher ${i}`));
    this.#rngs = { teachers, student: rng.fork("student") };
    this.#views = new Views(windows, sequence.rows, scaler);
  }

  async run(): Promise<Discovered> {
    const { options, hooks, sequence } = this;
    const n = sequence.rows.length;
    const { targets, features, groups } = this.#targets();
    const saved = hooks.checkpoint?.load();
    const codes = saved === undefined ? [] : Object.values(unpackSnapshot(saved).arrays) as Float32Array[];
    while (codes.length < options.teachers) {
      codes.push(await this.#teacher(codes.length, targets, features, groups));
      const arrays = Object.fromEntries(codes.map((code, i) => [`teacher ${i}`, code]));
      hooks.checkpoint?.save(packSnapshot({ facts: {}, arrays }));
    }
    const d = this.architecture.latent;
    const joined = new Float32Array(n * d * codes.length);
    for (let i = 0; i < n; i++) {
      codes.forEach((code, k) => joined.set(code.subarray(i * d, (i + 1) * d), (i * codes.length + k) * d));
    }
    const slow = slowFeatures(joined, d * codes.length, d, sequence, groups);
    const values = goals(slow.values, this.architecture.levels!);
    const weighting = slow.persistence.map((p) => Math.max(leastWeight, p));
    const { weights, history } = await this.#student(values, weighting);
    return {
      weights,
      history: history.map(({ loss, learningRate }, i) => ({ epoch: i + 1, loss, learningRate })),
      persistence: [...slow.persistence],
      centered: groups.by,
      goals: { rows: sequence.rows, values, weights: weighting },
    };
  }

  /** Standardised features of all windows, centred within groups. */
  #targets(): { targets: Float64Array; features: number; groups: Groups } {
    const { windows, sequence, scaler } = this;
    const { values, width, energies } = featuresOf(windows, sequence.rows, scaler);
    standardize(values, width);
    clip(values, featureLimit);
    const byRecording = groupsBy(windows, sequence.rows, "recording");
    const within = values.slice();
    centerWithin(within, width, byRecording.of, byRecording.members.length);
    let inside = 0;
    for (let i = 0; i < sequence.rows.length; i++) {
      for (const j of energies) inside += within[i * width + j] ** 2;
    }
    inside /= sequence.rows.length * energies.length;
    // Where a recording holds one behaviour, its mean is the behaviour: then people are the groups.
    const groups = inside > severalBehaviours ? byRecording : groupsBy(windows, sequence.rows, "subject");
    centerWithin(values, width, groups.of, groups.members.length);
    standardize(values, width);
    clip(values, featureLimit);
    return { targets: values, features: width, groups };
  }

  #steps(share: number): { steps: number; perEpoch: number } {
    const perEpoch = Math.max(1, Math.floor(this.sequence.rows.length / this.options.batch));
    const epochs = this.options.epochs ?? Math.max(usualEpochs, Math.ceil(leastSteps / perEpoch));
    return { steps: Math.ceil(share * epochs) * perEpoch, perEpoch };
  }

  /** The soft code of every window by a new teacher, float32 `[n, d]`. */
  async #teacher(
    number: number,
    targets: Float64Array,
    features: number,
    groups: Groups,
  ): Promise<Float32Array> {
    const { architecture, options, sequence } = this;
    const rng = this.#rngs.teachers[number];
    const shape = batchShape(options.batch, groups);
    const batch = shape.groups * shape.each;
    const graph = teacherGraph(architecture, { batch, groups: shape.groups, features });
    const draws = rng.fork("draws");
    // The neighbour is turned, its features are those of the recording: the code learns both what turns and what does not.
    const { rotation: _, ...still } = options;
    const { weights } = await this.#fit(
      graph,
      this.#steps(1),
      () => {
        const { first, second } = drawPairs(sequence, groups, shape, draws);
        const window = new Float32Array(2 * batch * this.#views.width);
        const half = batch * this.#views.width;
        this.#views.write(first, window.subarray(0, half), still, draws);
        this.#views.write(second, window.subarray(half), options, draws);
        return {
          window: { data: window, shape: [2 * batch, ...architecture.input] },
          target: { data: rowsOf(targets, features, [second, first]), shape: [2 * batch, features] },
        };
      },
      rng,
      { from: number, name: `teacher ${number + 1} of ${options.teachers}` },
    );
    return await this.#softCodes(weights);
  }

  async #student(goal: Float64Array, weights: Float64Array): Promise<Fitted> {
    const { architecture, options, sequence } = this;
    const rng = this.#rngs.student;
    const n = sequence.rows.length;
    const batch = Math.min(options.batch, n);
    const draws = rng.fork("draws");
    const d = architecture.latent;
    return await this.#fit(
      studentGraph(architecture, batch, weights),
      this.#steps(studentShare),
      () => {
        const drawn = Int32Array.from({ length: batch }, () => draws.below(n));
        const window = new Float32Array(batch * this.#views.width);
        this.#views.write(drawn, window, options, draws);
        return {
          window: { data: window, shape: [batch, ...architecture.input] },
          goal: { data: rowsOf(goal, d, [drawn]), shape: [batch, d] },
        };
      },
      rng,
      { from: options.teachers, name: "student" },
    );
  }

  #fit(
    graph: ReturnType<typeof teacherGraph>,
    plan: { steps: number; perEpoch: number },
    next: Parameters<typeof fitEncoder>[3],
    rng: Random,
    { from, name }: { from: number; name: string },
  ): Promise<Fitted> {
    const { architecture, options, hooks } = this;
    const parts = options.teachers + 1;
    return fitEncoder(
      architecture,
      graph,
      plan,
      next,
      options,
      rng.fork("weights"),
      (done, loss) =>
        hooks.onProgress(
          (from + done / plan.steps) / parts,
          `${name} · step ${done}/${plan.steps} · loss ${loss.toFixed(3)}`,
        ),
      hooks.signal,
    );
  }

  async #softCodes(weights: Fitted["weights"]): Promise<Float32Array> {
    const { architecture, options, sequence, hooks } = this;
    const session = await openSession(encoderOnnx({ architecture, weights }), { threads: options.threads });
    try {
      const model = { architecture, scaler: { method: "", ...this.scaler } };
      const { latents } = await encodeWindows(
        session,
        model,
        this.windows,
        sequence.rows,
        hooks.signal ? { signal: hooks.signal } : {},
      );
      const widths = halfWidths(architecture.levels!);
      const bounded = new Quantizer(architecture.levels!).bound(latents);
      return Float32Array.from(bounded, (b, i) => b / widths[i % widths.length]);
    } finally {
      await session.release();
    }
  }
}

/**
 * Slow features as goals in the code's units: each spread over nearly the whole range of its dimension, so that every
 * level is in use; what lies beyond 99 % of the windows shares the outermost level.
 */
function goals(values: Float64Array, levels: readonly number[]): Float64Array {
  const d = levels.length;
  const n = values.length / d;
  const widths = halfWidths(levels);
  const out = new Float64Array(values.length);
  levels.map(levelConstants).forEach(({ halfRange, offset }, j) => {
    const sorted = Float64Array.from({ length: n }, (_, i) => values[i * d + j]).sort();
    const low = sorted[Math.floor(0.005 * (n - 1))], high = sorted[Math.ceil(0.995 * (n - 1))];
    const range = Math.max(high - low, 1e-12);
    for (let i = j; i < values.length; i += d) {
      const u = 2 * Math.min(1, Math.max(0, (values[i] - low) / range)) - 1;
      out[i] = (u * halfRange * 0.98 - offset) / widths[j];
    }
  });
  return out;
}
