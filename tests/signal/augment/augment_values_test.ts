import assert from "node:assert/strict";
import fc from "fast-check";
import type { BatchShape } from "../../../lib/signal/augment/augment.ts";
import {
  addJitter,
  addOffsets,
  dropChannels,
  dropSensors,
  scaleSensors,
  warpTime,
} from "../../../lib/signal/augment/augment_values.ts";
import { Random } from "../../../lib/random.ts";

const shapes = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 4, max: 7 }),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 20 }),
);
const size = (shape: BatchShape) => shape.reduce((a, b) => a * b, 1);
const normal = (shape: BatchShape, seed: number) => {
  const rng = new Random(seed);
  return Float32Array.from({ length: size(shape) }, () => 2 + rng.normal());
};
/** The samples of one channel of one sensor. */
const row = (
  batch: Float32Array,
  [, channels, sensors, length]: BatchShape,
  b: number,
  c: number,
  s: number,
) =>
  batch.subarray(
    ((b * channels + c) * sensors + s) * length,
    ((b * channels + c) * sensors + s + 1) * length,
  );

Deno.test("scaleSensors() multiplies all channels of a window's sensor by one positive factor", () => {
  fc.assert(fc.property(shapes, fc.integer(), (shape, seed) => {
    const batch = normal(shape, seed);
    const before = batch.slice();
    scaleSensors(batch, shape, 0.3, new Random(seed));
    for (let b = 0; b < shape[0]; b++) {
      for (let s = 0; s < shape[2]; s++) {
        const factor = row(batch, shape, b, 0, s)[0] / row(before, shape, b, 0, s)[0];
        assert(factor > 0);
        for (let c = 0; c < shape[1]; c++) {
          row(batch, shape, b, c, s).forEach((x, t) => {
            const expected = row(before, shape, b, c, s)[t] * factor;
            assert(Math.abs(x - expected) <= 1e-4 * (1 + Math.abs(expected)));
          });
        }
      }
    }
  }));
});

Deno.test("addJitter() adds noise of the given deviation, independent between samples", () => {
  const batch = new Float32Array(40_000);
  addJitter(batch, [10, 4, 10, 100], 0.2, new Random(3));
  const variance = batch.reduce((sum, x) => sum + x * x, 0) / batch.length;
  const lagged = batch.reduce((sum, x, i) => sum + x * (batch[i + 1] ?? 0), 0) / batch.length;
  assert(Math.abs(variance - 0.04) < 0.001 && Math.abs(lagged) < 0.001);
});

Deno.test("addOffsets() shifts each channel by a constant", () => {
  const shape: BatchShape = [50, 4, 2, 9];
  const batch = new Float32Array(size(shape));
  addOffsets(batch, shape, 0.5, new Random(4));
  const offsets = [];
  for (let b = 0; b < 50; b++) {
    for (let c = 0; c < 4; c++) {
      for (let s = 0; s < 2; s++) {
        const values = row(batch, shape, b, c, s);
        assert(values.every((x) => x === values[0]));
        offsets.push(values[0]);
      }
    }
  }
  const deviation = Math.sqrt(offsets.reduce((sum, x) => sum + x * x, 0) / offsets.length);
  assert(Math.abs(deviation - 0.5) < 0.06 && new Set(offsets).size === offsets.length);
});

Deno.test("warpTime() keeps ends, constants and order, and bends all channels alike", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer(),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      (shape, seed, strength) => {
        const [windows, channels, sensors, length] = shape;
        const batch = new Float32Array(size(shape));
        for (let b = 0; b < windows; b++) {
          for (let c = 0; c < channels; c++) {
            for (let s = 0; s < sensors; s++) {
              row(batch, shape, b, c, s).forEach((_, t, values) => values[t] = c === 0 ? 7 : t * c);
            }
          }
        }
        warpTime(batch, shape, strength, new Random(seed));
        for (let b = 0; b < windows; b++) {
          const clock = row(batch, shape, b, 1, 0).slice();
          assert.equal(clock[0], 0);
          assert(Math.abs(clock[length - 1] - (length - 1)) < 1e-4);
          for (let t = 1; t < length; t++) {
            const speed = clock[t] - clock[t - 1];
            assert(speed > 1 - strength - 1e-4 && speed < 1 + strength + 1e-4);
          }
          for (let s = 0; s < sensors; s++) {
            assert(row(batch, shape, b, 0, s).every((x) => x === 7));
            row(batch, shape, b, 2, s).forEach((x, t) => assert(Math.abs(x - 2 * clock[t]) < 1e-4));
          }
        }
      },
    ),
  );
  assert.throws(() => warpTime(new Float32Array(4), [1, 1, 1, 4], 1, new Random(1)), RangeError);
});

Deno.test("dropChannels() silences triads as a whole and never a whole window", () => {
  const shape: BatchShape = [400, 7, 2, 3];
  const batch = normal(shape, 5);
  const before = batch.slice();
  dropChannels(batch, shape, [[0, 1, 2], [3, 4, 5]], 0.4, new Random(6));
  let dropped = 0;
  for (let b = 0; b < 400; b++) {
    let alive = 0;
    for (let s = 0; s < 2; s++) {
      for (const group of [[0, 1, 2], [3, 4, 5], [6]]) {
        const silent = group.map((c) => row(batch, shape, b, c, s).every((x) => x === 0));
        assert(silent.every((x) => x === silent[0]));
        if (silent[0]) dropped++;
        else {
          alive++;
          for (const c of group) assert.deepEqual(row(batch, shape, b, c, s), row(before, shape, b, c, s));
        }
      }
    }
    assert(alive > 0);
  }
  // One of six groups is always kept.
  assert(Math.abs(dropped / 2400 - 0.4 * 5 / 6) < 0.04, String(dropped / 2400));
});

Deno.test("dropSensors() silences sensors as a whole and keeps one", () => {
  const shape: BatchShape = [300, 4, 3, 2];
  const batch = normal(shape, 7);
  dropSensors(batch, shape, 0.9, new Random(8));
  for (let b = 0; b < 300; b++) {
    const silent = [0, 1, 2].map((s) =>
      [0, 1, 2, 3].map((c) => row(batch, shape, b, c, s).every((x) => x === 0))
    );
    for (const channels of silent) assert(channels.every((x) => x === channels[0]));
    assert(silent.some(([x]) => !x));
  }
  const single = normal([5, 4, 1, 2], 9);
  const before = single.slice();
  dropSensors(single, [5, 4, 1, 2], 1, new Random(1));
  assert.deepEqual(single, before);
});
