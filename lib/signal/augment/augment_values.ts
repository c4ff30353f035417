/**
 * Further random changes of training windows, in place on a batch float32 `[B, channels, sensors, length]`: other
 * amplitudes, biases, noise, speed, and sensors that fail. Values are scaled, so that 1 is about one standard deviation.
 */
import type { Random } from "../../random.ts";
import { type BatchShape, checkBatch } from "./augment.ts";

/** Triads and, alone, the channels in none. */
function groupsOf(channels: number, triads: readonly (readonly number[])[]): (readonly number[])[] {
  const grouped = new Set(triads.flat());
  const lone = Array.from({ length: channels }, (_, c) => c).filter((c) => !grouped.has(c));
  return [...triads, ...lone.map((c) => [c])];
}

/**
 * Multiplies every sensor of every window by a factor of its own, `exp(spread · N(0, 1))`: more or less vigorous people.
 *
 * ```ts
 * import { scaleSensors } from "./augment_values.ts";
 * import { Random } from "../../random.ts";
 * import assert from "node:assert/strict";
 * const batch = new Float32Array([1, 2, 3, 4]); // one window, two channels, one sensor, two samples
 * scaleSensors(batch, [1, 2, 1, 2], 0.1, new Random(1));
 * assert(Math.abs(batch[3] / batch[0] - 4) < 1e-6);
 * ```
 */
export function scaleSensors(batch: Float32Array, shape: BatchShape, spread: number, rng: Random): void {
  checkBatch(batch, shape, "scale sensors");
  const [windows, channels, sensors, length] = shape;
  for (let b = 0; b < windows; b++) {
    for (let s = 0; s < sensors; s++) {
      const factor = Math.exp(spread * rng.normal());
      for (let c = 0; c < channels; c++) {
        const first = ((b * channels + c) * sensors + s) * length;
        for (let i = first; i < first + length; i++) batch[i] *= factor;
      }
    }
  }
}

/** Adds white noise of standard deviation `deviation` to every value. */
export function addJitter(batch: Float32Array, shape: BatchShape, deviation: number, rng: Random): void {
  checkBatch(batch, shape, "add jitter");
  const size = shape[0] * shape[1] * shape[2] * shape[3];
  for (let i = 0; i < size; i++) batch[i] += deviation * rng.normal();
}

/** Adds a constant of standard deviation `deviation` to each channel of each sensor and window: another bias. */
export function addOffsets(batch: Float32Array, shape: BatchShape, deviation: number, rng: Random): void {
  checkBatch(batch, shape, "add offsets");
  const [windows, channels, sensors, length] = shape;
  for (let row = 0; row < windows * channels * sensors; row++) {
    const offset = deviation * rng.normal();
    for (let i = row * length; i < (row + 1) * length; i++) batch[i] += offset;
  }
}

/**
 * Lets time run faster and slower within each window, alike for all its channels: sample u of [0, 1] is read at
 * `u + a/(2πk) · sin(2πku)`, so that speed stays within `1 ± strength` and both ends stay where they are.
 *
 * Values are interpolated linearly; angular rates and accelerations are not made faster with it, which is why more than
 * about 0.3 leaves the physics behind.
 *
 * @param strength In [0, 1).
 */
export function warpTime(batch: Float32Array, shape: BatchShape, strength: number, rng: Random): void {
  checkBatch(batch, shape, "warp time");
  if (!(strength >= 0 && strength < 1)) {
    throw new RangeError(`Cannot warp time: strength must lie in [0, 1), got ${strength}`);
  }
  const [windows, channels, sensors, length] = shape;
  const rows = channels * sensors;
  const at = new Int32Array(length);
  const part = new Float64Array(length);
  const old = new Float32Array(length);
  for (let b = 0; b < windows; b++) {
    const bend = rng.between(-strength, strength);
    const waves = 1 + rng.below(2);
    for (let t = 0; t < length; t++) {
      const u = length > 1 ? t / (length - 1) : 0;
      const read = (u + (bend / (2 * Math.PI * waves)) * Math.sin(2 * Math.PI * waves * u)) * (length - 1);
      at[t] = Math.min(Math.max(0, length - 2), Math.max(0, Math.floor(read)));
      part[t] = Math.min(1, Math.max(0, read - at[t]));
    }
    for (let row = b * rows; row < (b + 1) * rows; row++) {
      const first = row * length;
      old.set(batch.subarray(first, first + length));
      for (let t = 0; t < length; t++) {
        const low = old[at[t]];
        batch[first + t] = low + (old[Math.min(at[t] + 1, length - 1)] - low) * part[t];
      }
    }
  }
}

/**
 * Silences triads (and channels in none) of single sensors at random, as if an instrument failed. What the scaler maps to
 * zero is the mean or, for triads, no signal at all. At least one group of each window stays.
 */
export function dropChannels(
  batch: Float32Array,
  shape: BatchShape,
  triads: readonly (readonly [number, number, number])[],
  probability: number,
  rng: Random,
): void {
  checkBatch(batch, shape, "drop channels");
  const [windows, channels, sensors, length] = shape;
  const groups = groupsOf(channels, triads);
  for (let b = 0; b < windows; b++) {
    const saved = rng.below(groups.length * sensors);
    groups.forEach((group, g) => {
      for (let s = 0; s < sensors; s++) {
        if (rng.uniform() >= probability || g * sensors + s === saved) continue;
        for (const c of group) {
          const first = ((b * channels + c) * sensors + s) * length;
          batch.fill(0, first, first + length);
        }
      }
    });
  }
}

/** Silences whole sensors at random, as if one were not worn; at least one of each window stays. */
export function dropSensors(batch: Float32Array, shape: BatchShape, probability: number, rng: Random): void {
  checkBatch(batch, shape, "drop sensors");
  const [windows, channels, sensors, length] = shape;
  for (let b = 0; b < windows; b++) {
    const saved = rng.below(sensors);
    for (let s = 0; s < sensors; s++) {
      if (rng.uniform() >= probability || s === saved) continue;
      for (let c = 0; c < channels; c++) {
        const first = ((b * channels + c) * sensors + s) * length;
        batch.fill(0, first, first + length);
      }
    }
  }
}
