/** Training batches: seeded order, augmentation and soft targets. */
import type { Windows } from "../artifacts/windows.ts";
import { Random } from "../random.ts";
import { rotateTriads } from "../signal/augment.ts";
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
export interface BatchOptions {
  batch: number;
  classes: number;
  /** Largest random rotation of a sensor's triads, radians; 0 for none. */
  rotation: number;
  /** Standard deviation of the log of one random factor a window and sensor. */
  scaling: number;
  /** Standard deviation of white noise, in scaled units. */
  jitter: number;
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
    if (options.rotation > 0) rotateTriads(window, shape, triads, options.rotation, rng);
    if (options.scaling > 0 || options.jitter > 0) perturb(window, shape, options, rng);
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

/** One random factor per window and sensor, then white noise. */
function perturb(
  window: Float32Array,
  [batch, channels, sensors, length]: readonly [number, number, number, number],
  options: BatchOptions,
  rng: Random,
): void {
  for (let b = 0; b < batch; b++) {
    for (let s = 0; s < sensors; s++) {
      const factor = Math.exp(options.scaling * rng.normal());
      for (let c = 0; c < channels; c++) {
        const first = ((b * channels + c) * sensors + s) * length;
        for (let i = first; i < first + length; i++) {
          window[i] = window[i] * factor + (options.jitter > 0 ? options.jitter * rng.normal() : 0);
        }
      }
    }
  }
}
