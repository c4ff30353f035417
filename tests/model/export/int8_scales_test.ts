import assert from "node:assert/strict";
import fc from "fast-check";
import {
  activationScale,
  quantizeBias,
  quantizeWeights,
  setApart,
} from "../../../lib/model/export/int8_scales.ts";

Deno.test("activationScale() holds the range and 0, within half a step at the ends", () => {
  const bound = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(fc.property(bound, bound, (a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const { scale, zeroPoint } = activationScale(low, high);
    assert.ok(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint <= 255 && scale > 0);
    const slack = scale * (0.5 + 1e-3);
    assert.ok((0 - zeroPoint) * scale <= Math.min(low, 0) + slack);
    assert.ok((255 - zeroPoint) * scale >= Math.max(high, 0) - slack);
  }));
  assert.throws(() => activationScale(0, Infinity), RangeError);
  assert.throws(() => activationScale(NaN, 1), RangeError);
});

Deno.test("quantizeWeights() is within half a step, symmetric, and finite for a dead channel", () => {
  const weights = new Float32Array([1, -2, 0.5, 0, 0, 0, 0.01, 0.02, -0.03]);
  const channel = quantizeWeights(weights, 3, true);
  assert.deepEqual([...channel.data], [64, -127, 32, 0, 0, 0, 42, 85, -127]);
  weights.forEach((w, i) => {
    const scale = channel.scales[Math.floor(i / 3)];
    assert.ok(Math.abs(channel.data[i] * scale - w) <= scale / 2 * (1 + 1e-6));
  });
  const tensor = quantizeWeights(weights, 3, false);
  assert.equal(new Set(tensor.scales).size, 1);
  assert.deepEqual([...tensor.data.subarray(6)], [1, 1, -2]);
});

Deno.test("quantizeBias() counts in input scale times weight scale and never overflows", () => {
  const { data, scales } = quantizeBias(
    new Float32Array([1, -1, 1e9]),
    0.5,
    new Float32Array([0.01, 0.02, 1e-6]),
  );
  assert.deepEqual([...data], [200, -100, 2 ** 31 - 1]);
  assert.ok(Math.abs(scales[0] - 0.005) < 1e-9);
});

Deno.test("scales are ranges by their steps, widened to 0, and never next to nothing", () => {
  for (
    const [low, high, scale, zeroPoint] of [
      [0, 510, 2, 0],
      [2, 255, 1, 0],
      [-255, -2, 1, 255],
      [-255, 0, 1, 255],
      [-100, 155, 1, 100],
      [3, 3, Math.fround(3 / 255), 0],
      [0, 0, Math.fround(1e-8), 0],
    ]
  ) assert.deepEqual(activationScale(low, high), { scale, zeroPoint }, `[${low}, ${high}]`);
  assert.throws(() => activationScale(2, 1), /range \[2, 1\] is not finite/);
  assert.throws(() => activationScale(-Infinity, 1), RangeError);
  assert.deepEqual(setApart([-397, 794]), [-398, 796]);
});

Deno.test("the largest weight is 127 steps wherever it stands, by channel or of all", () => {
  const weights = Float32Array.of(-0.5, 0.25, 0.125, 0.25);
  const channel = quantizeWeights(weights, 2, true), tensor = quantizeWeights(weights, 2, false);
  assert.deepEqual([...channel.scales], [0.5, 0.25].map((most) => Math.fround(most / 127)));
  assert.deepEqual([...channel.data], [-127, 64, 64, 127]);
  assert.deepEqual([...tensor.scales], [0.5, 0.5].map((most) => Math.fround(most / 127)));
  assert.deepEqual([...tensor.data], [-127, 64, 32, 64]);
  // Ranges of all sizes end at the outermost step.
  for (let i = 0; i < 400; i++) {
    const most = 1.07 ** (i - 60) * 1e-3;
    assert.deepEqual([...quantizeWeights(Float32Array.of(most, -most), 1, true).data], [127, -127]);
    assert.equal(activationScale(-most, 0).zeroPoint, 255);
  }
  const limit = quantizeBias(Float32Array.of(-1e9, 1e9), 1, Float32Array.of(1e-6, 1e-6)).data;
  assert.deepEqual([...limit], [1 - 2 ** 31, 2 ** 31 - 1]);
});
