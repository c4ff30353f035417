/** Windows that take part in a training by labels without theirs: their codes are drawn to goals that discovery set. */
import { inputLength, type Windows } from "../../artifacts/windows.ts";
import type { RuntimeTensor } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { type Augmentation, augmentBatch } from "../../signal/augment/augment_batch.ts";
import { gatherWindows, type Scaler } from "../../signal/window/batch.ts";
import type { Batch } from "./batches.ts";

/** Goals of windows, in the code's units. */
export interface KeptGoals {
  /** Window numbers. */
  rows: Int32Array;
  /** float64 `[rows, d]`, from −1 to 1. */
  values: Float64Array;
  /** Weight of each dimension, `[d]`. */
  weights: ArrayLike<number>;
  /** Weight beside the loss of the labels. */
  factor: number;
  /** Changes of these windows: those that the goals were learnt under. */
  augmentation: Augmentation;
}

/** A batch whose second half are windows that count by their goals alone. */
export interface JointBatch extends Batch {
  /** float32 `[2 · batch, d]` each; the first half of `weight` is 0. */
  goal: Float32Array;
  weight: Float32Array;
}

/** Adds as many drawn windows to a batch as it has rows. */
export function withGoals(
  batch: Batch,
  windows: Windows,
  scaler: Scaler,
  kept: KeptGoals,
  rng: Random,
): JointBatch {
  const { channels, sensors, triads } = windows.recordings;
  const width = channels.length * sensors.length * inputLength(windows);
  const count = batch.window.length / width;
  const d = kept.weights.length;
  const drawn = Int32Array.from({ length: count }, () => rng.below(kept.rows.length));
  const window = new Float32Array(2 * batch.window.length);
  window.set(batch.window);
  const own = window.subarray(batch.window.length);
  gatherWindows(windows, drawn.map((at) => kept.rows[at]), scaler, own);
  augmentBatch(
    own,
    [count, channels.length, sensors.length, inputLength(windows)],
    triads,
    kept.augmentation,
    rng,
  );
  // Rows without a target weigh nothing in the loss of the labels.
  const target = new Float32Array(2 * batch.target.length);
  target.set(batch.target);
  const [goal, weight] = [new Float32Array(2 * count * d), new Float32Array(2 * count * d)];
  drawn.forEach((at, i) => {
    for (let j = 0; j < d; j++) {
      goal[(count + i) * d + j] = kept.values[at * d + j];
      weight[(count + i) * d + j] = kept.factor * kept.weights[j] / (count * d);
    }
  });
  return { ...batch, window, target, goal, weight };
}

/** What a joint batch feeds beside windows and targets. */
export function goalFeeds({ goal, weight }: JointBatch, d: number): Record<string, RuntimeTensor> {
  const shape = [goal.length / d, d];
  return { goal: { data: goal, shape }, "goal.weight": { data: weight, shape } };
}
