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
import type { Random } from "../../random.ts";
import type { Augmentation } from "../../signal/augment/augment_batch.ts";
import type { Scaler } from "../../signal/window/batch.ts";
import { type CheckpointStore, packSnapshot, unpackSnapshot } from "../train/checkpoint.ts";
import type { KeptGoals } from "../train/kept_goals.ts";
import { rowsOf, Views } from "./batches.ts";
import { fitEncoder, type FitOptions, type Fitted } from "./fit_encoder.ts";
import { type Groups, type Sequence, sequenceOf } from "./neighbors.ts";
import { slowFeatures } from "./slow_features.ts";
import { studentGraph } from "./step_graphs.ts";
import { type Lesson, lessonOf, teach } from "./teachers.ts";
import { type Turns, turnsOf } from "./turns.ts";

/** Settings of {@linkcode discover}. */
export interface DiscoverOptions extends FitOptions, Augmentation {
  /** Largest random rotation of any sensor, radians; left out, what suits how people wore it. */
  rotation?: number;
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
  /** How far sensors were turned. */
  turns: Turns;
  /** What the student was to say of each window. */
  goals: Omit<KeptGoals, "factor">;
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

/** Share of the work that teaching is, about. */
const teachersShare = 0.5;

/** Passes of the student by those of a teacher. */
const studentShare = 0.75;

/** A dimension that persists less still counts this much. */
const leastWeight = 0.05;

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
  readonly #rngs: { lesson: Random; teachers: Random[]; student: Random };
  readonly #views: Views;
  readonly #turns: Turns;
  /** How the student's windows are changed. */
  readonly #seen: Augmentation;

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
    this.#rngs = { lesson: rng.fork("lesson"), teachers, student: rng.fork("student") };
    this.#views = new Views(windows, sequence.rows, scaler);
    this.#turns = turnsOf(windows, sequence.rows, options.rotation);
    this.#seen = { ...options, rotation: this.#turns.student };
  }

  async run(): Promise<Discovered> {
    const { options, hooks, sequence, architecture: { levels, latent: d } } = this;
    const n = sequence.rows.length;
    const seen = { ...options, rotation: this.#turns.teachers };
    const lesson = lessonOf(this.windows, sequence, this.scaler, seen, this.#rngs.lesson);
    const saved = hooks.checkpoint?.load();
    const codes = saved === undefined ? [] : Object.values(unpackSnapshot(saved).arrays) as Float32Array[];
    while (codes.length < options.teachers) {
      codes.push(await this.#teacher(codes.length, lesson));
      const arrays = Object.fromEntries(codes.map((code, i) => [`teacher ${i}`, code]));
      hooks.checkpoint?.save(packSnapshot({ facts: {}, arrays }));
    }
    const joined = new Float32Array(n * d * codes.length);
    for (let i = 0; i < n; i++) {
      codes.forEach((code, k) => joined.set(code.subarray(i * d, (i + 1) * d), (i * codes.length + k) * d));
    }
    const slow = slowFeatures(joined, d * codes.length, d, sequence, lesson.groups);
    const values = goals(slow.values, levels!);
    const weighting = slow.persistence.map((p) => Math.max(leastWeight, p));
    const { weights, history } = await this.#student(values, weighting);
    return {
      weights,
      history: history.map(({ loss, learningRate }, i) => ({ epoch: i + 1, loss, learningRate })),
      persistence: [...slow.persistence],
      centered: lesson.groups.by,
      turns: this.#turns,
      goals: { rows: sequence.rows, values, weights: weighting, augmentation: this.#seen },
    };
  }

  #steps(share: number): { steps: number; perEpoch: number } {
    const perEpoch = Math.max(1, Math.floor(this.sequence.rows.length / this.options.batch));
    const epochs = this.options.epochs ?? Math.max(usualEpochs, Math.ceil(leastSteps / perEpoch));
    return { steps: Math.ceil(share * epochs) * perEpoch, perEpoch };
  }

  /** The soft code of every window by a new teacher, float32 `[n, d]`. */
  #teacher(number: number, lesson: Lesson): Promise<Float32Array> {
    const { options, hooks, sequence } = this;
    const plan = this.#steps(1);
    const share = teachersShare / options.teachers;
    return teach(
      lesson,
      sequence,
      this.architecture.levels!,
      { ...options, ...plan },
      this.#rngs.teachers[number],
      this.#told(`teacher ${number + 1} of ${options.teachers}`, number * share, share, plan.steps),
      hooks.signal,
    );
  }

  async #student(goal: Float64Array, weights: Float64Array): Promise<Fitted> {
    const { architecture, options, hooks, sequence } = this;
    const rng = this.#rngs.student;
    const n = sequence.rows.length;
    const batch = Math.min(options.batch, n);
    const draws = rng.fork("draws");
    const d = architecture.latent;
    const plan = this.#steps(studentShare);
    return await fitEncoder(
      architecture,
      studentGraph(architecture, batch, weights),
      plan,
      () => {
        const drawn = Int32Array.from({ length: batch }, () => draws.below(n));
        const window = new Float32Array(batch * this.#views.width);
        this.#views.write(drawn, window, this.#seen, draws);
        return {
          window: { data: window, shape: [batch, ...architecture.input] },
          goal: { data: rowsOf(goal, d, [drawn]), shape: [batch, d] },
        };
      },
      options,
      rng.fork("weights"),
      this.#told("student", teachersShare, 1 - teachersShare, plan.steps),
      hooks.signal,
    );
  }

  /** Tells of steps whose first starts at share `from` of the whole, and which take a share `of` it. */
  #told(name: string, from: number, of: number, steps: number): (done: number, loss: number) => void {
    return (done, loss) =>
      this.hooks.onProgress(
        from + of * done / steps,
        `${name} · step ${done}/${steps} · loss ${loss.toFixed(3)}`,
      );
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
