/**
 * The teachers: small networks that read what the statistics of a window say of it, not its samples. Each learns an FSQ
 * code that foretells the statistics of neighbouring windows. They cost a twentieth of networks that read samples, and
 * their codes persist as well, so that there can be many.
 */
import type { Architecture } from "../../artifacts/model.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { halfWidths } from "../../fsq/constants.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { openSession } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { type Augmentation, augmentBatch } from "../../signal/augment/augment_batch.ts";
import type { Scaler } from "../../signal/window/batch.ts";
import { encoderOnnx } from "../forward.ts";
import { runEncoder } from "../run_encoder.ts";
import { batchShape, drawPairs, rowsOf } from "./batches.ts";
import { centerWithin, clip, standardize, standardizeLike } from "./columns.ts";
import { featuresOf } from "./features.ts";
import { fitEncoder, type FitOptions } from "./fit_encoder.ts";
import { type Groups, groupsBy, type Sequence } from "./neighbors.ts";
import { teacherGraph } from "./step_graphs.ts";

/** Hidden widths of a teacher, each normalised over the batch. */
const hidden = [128, 64];

/** Changed copies of the statistics of every window: what a turned sensor would have said. */
const copies = 4;

/** Extreme features do not rule the loss. */
const featureLimit = 5;

/** Share of the energies' variance within recordings above which a recording shows several behaviours. */
const severalBehaviours = 0.7;

/** A network over `features` statistics. */
export function teacherArchitecture(features: number, levels: number[]): Architecture {
  return {
    input: [features, 1, 1],
    blocks: hidden.map((channels) => ({ channels, kernel: [1, 1], pool: 1 })),
    pooling: ["mean"],
    levels,
    latent: levels.length,
    head: [],
    classes: 0,
  };
}

/** What all teachers read and foretell. */
export interface Lesson {
  /** Statistics of every window: as it is, then of each changed copy; float32 `[n, width]` each. */
  views: Float32Array[];
  /** What is foretold: the statistics less the mean of their group, float64 `[n, width]`. */
  targets: Float64Array;
  width: number;
  groups: Groups;
}

/**
 * Statistics of the windows of `sequence`, standardised, and the groups that they are centred within: recordings, or
 * people where a recording holds one behaviour, whose mean would be the behaviour.
 *
 * @throws {InputError} Where no window differs from the others of its group: there is nothing to foretell.
 */
export function lessonOf(
  windows: Windows,
  sequence: Sequence,
  scaler: Scaler,
  augmentation: Augmentation,
  rng: Random,
): Lesson {
  const { rows } = sequence;
  const { channels, sensors, triads } = windows.recordings;
  const plain = featuresOf(windows, rows, scaler);
  const { width, energies } = plain;
  const shape = [1, channels.length, sensors.length, windows.length] as const;
  const changed = Array.from({ length: copies }, () => {
    const { values } = featuresOf(
      windows,
      rows,
      scaler,
      (window) => augmentBatch(window, shape, triads, augmentation, rng),
    );
    standardizeLike(values, plain.values, width);
    clip(values, featureLimit);
    return Float32Array.from(values);
  });
  standardize(plain.values, width);
  clip(plain.values, featureLimit);
  const views = [Float32Array.from(plain.values), ...changed];
  const byRecording = groupsBy(windows, rows, "recording");
  const targets = plain.values.slice();
  centerWithin(targets, width, byRecording.of, byRecording.members.length);
  let inside = 0;
  for (let i = 0; i < rows.length; i++) {
    for (const j of energies) inside += targets[i * width + j] ** 2;
  }
  inside /= rows.length * energies.length;
  let groups = byRecording;
  if (inside <= severalBehaviours) {
    groups = groupsBy(windows, rows, "subject");
    targets.set(plain.values);
    centerWithin(targets, width, groups.of, groups.members.length);
  }
  standardize(targets, width);
  if (targets.every((x) => x === 0)) {
    throw new InputError(
      `Cannot discover: the ${rows.length} training windows are all alike within each ${groups.by}`,
      {
        hint: "Check the columns and units of load: no channel tells one window from the next.",
      },
    );
  }
  clip(targets, featureLimit);
  return { views, targets, width, groups };
}

/**
 * The soft code of every window by a new teacher, float32 `[n, d]`.
 *
 * @param batch Windows a step, about; as many neighbours beside them.
 * @param steps Steps of the training, `perEpoch` of which are one entry of its history.
 */
export async function teach(
  { views, targets, width, groups }: Lesson,
  sequence: Sequence,
  levels: number[],
  { batch: wanted, steps, perEpoch, ...options }: FitOptions & {
    batch: number;
    steps: number;
    perEpoch: number;
  },
  rng: Random,
  onStep: (done: number, loss: number) => void,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const architecture = teacherArchitecture(width, levels);
  const shape = batchShape(wanted, groups);
  const batch = shape.groups * shape.each;
  const draws = rng.fork("draws");
  const { weights } = await fitEncoder(
    architecture,
    teacherGraph(architecture, { batch, groups: shape.groups, features: width }),
    { steps, perEpoch },
    () => {
      const { first, second } = drawPairs(sequence, groups, shape, draws);
      // The neighbour is turned, what it is foretold by is not: the code learns both what turns and what does not.
      const window = new Float32Array(2 * batch * width);
      window.set(rowsOf(views[0], width, [first]));
      second.forEach((at, i) => {
        const view = views[1 + draws.below(views.length - 1)];
        window.set(view.subarray(at * width, (at + 1) * width), (batch + i) * width);
      });
      return {
        window: { data: window, shape: [2 * batch, ...architecture.input] },
        target: { data: rowsOf(targets, width, [second, first]), shape: [2 * batch, width] },
      };
    },
    options,
    rng.fork("weights"),
    onStep,
    signal,
  );
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads: options.threads });
  try {
    const { latents } = await runEncoder(session, { architecture }, views[0]);
    const widths = halfWidths(levels);
    const bounded = new Quantizer(levels).bound(latents);
    return Float32Array.from(bounded, (b, i) => b / widths[i % widths.length]);
  } finally {
    await session.release();
  }
}
