import assert from "node:assert/strict";
import fc from "fast-check";
import { activationScale, quantizeBias, quantizeWeights } from "../../../lib/model/export/int8_scales.ts";

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
