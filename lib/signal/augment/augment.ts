/**
 * Random changes of training windows that keep their meaning. All work in place on a batch float32
 * `[B, channels, sensors, length]`, as `gatherWindows` writes it, and take their randomness from a seeded stream.
 */
import type { Random } from "../../random.ts";
import { randomRotation } from "./rotation.ts";

/** Batch size, channels, sensors, length. */
export type BatchShape = readonly [number, number, number, number];

/** @throws {RangeError} for a batch that is smaller than its shape. */
export function checkBatch(batch: Float32Array, shape: BatchShape, what: string): void {
  const size = shape[0] * shape[1] * shape[2] * shape[3];
  if (batch.length < size) {
    throw new RangeError(`Cannot ${what}: shape [${shape}] needs ${size} values, got ${batch.length}`);
  }
}

/**
 * Turns every sensor of every window by one random rotation, as if it had been mounted differently: all its triads
 * (accelerometer, gyroscope, …) turn together, so that gravity keeps its meaning.
 *
 * The axis is uniform on the sphere, the angle uniform in `[0, maxRadians]`. Channels in no triad stay as they are. The
 * triads must be uncentred and scaled by one factor each, otherwise a rotation of the scaled values is none.
 *
 * ```ts
 * import { rotateTriads } from "./augment.ts";
 * import { Random } from "../../random.ts";
 * import assert from "node:assert/strict";
 * const batch = new Float32Array([3, 4, 12]); // one window, three channels, one sensor, one sample
 * rotateTriads(batch, [1, 3, 1, 1], [[0, 1, 2]], 0.8, new Random(1));
 * assert(Math.abs(Math.hypot(...batch) - 13) < 1e-5);
 * ```
 *
 * @param batch float32 `[B, channels, sensors, length]`, changed in place.
 * @param triads Channel indices that form one vector each.
 * @param maxRadians Of all sensors, or of each.
 */
export function rotateTriads(
  batch: Float32Array,
  shape: BatchShape,
  triads: readonly (readonly [number, number, number])[],
  maxRadians: number | readonly number[],
  rng: Random,
): void {
  checkBatch(batch, shape, "rotate triads");
  const [windows, channels, sensors, length] = shape;
  const plane = sensors * length;
  const rotation = new Float64Array(9);
  const most = typeof maxRadians === "number" ? new Array<number>(sensors).fill(maxRadians) : maxRadians;
  for (let b = 0; b < windows; b++) {
    for (let s = 0; s < sensors; s++) {
      const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = randomRotation(rng, most[s], rotation);
      const base = b * channels * plane + s * length;
      for (const [cx, cy, cz] of triads) {
        let ix = base + cx * plane;
        let iy = base + cy * plane;
        let iz = base + cz * plane;
        for (let t = 0; t < length; t++, ix++, iy++, iz++) {
          const x = batch[ix];
          const y = batch[iy];
          const z = batch[iz];
          batch[ix] = r0 * x + r1 * y + r2 * z;
          batch[iy] = r3 * x + r4 * y + r5 * z;
          batch[iz] = r6 * x + r7 * y + r8 * z;
        }
      }
    }
  }
}
