/** Training batches: seeded order, augmentation and soft targets. */
import type { Windows } from "../artifacts/windows.ts";
import { Random } from "../random.ts";
import { type Augmentation, augmentBatch } from "../signal/augment_batch.ts";
import { gatherWindows, type Scaler } from "../signal/batch.ts";

/** What a training step is fed. */
export interface Batch {
  /** float32 `[batch, channels, sensors, length]`. */
  window: Float32Array;
  /** float32 `[batch, classes]`; rows sum to the window's share of the batch's weight, padding rows to 0. */
  target: Float32Array;
  /** Window numbers of the rows that count. */
  rows: Int32Array;
}

/** Settings of {@linkcode epochBatches}. */
export interface BatchOptions extends Augmentation {
  batch: number;
  classes: number;
  /** Share of the target given to all classes alike. */
  labelSmoothing: number;
}

/**
 * One epoch over `rows` in random order. The last batch is filled up with windows that carry no weight, so that every
 * batch has the same shape and every window counts once.
 *
 * @param labels Class by window, in the order of the logits.
 * @param weights Weight by class.
 */
export function* epochBatches(
  windows: Windows,
  rows: Int32Array,
  labels: Int32Array,
  weights: Float64Array,
  scaler: Scaler,
  options: BatchOptions,
  rng: Random,
): Generator<Batch> {
  const { batch, classes } = options;
  const { sensors, channels, triads } = windows.recordings;
  const shape = [batch, channels.length, sensors.length, windows.length] as const;
  const order = rng.shuffle(rows.slice());
  for (let from = 0; from < order.length; from += batch) {
    const used = order.subarray(from, Math.min(from + batch, order.length));
    const filled = Int32Array.from({ length: batch }, (_, i) => used[i] ?? order[rng.below(order.length)]);
    const window = new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]);
    gatherWindows(windows, filled, scaler, window);
    augmentBatch(window, shape, triads, options, rng);
    yield { window, target: targets(used, labels, weights, options), rows: used };
    if (classes === 0) throw new RangeError("Cannot train: no classes");
  }
}

function targets(
  used: Int32Array,
  labels: Int32Array,
  weights: Float64Array,
  options: BatchOptions,
): Float32Array {
  const { classes, labelSmoothing } = options;
  const target = new Float32Array(options.batch * classes);
  let total = 0;
  for (const row of used) total += weights[labels[row]];
  used.forEach((row, i) => {
    const share = weights[labels[row]] / total;
    target.fill(share * labelSmoothing / classes, i * classes, (i + 1) * classes);
    target[i * classes + labels[row]] += share * (1 - labelSmoothing);
  });
  return target;
}
