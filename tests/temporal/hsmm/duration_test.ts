import assert from "node:assert/strict";
import {
  type Duration,
  durationOf,
  durationWithMean,
  fitDuration,
  meanDuration,
  openDuration,
  survivor,
} from "../../../lib/temporal/hsmm/duration.ts";

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `[${i}] ${actual[i]} is not ${expected[i]}`);
  }
}

/** P(d) by its definition, term by term: nothing is grouped. */
function plain(family: string, d: number, theta: number, r: number): number {
  let p = family === "poisson" ? Math.exp(-theta) : (1 - theta) ** (family === "geometric" ? 1 : r);
  for (let i = 1; i < d; i++) {
    p *= theta * (family === "geometric" ? 1 : family === "poisson" ? 1 / i : (i - 1 + r) / i);
  }
  return p;
}
const families = [["geometric", 0.7, 1], ["poisson", 3.5, 1], ["negative_binomial", 0.6, 2.5]] as const;

for (const [family, theta, r] of families) {
  Deno.test(`durations of the ${family} family are its probabilities, the last of D or longer`, () => {
    for (const D of [1, 2, 7]) {
      const own = Array.from({ length: D }, (_, i) => plain(family, i + 1, theta, r));
      const total = own.reduce((a, b) => a + b);
      close(durationOf(family, D, theta, r).pmf, own.map((p) => p / total));
      const open = openDuration(family, D, theta, r, 0.4);
      close(open.pmf, [...own.slice(0, -1), 1 - own.slice(0, -1).reduce((a, b) => a + b, 0)]);
      assert.deepEqual([open.tail, open.theta, open.r], [
        0.4,
        theta,
        family === "negative_binomial" ? r : undefined,
      ]);
      close(survivor(open.pmf), Array.from(open.pmf, (_, i) => open.pmf.slice(i).reduce((a, b) => a + b)));
    }
  });

  Deno.test(`a fit of the ${family} family is the maximum of the grouped likelihood`, () => {
    const eta = Float64Array.of(40, 30, 22, 15, 9, 30);
    const fitted = fitDuration(openDuration(family, 6, 0.5, 1, 0.3), eta, { continued: 30, ended: 10 });
    assert.equal(fitted.tail, 0.75);
    const value = (t: number, shape: number) =>
      [...openDuration(family, 6, t, shape, 0).pmf].reduce((sum, p, i) => sum + eta[i] * Math.log(p), 0);
    const best = value(fitted.theta!, fitted.r ?? 1);
    for (const factor of [0.999, 1.001]) {
      assert.ok(best >= value(fitted.theta! * factor, fitted.r ?? 1));
      // The shape is a maximum along with its own best θ, and so no neighbor with the same θ is better either.
      if (fitted.r !== undefined) assert.ok(best >= value(fitted.theta!, fitted.r * factor) - 1e-7);
    }
    if (family !== "geometric") return;
    // In closed form: predictions that went on, by all; a segment of D or longer went on D − 1 times for certain.
    const on = 30 + 2 * 22 + 3 * 15 + 4 * 9 + 5 * 30, ended = 40 + 30 + 22 + 15 + 9;
    close([fitted.theta!], [on / (on + ended)], 1e-9);
  });
}

Deno.test("meanDuration() adds up all durations, the tail included, and has none where the tail never ended", () => {
  const pmf = Float64Array.of(0.2, 0.3, 0.5), tail = 0.8;
  let mean = 0.2 + 2 * 0.3;
  for (let m = 0; m < 500; m++) mean += (3 + m) * 0.5 * (1 - tail) * tail ** m;
  const own: Duration = { family: "nonparametric", pmf, tail };
  close([meanDuration(own)!], [mean], 1e-10);
  assert.equal(meanDuration({ ...own, tail: 1 - 1e-6 }), null);
  assert.equal(meanDuration({ ...own, pmf: Float64Array.of(0.5, 0.5, 0), tail: 1 - 1e-6 }), 1.5);
});

Deno.test("durationWithMean() has the mean asked for where D is far, and a tail of a quarter of D", () => {
  for (const family of ["geometric", "poisson", "negative_binomial", "nonparametric"] as const) {
    const { pmf, tail } = durationWithMean(family, 400, 6);
    close([pmf.reduce((sum, p, i) => sum + (i + 1) * p, 0)], [6], 1e-9);
    assert.equal(tail, 1 - 1 / 100);
    assert.equal(durationWithMean(family, 4, 2).tail, 0.5);
  }
  assert.equal(durationWithMean("negative_binomial", 40, 6).r, 2);
  // A mean of 1 or less stays a distribution.
  const [first, ...rest] = durationWithMean("poisson", 5, 0.5).pmf;
  assert.ok(first > 0.998 && rest.every((p) => p > 0 && p < 2e-3));
});

Deno.test("fitDuration() takes shares of what was expected without a family, and old values where nothing was", () => {
  const old: Duration = { family: "nonparametric", pmf: Float64Array.of(0.5, 0.5), tail: 0.3 };
  const fitted = fitDuration(old, Float64Array.of(6, 2), { continued: 0, ended: 0 });
  assert.deepEqual([[...fitted.pmf], fitted.tail], [[0.75, 0.25], 0.3]);
  assert.equal(fitDuration(old, new Float64Array(2), { continued: 9, ended: 0 }).tail, 1 - 1e-6);
  assert.deepEqual([...fitDuration(old, new Float64Array(2), { continued: 9, ended: 0 }).pmf], [0.5, 0.5]);
});

Deno.test("durationWithMean() has a mean beyond D by its tail, which for D = 1 is all there is", () => {
  for (const family of ["geometric", "poisson", "negative_binomial", "nonparametric"] as const) {
    close([meanDuration(durationWithMean(family, 1, 64))!], [64], 1e-9);
    assert.ok(Math.abs(meanDuration(durationWithMean(family, 5, 300))! - 300) < 8);
  }
});
