import assert from "node:assert/strict";
import fc from "fast-check";
import { rotateTriads } from "../../../lib/signal/augment/augment.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("rotateTriads() keeps the norm of every triad and the angle between triads of a sensor", () => {
  fc.assert(fc.property(
    fc.integer(),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 7 }),
    (seed, windows, sensors, length) => {
      const rng = new Random(seed);
      const channels = 7; // two triads and a single channel
      const plane = sensors * length;
      const batch = Float32Array.from({ length: windows * channels * plane }, () => rng.normal());
      const before = batch.slice();
      rotateTriads(batch, [windows, channels, sensors, length], [[0, 1, 2], [5, 4, 3]], 3, rng);
      for (let b = 0; b < windows; b++) {
        for (let i = 0; i < plane; i++) {
          const at = (x: Float32Array, c: number) => x[(b * channels + c) * plane + i];
          const dot = (x: Float32Array, u: number[], v: number[]) =>
            u.reduce((sum, c, k) => sum + at(x, c) * at(x, v[k]), 0);
          for (const [u, v] of [[[0, 1, 2], [0, 1, 2]], [[5, 4, 3], [5, 4, 3]], [[0, 1, 2], [5, 4, 3]]]) {
            assert(Math.abs(dot(batch, u, v) - dot(before, u, v)) < 1e-4);
          }
          assert.equal(at(batch, 6), at(before, 6));
        }
      }
    },
  ));
});

Deno.test("rotateTriads() turns all samples of a sensor's window alike and sensors differently", () => {
  const batch = new Float32Array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]); // [1, 3, 2, 2]
  rotateTriads(batch, [1, 3, 2, 2], [[0, 1, 2]], 1, new Random(4));
  for (let c = 0; c < 3; c++) assert.equal(batch[4 * c], batch[4 * c + 1]);
  assert.notEqual(batch[0], batch[2]);
});

Deno.test("rotateTriads() turns each sensor by no more than its own angle", () => {
  const batch = new Float32Array([1, 1, 0, 0, 0, 0]); // [1, 3, 2, 1]
  rotateTriads(batch, [1, 3, 2, 1], [[0, 1, 2]], [3, 0], new Random(4));
  assert.ok(batch[0] < 0.99);
  assert.deepEqual([batch[1], batch[3], batch[5]], [1, 0, 0]);
});

Deno.test("rotateTriads() turns by no more than the given angle, and by zero not at all", () => {
  const rng = new Random(9);
  const n = 500;
  const batch = new Float32Array(3 * n);
  for (let b = 0; b < n; b++) batch[3 * b] = 1;
  const still = batch.slice();
  rotateTriads(batch, [n, 3, 1, 1], [[0, 1, 2]], 0, rng);
  assert.deepEqual(batch, still);
  rotateTriads(batch, [n, 3, 1, 1], [[0, 1, 2]], 0.5, rng);
  let sum = 0;
  for (let b = 0; b < n; b++) {
    const angle = Math.acos(Math.min(1, batch[3 * b]));
    assert(angle <= 0.5 + 1e-3);
    sum += angle;
  }
  assert(sum / n > 0.1);
});

Deno.test("rotateTriads() refuses a batch that is smaller than its shape", () => {
  assert.throws(() => rotateTriads(new Float32Array(5), [1, 3, 1, 2], [[0, 1, 2]], 1, new Random(1)), {
    message: "Cannot rotate triads: shape [1,3,1,2] needs 6 values, got 5",
  });
});
