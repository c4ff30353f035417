/** Training batches: seeded order, augmentation, and shares of labels as targets. */
import { labelsOf } from "../../artifacts/recording/lazy_recording.ts";
import { inputLength, type Windows } from "../../artifacts/windows.ts";
import { Random } from "../../random.ts";
import { type Augmentation, augmentBatch } from "../../signal/augment/augment_batch.ts";
import { mixBatch } from "../../signal/augment/mix_batch.ts";
import { gatherWindows, type Scaler } from "../../signal/window/batch.ts";

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
  /** Largest random shift of a window's start, samples; its label follows. */
  shift: number;
  /** α of the shares in which windows and their targets are mixed; 0 or left out is none. */
  mixing?: number;
}

/**
 * One epoch over `rows` in random order. The last batch is filled up with windows that carry no weight, so that every
 * batch has the same shape and every window counts once.
 *
 * The target of a window is the share of each class among its labelled samples: a window over a boundary says so
 * instead of claiming one side.
 *
 * @param classOf Class by label id, −1 for labels that are not trained.
 * @param weights Weight by class.
 */
export function* epochBatches(
  windows: Windows,
  rows: Int32Array,
  classOf: Int32Array,
  weights: Float64Array,
  scaler: Scaler,
  options: BatchOptions,
  rng: Random,
): Generator<Batch> {
  const { batch } = options;
  const { sensors, channels, triads } = windows.recordings;
  const shape = [batch, channels.length, sensors.length, inputLength(windows)] as const;
  const all = Int32Array.from({ length: batch }, (_, i) => i);
  const order = rng.shuffle(rows.slice());
  for (let from = 0; from < order.length; from += batch) {
    const used = order.subarray(from, Math.min(from + batch, order.length));
    const filled = Int32Array.from({ length: batch }, (_, i) => used[i] ?? order[rng.below(order.length)]);
    const drawn = drawWindows(windows, filled, options.shift, rng);
    const window = new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]);
    gatherWindows(drawn, all, scaler, window);
    augmentBatch(window, shape, triads, options, rng);
    const target = targets(drawn, used.length, classOf, weights, options);
    const { mixing = 0 } = options;
    if (mixing > 0) mixBatch(window, target, batch, used.length, mixing, rng);
    yield { window, target, rows: used };
  }
}

/** The windows `rows`, each started up to `shift` samples earlier or later where recording and gaps allow. */
function drawWindows(windows: Windows, rows: Int32Array, shift: number, rng: Random): Windows {
  const recording = Int32Array.from(rows, (row) => windows.recording[row]);
  const start = Int32Array.from(rows, (row, i) => {
    const first = windows.start[row];
    if (shift === 0) return first;
    const { samples, gaps } = windows.recordings.recordings[recording[i]];
    const moved = first + rng.below(2 * shift + 1) - shift;
    const inside = moved >= 0 && moved + windows.length <= samples;
    return inside && !gaps.some(([a, b]) => moved < b && moved + windows.length > a) ? moved : first;
  });
  return { ...windows, recording, start };
}

function targets(
  drawn: Windows,
  used: number,
  classOf: Int32Array,
  weights: Float64Array,
  options: BatchOptions,
): Float32Array {
  const { classes, labelSmoothing } = options;
  const target = new Float32Array(options.batch * classes);
  let total = 0;
  for (let i = 0; i < used; i++) {
    const start = drawn.start[i];
    const recording = drawn.recordings.recordings[drawn.recording[i]];
    const { values: labels, first } = labelsOf(recording, start, start + drawn.length);
    const row = target.subarray(i * classes, (i + 1) * classes);
    let mass = 0;
    for (let t = start - first; t < start - first + drawn.length; t++) {
      const c = labels[t] < 0 ? -1 : classOf[labels[t]];
      if (c < 0) continue;
      row[c] += weights[c];
      mass += weights[c];
    }
    for (let c = 0; c < classes; c++) {
      row[c] = row[c] * (1 - labelSmoothing) + mass * labelSmoothing / classes;
    }
    total += mass;
  }
  return target.map((x) => x / Math.max(total, 1e-9));
}
