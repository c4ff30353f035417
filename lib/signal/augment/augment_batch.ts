/** All random changes of a training batch, in the order in which the world makes them. */
import type { Random } from "../../random.ts";
import { type BatchShape, rotateTriads } from "./augment.ts";
import {
  addJitter,
  addOffsets,
  dropChannels,
  dropSensors,
  scaleSensors,
  warpTime,
} from "./augment_values.ts";

/** How strong each change is; 0 or left out is none. */
export interface Augmentation {
  /** Largest change of speed within a window, in [0, 1). */
  timeWarp?: number;
  /** Largest random rotation of a sensor's triads, radians: of all sensors, or of each. */
  rotation?: number | readonly number[];
  /** Standard deviation of the log of one random factor a window and sensor. */
  scaling?: number;
  /** Standard deviation of a constant on each channel, in scaled units. */
  offset?: number;
  /** Standard deviation of white noise, in scaled units. */
  jitter?: number;
  /** Probability of a silent triad or lone channel of a sensor. */
  channelDropout?: number;
  /** Probability of a silent sensor. */
  sensorDropout?: number;
}

/**
 * Changes a batch in place: movement (speed), mounting (rotation, amplitude), instrument (bias, noise), failure.
 *
 * @param batch float32 `[B, channels, sensors, length]`, scaled.
 * @param triads Channel indices that form one vector each.
 */
export function augmentBatch(
  batch: Float32Array,
  shape: BatchShape,
  triads: readonly (readonly [number, number, number])[],
  options: Augmentation,
  rng: Random,
): void {
  const { timeWarp = 0, rotation = 0, scaling = 0, offset = 0, jitter = 0 } = options;
  const { channelDropout = 0, sensorDropout = 0 } = options;
  if (timeWarp > 0) warpTime(batch, shape, timeWarp, rng);
  if (rotation !== 0) rotateTriads(batch, shape, triads, rotation, rng);
  if (scaling > 0) scaleSensors(batch, shape, scaling, rng);
  if (offset > 0) addOffsets(batch, shape, offset, rng);
  if (jitter > 0) addJitter(batch, shape, jitter, rng);
  if (channelDropout > 0) dropChannels(batch, shape, triads, channelDropout, rng);
  if (sensorDropout > 0) dropSensors(batch, shape, sensorDropout, rng);
}
