import assert from "node:assert/strict";
import { autocalibrate, stillMoments } from "../../../lib/signal/worn/autocalibrate.ts";
import reference from "../../reference/calibration.json" with { type: "json" };

const near = (a: readonly number[], b: readonly number[], most: number) =>
  a.forEach((v, i) => assert(Math.abs(v - b[i]) <= most, `${a} is not ${b}`));

reference.cases.forEach((wanted, k) => {
  Deno.test(`autocalibrate() fits as NumPy does, case ${k}`, () => {
    const found = autocalibrate(Float64Array.from(wanted.points));
    near(found.offset, wanted.offset, 1e-6);
    near(found.gain, wanted.gain, 1e-6);
    near([found.before, found.after], [wanted.before, wanted.after], 1e-7);
  });

  Deno.test(`autocalibrate() finds planted offset and gain within 0.5 %, case ${k}`, () => {
    const { offset, gain } = autocalibrate(Float64Array.from(wanted.points));
    near(offset, wanted.planted.offset, 0.005);
    near(gain, wanted.planted.gain, 0.005);
  });
});

const sphere = (sides: (v: number[]) => number[], n = 60) =>
  Float64Array.from(
    Array.from({ length: n }, (_, i) => {
      const [z, angle] = [1 - 2 * (i + 0.5) / n, 2.4 * i];
      const r = Math.sqrt(1 - z * z);
      return sides([r * Math.cos(angle), r * Math.sin(angle), z]);
    }).flat(),
  );

for (
  const [what, points, why] of [
    ["too few moments", sphere((v) => v, 29), /^29 still moments of 10 s, 30 are needed$/],
    ["no moments", new Float64Array(0), /^0 still moments/],
    [
      "an axis that was never down",
      sphere(([x, y, z]) => [x, Math.abs(y), z]),
      /^axis y did not lie both up and down/,
    ],
    [
      "what it cannot mend",
      sphere((v) => v.map((x) => x * (1 + 0.2 * Math.sin(99 * v[0])))),
      /leaves an error|lessen/,
    ],
    ["what is right already", sphere((v) => v), /^it would not lessen the error$/],
  ] as const
) {
  Deno.test(`autocalibrate() refuses ${what}`, () => {
    assert.match(autocalibrate(points).refused!, why);
  });
}

Deno.test("stillMoments() keeps epochs in which no axis moves, and none beyond 2 g", () => {
  const mean = new Float64Array([0, 0, 1, 0, 0, 1, 0, 2, 0, 0, 1.99, 0]);
  const sd = new Float64Array([0.0129, 0, 0, 0, 0.013, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...stillMoments(mean, sd)], [0, 0, 1, 0, 1.99, 0]);
});
