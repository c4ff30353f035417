/** A classifier that reads the quantised values of a window together with those of its neighbours in time. */
import type { Architecture } from "../../artifacts/model.ts";
import type { Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { temperatureForOthers } from "../../metrics/calibration/temperature_for_others.ts";
import { openSession } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { stretchesOf } from "../../temporal/stretches.ts";
import { countParameters } from "../architecture.ts";
import { encodeWindows } from "../evaluate.ts";
import { encoderOnnx } from "../forward.ts";
import { train, type TrainHooks, type TrainOptions } from "./train.ts";
import type { TrainingData } from "./training_data.ts";
import { classesOf, classWeights } from "./training_rows.ts";

/** Settings of {@linkcode fitTemporalHead}. */
export interface TemporalHeadOptions {
  /** Windows on either side whose codes are read as well. */
  neighbours: number;
  /** Hidden widths. */
  hidden: number[];
  epochs: number;
  learningRate: number;
  weightDecay: number;
  labelSmoothing: number;
  classWeighting: "none" | "sqrt" | "balanced";
  threads: number;
}

/** What was read of every window. */
export interface TemporalReading {
  /** float32 `[N, classes]`, temperature not applied. */
  logits: Float32Array;
  /** Class names in the order of the logits. */
  classes: string[];
  /** Fitted on the validation windows; 1 without any. */
  temperature: number;
  parameters: number;
}

/**
 * Windows as samples: each stretch of neighbouring windows that lie in one part of the split becomes a recording of
 * their values, one sample a window. Window i of the result is sample i with `neighbours` samples of context; where a
 * stretch ends, its last window stands for those that are not there. So no value crosses a recording, a gap or a split.
 *
 * @param values float32 `[N, d]`.
 */
export function codeSequences(
  windows: Windows,
  part: Split["part"],
  values: Float32Array,
  neighbours: number,
): Windows {
  const n = windows.start.length;
  const d = values.length / n;
  const { recordings } = windows;
  const recording = new Int32Array(n);
  const start = new Int32Array(n);
  const sequences: Windows["recordings"]["recordings"] = [];
  for (const stretch of stretchesOf(windows)) {
    for (let from = stretch.from, to = from; from < stretch.to; from = to) {
      while (to < stretch.to && part[to] === part[from]) to++;
      const { subject } = recordings.recordings[stretch.recording];
      sequences.push({
        id: `windows ${from} to ${to - 1}`,
        subject,
        samples: to - from,
        data: values.slice(from * d, to * d),
        labels: windows.labels.slice(from, to),
        gaps: [],
      });
      for (let i = from; i < to; i++) {
        recording[i] = sequences.length - 1;
        start[i] = i - from;
      }
    }
  }
  return {
    recordings: {
      ...recordings,
      rate: recordings.rate / windows.hop,
      sensors: ["codes"],
      channels: Array.from({ length: d }, (_, j) => `digit_${j}`),
      units: new Array(d).fill("1"),
      triads: [],
      recordings: sequences,
    },
    recording,
    start,
    labels: windows.labels,
    purity: windows.purity,
    length: 1,
    hop: 1,
    ...(neighbours > 0 ? { context: neighbours } : {}),
  };
}

/**
 * Trains the head on the training windows and reads every window with it.
 *
 * @param values float32 `[N, d]`, quantised values of all windows in their order.
 * @throws {InputError} When a part of the training is missing.
 */
export async function fitTemporalHead(
  windows: Windows,
  split: Split,
  values: Float32Array,
  rows: { train: Int32Array; validation: Int32Array },
  options: TemporalHeadOptions,
  rng: Random,
  hooks: TrainHooks,
): Promise<TemporalReading> {
  const { names, labels, classOf } = classesOf(windows, rows.train);
  if (names.length < 2) {
    throw new InputError(
      `Cannot train temporal head: the training part holds ${names.length} class(es), 2 are needed`,
    );
  }
  const sequences = codeSequences(windows, split.part, values, options.neighbours);
  const d = sequences.recordings.channels.length;
  const span = 2 * options.neighbours + 1;
  const architecture: Architecture = {
    input: [d, 1, span],
    blocks: [],
    // The mean of each single step is that step: every value of every neighbour is read for itself.
    pooling: ["mean"],
    ...(span > 1 ? { segments: span } : {}),
    neck: options.hidden,
    levels: null,
    latent: names.length,
    head: [],
    classes: names.length,
  };
  const validationRows = rows.validation.filter((row) => labels[row] >= 0);
  const scaler = { center: [new Array(d).fill(0)], scale: [new Array(d).fill(1)] };
  const data: TrainingData = {
    windows: sequences,
    scaler,
    labels,
    classOf,
    classWeights: classWeights(labels, rows.train, names.length, options.classWeighting),
    trainRows: rows.train,
    validationRows,
  };
  const { weights, validationLogits } = await train(
    architecture,
    data,
    { ...plain, ...options },
    rng,
    hooks,
  );
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads: options.threads });
  try {
    const all = Int32Array.from(windows.start, (_, i) => i);
    const model = { architecture, scaler: { method: "none", ...scaler } };
    const { logits } = await encodeWindows(session, model, sequences, all, { batch: 4096 });
    const truth = Int32Array.from(validationRows, (row) => labels[row]);
    const temperature = temperatureForOthers(
      windows,
      split,
      validationRows,
      validationLogits,
      truth,
      names.length,
    );
    return { logits, classes: names, temperature, parameters: countParameters(architecture) };
  } finally {
    await session.release();
  }
}

/** Codes are no sensor values: nothing is turned, shifted or drowned in noise. */
const plain: Omit<TrainOptions, keyof TemporalHeadOptions> = {
  patience: 10,
  keep: "last",
  batch: 256,
  warmupEpochs: 1,
  clip: 1,
  dropout: 0,
  auxiliary: 0,
  spread: 0,
  averaging: 0.99,
  shift: 0,
};
