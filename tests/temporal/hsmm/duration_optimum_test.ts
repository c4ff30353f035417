import assert from "node:assert/strict";
import { type Duration, durationOf, fitDuration, openDuration } from "../../../lib/temporal/hsmm/duration.ts";
import { Random } from "../../../lib/random.ts";

const none = { continued: 0, ended: 0 };
const loglik = ({ pmf }: Duration, eta: Float64Array) =>
  eta.reduce((sum, e, i) => e > 0 ? sum + e * Math.log(pmf[i]) : sum, 0);

/** The largest value of a function with one maximum, by ternary search. */
function largest(f: (x: number) => number, low: number, high: number): { at: number; value: number } {
  for (let i = 0; i < 100; i++) {
    const a = low + (high - low) / 3, b = high - (high - low) / 3;
    if (f(a) < f(b)) low = a;
    else high = b;
  }
  return { at: (low + high) / 2, value: f((low + high) / 2) };
}

Deno.test("fitDuration() finds θ as a search over the grouped likelihood does, from few to many durations", () => {
  const rng = new Random(2);
  for (const D of [2, 5, 40]) {
    for (let draw = 0; draw < 3; draw++) {
      const eta = Float64Array.from({ length: D }, () => 10 * rng.uniform() ** 2);
      for (const family of ["geometric", "poisson"] as const) {
        const fitted = fitDuration(openDuration(family, D, 0.5, 1, 0.3), eta, none);
        const of = (logit: number) => family === "poisson" ? Math.exp(logit) : 1 / (1 + Math.exp(-logit));
        const best = largest((x) => loglik(openDuration(family, D, of(x), 1, 0.3), eta), -8, 8);
        assert.ok(Math.abs(loglik(fitted, eta) - best.value) < 1e-7, `${family} ${D}`);
        assert.ok(
          Math.abs(fitted.theta! / of(best.at) - 1) < 1e-5,
          `${family} ${D}: ${fitted.theta} ${of(best.at)}`,
        );
        // Between neighbours that are much nearer than the search can tell.
        for (const factor of [1 - 1e-6, 1 + 1e-6]) {
          const beside = openDuration(family, D, fitted.theta! * factor, 1, 0.3);
          assert.ok(loglik(fitted, eta) >= loglik(beside, eta) - 1e-12 * Math.abs(best.value));
        }
        assert.equal(fitted.tail, 0.3);
      }
    }
  }
});

Deno.test("fitDuration() finds r and θ of the negative binomial together, and keeps r within its limits", () => {
  const D = 30;
  for (const [theta, r] of [[0.6, 2.5], [0.8, 0.7], [0.3, 20]]) {
    const eta = openDuration("negative_binomial", D, theta, r, 0).pmf.map((p) => 1000 * p);
    const fitted = fitDuration(openDuration("negative_binomial", D, 0.5, 1, 0.25), eta, none);
    assert.ok(Math.abs(fitted.theta! - theta) < 2e-3 * theta, `${fitted.theta} ${theta}`);
    assert.ok(Math.abs(fitted.r! / r - 1) < 1e-2, `${fitted.r} ${r}`);
    assert.ok(loglik(fitted, eta) >= loglik(openDuration("negative_binomial", D, theta, r, 0), eta) - 1e-6);
  }
  // All of one duration: as narrow as r may make it; more spread than any: as wide.
  const narrow = new Float64Array(D), wide = new Float64Array(D);
  narrow[10] = 100;
  wide.set([900, 0, 0, 1], 0);
  wide[D - 1] = 99;
  const start = openDuration("negative_binomial", D, 0.5, 1, 0.25);
  assert.ok(Math.abs(fitDuration(start, narrow, none).r! - 200) < 0.1);
  assert.ok(Math.abs(fitDuration(start, wide, none).r! - 0.05) < 1e-4);
});

Deno.test("durations at the ends have the least and the largest θ, and what was never seen adds nothing", () => {
  const first = Float64Array.of(9, 0, 0, 0), last = Float64Array.of(0, 0, 0, 9);
  const fit = (family: "geometric" | "poisson", eta: Float64Array) =>
    fitDuration(openDuration(family, 4, 0.5, 1, 0.1), eta, none).theta!;
  for (const family of ["geometric", "poisson"] as const) {
    assert.ok(Math.abs(fit(family, first) / 1e-12 - 1) < 1e-6);
  }
  assert.ok(Math.abs(fit("geometric", last) - (1 - 1e-6)) < 1e-12);
  assert.ok(fit("poisson", last) > 20);
  // P(long) underflows to 0, where nothing was expected.
  const D = 900, eta = new Float64Array(D);
  eta.set([50, 30, 10]);
  const fitted = fitDuration(openDuration("poisson", D, 2, 1, 0.2), eta, none);
  assert.equal(fitted.pmf[D - 2], 0);
  const best = largest((x) => loglik(openDuration("poisson", D, x, 1, 0), eta), 0.01, 3);
  assert.ok(Math.abs(fitted.theta! - best.at) < 1e-6, `${fitted.theta} ${best.at}`);
});

Deno.test("a fit that nothing speaks for keeps the old one, and shares add up to 1 in every family", () => {
  const old = openDuration("geometric", 3, 0.4, 1, 0.6);
  assert.deepEqual(fitDuration(old, new Float64Array(3), none), { ...old, tail: 0.6 });
  assert.equal(fitDuration(old, Float64Array.of(1e-9, 0, 0), { continued: 1, ended: 3 }).tail, 0.25);
  assert.notEqual(fitDuration(old, Float64Array.of(1e-9, 0, 0), none).theta, 0.4);
  assert.equal(fitDuration(old, new Float64Array(3), { continued: 1e-13, ended: 0 }).tail, 0.6);
  assert.equal(fitDuration(old, new Float64Array(3), { continued: 1e-9, ended: 3e-9 }).tail, 0.25);
  assert.equal(durationOf("negative_binomial", 4, 0.4).r, 1);
  for (const family of ["geometric", "poisson", "negative_binomial"] as const) {
    const { pmf, r, tail } = durationOf(family, 5, 0.9, 3);
    assert.ok(Math.abs(pmf.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.deepEqual([r, tail], [family === "negative_binomial" ? 3 : undefined, 0]);
    const open = openDuration(family, 5, 0.9, 3, 0.5);
    assert.deepEqual([open.r, open.tail], [family === "negative_binomial" ? 3 : undefined, 0.5]);
  }
});
