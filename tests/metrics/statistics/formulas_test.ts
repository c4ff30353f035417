import assert from "node:assert/strict";
import { divergence } from "../../../lib/metrics/drift/divergence.ts";
import { crossValidated, type ModelScore } from "../../../lib/metrics/statistics/cross_validated.ts";
import { cohensD, hedgesG, pairedT, welch } from "../../../lib/metrics/statistics/effect.ts";
import { logitInterval } from "../../../lib/metrics/statistics/logit_interval.ts";
import { signFlip } from "../../../lib/metrics/statistics/sign_flip.ts";
import { tQuantile, tTwoSided } from "../../../lib/metrics/statistics/special.ts";
import { mean, quantile, quantileSorted, variance } from "../../../lib/metrics/statistics/summary.ts";
import { reachUnseen } from "../../../lib/metrics/statistics/unseen.ts";
import { Random } from "../../../lib/random.ts";

const near = (actual: number | null | undefined, expected: number, what = "") =>
  assert.ok(Math.abs(actual! - expected) < 1e-9 * (1 + Math.abs(expected)), `${what}: ${actual} ${expected}`);
const total = (x: number[]) => x.reduce((a, b) => a + b, 0);
const average = (x: number[]) => total(x) / x.length;
const spread = (x: number[]) => total(x.map((v) => (v - average(x)) ** 2)) / (x.length - 1);

Deno.test("summaries are their sums, and of too few values nothing", () => {
  const x = [3, -1, 4, 1.5, 9];
  near(mean(x), 3.3);
  near(variance(x), spread(x));
  assert.ok(Number.isNaN(mean([])) && Number.isNaN(variance([1])) && Number.isNaN(quantile([], 0.5)));
  assert.equal(variance([5, 5]), 0);
  for (const [q, value] of [[0, -1], [0.25, 1.5], [0.5, 3], [0.6, 3.4], [1, 9]]) near(quantile(x, q), value);
  near(quantileSorted([1, 2], 0.25), 1.25);
  for (const q of [-0.01, 1.01, NaN]) assert.throws(() => quantile(x, q), RangeError);
});

Deno.test("Welch, paired t, d and g are their formulas for unequal sizes", () => {
  const a = [1, 4, 2, 8], b = [3, 3.5, 1, 0, 2, 7, 5];
  const [va, vb] = [spread(a) / 4, spread(b) / 7];
  const found = welch(a, b);
  const df = (va + vb) ** 2 / (va ** 2 / 3 + vb ** 2 / 6), t = (average(a) - average(b)) / Math.sqrt(va + vb);
  near(found.t, t);
  near(found.df, df);
  near(found.error, Math.sqrt(va + vb));
  near(found.p, tTwoSided(t, df));
  const pooled = Math.sqrt((3 * spread(a) + 6 * spread(b)) / 9);
  near(cohensD(a, b), (average(a) - average(b)) / pooled);
  near(hedgesG(a, b), (average(a) - average(b)) / pooled * (1 - 3 / 35));
  const c = b.slice(0, 4), d = a.map((x, i) => x - c[i]);
  for (const ratio of [0, 0.25]) {
    const error = Math.sqrt(spread(d) * (1 / 4 + ratio)), paired = pairedT(a, c, ratio);
    near(paired.error, error);
    near(paired.t, average(d) / error);
    near(paired.p, tTwoSided(average(d) / error, 3));
    assert.equal(paired.df, 3);
  }
  const none = { t: null, df: null, p: null, error: null };
  assert.deepEqual([welch([1, 1], [2, 2]), pairedT([1, 2], [2, 3])], [none, none]);
  assert.deepEqual([cohensD([1, 1], [2, 2]), hedgesG([1, 1], [2, 2])], [null, null]);
  near(cohensD([1, 2], [4, 5]), -3 / Math.sqrt(0.5));
  for (const compare of [welch, cohensD]) {
    assert.throws(() => compare([1], [1, 2]), /two values each, got 1 and 2/);
    assert.throws(() => compare([1, 2], [1]), /two values each, got 2 and 1/);
  }
  assert.throws(() => pairedT([1, 2], [1, 2, 3]), /2 and 3 values/);
});

Deno.test("signFlip() is the share of all changes of signs, with the shifts that it does not reject", () => {
  const rng = new Random(7);
  const p = (d: number[]) => {
    const own = Math.abs(total(d));
    let extreme = 0;
    for (let set = 0; set < 2 ** d.length; set++) {
      if (Math.abs(total(d.map((x, i) => set >> i & 1 ? x : -x))) >= own - 1e-9) extreme++;
    }
    return extreme / 2 ** d.length;
  };
  for (const n of [1, 2, 3, 5, 6, 8]) {
    const d = Array.from({ length: n }, () => rng.normal() + 0.4);
    const { p: found, interval } = signFlip(d, 0.05);
    near(found, p(d));
    // A border of the interval is where the test of the shifted differences begins to reject.
    if (interval === null) assert.ok(2 ** (1 - n) > 0.05 - 1e-12 || n < 6);
    else {
      const [low, high] = interval;
      for (
        const [shift, kept] of [[low + 1e-6, true], [low - 1e-6, false], [high - 1e-6, true], [
          high + 1e-6,
          false,
        ]] as const
      ) {
        assert.equal(p(d.map((x) => x - shift)) >= 0.05, kept, `${n} ${shift}`);
      }
    }
  }
  assert.equal(signFlip([0, 0, 0], 0.05).p, 1);
  assert.equal(signFlip(new Array(16).fill(0).map((_, i) => i + 1), 0.05).p, 2 / 65536);
  assert.throws(() => signFlip([], 0.05), /need 1 to 16 differences, got 0/);
  assert.throws(() => signFlip(new Array(17).fill(1), 0.05), /got 17/);
});

Deno.test("divergences are their sums over bins that either side has, smoothed as asked", () => {
  const reference = [50, 0, 30, 20, 0], current = [40, 5, 0, 15, 0];
  for (const smoothing of ["jeffreys", "floor"] as const) {
    const share = (counts: number[]) => {
      const kept = counts.slice(0, 4), add = smoothing === "jeffreys" ? 0.5 : 0;
      const n = total(kept) + 4 * add;
      return kept.map((c) => smoothing === "floor" ? Math.max(c / n, 1e-4) : (c + add) / n);
    };
    const [p, q] = [share(reference), share(current)];
    const { psi, kl, js } = divergence(reference, current, smoothing);
    near(psi, total(p.map((x, i) => (q[i] - x) * Math.log(q[i] / x))));
    near(kl, total(p.map((x, i) => x * Math.log(x / q[i]))));
    near(
      js,
      total(
        p.map((x, i) => x / 2 * Math.log(2 * x / (x + q[i])) + q[i] / 2 * Math.log(2 * q[i] / (x + q[i]))),
      ),
    );
  }
  assert.deepEqual(divergence(reference, current), divergence(reference, current, "jeffreys"));
  assert.throws(() => divergence([1, 2], [1]), /2 and 1 bins/);
  assert.throws(() => divergence([0, 0], [1, 2], "floor"), /one of them is empty/);
  assert.throws(() => divergence([0], [0]), /one of them is empty/);
});

/** Interval of folds by its description, without the parts that stop rounding. */
function reference(models: ModelScore[], level: number, range?: readonly [number, number], trials?: number) {
  const center = average(models.map(({ value }) => value));
  const names = [...new Set(models.flatMap(({ subjects }) => subjects))];
  const people = names.map((name) => {
    const own = models.flatMap(({ value, subjects, without }) => {
      const i = subjects.indexOf(name), n = subjects.length;
      return i < 0
        ? []
        : [{ pseudo: n === 1 ? value : n * value - (n - 1) * without[i], weight: 1 / n / models.length }];
    });
    return {
      value: average(own.map(({ pseudo }) => pseudo)),
      weight: total(own.map(({ weight }) => weight)),
    };
  });
  const n = people.length;
  const between = total(people.map(({ value, weight }) => (weight * (value - center)) ** 2)) * n / (n - 1);
  const folds = [...Map.groupBy(models, ({ subjects }) => subjects.toSorted().join()).values()]
    .map((own) => own.map(({ value }) => value));
  const parts = [[between, n - 1]];
  if (folds.length > 1) {
    parts.push([Math.max(0, spread(folds.map(average)) / folds.length - between), folds.length - 1]);
  } else if (folds[0].length > 1) parts.push([spread(folds[0]) / folds[0].length, folds[0].length - 1]);
  if (range !== undefined && trials !== undefined) {
    const least = (center - range[0]) * (range[1] - center) / trials;
    parts[0][0] += Math.max(0, least - total(parts.map(([v]) => v)));
  }
  const all = total(parts.map(([v]) => v));
  const df = Math.min(n - 1, all ** 2 / total(parts.map(([v, own]) => v ** 2 / own)));
  const half = tQuantile(1 - (1 - level) / 2, df) * Math.sqrt(all);
  if (range === undefined) return { lower: center - half, upper: center + half };
  const values = Float64Array.from(people, ({ value }) => value),
    weights = people.map(({ weight }) => weight);
  return reachUnseen(logitInterval(center, half, range), { values, weights, range, level });
}

Deno.test("crossValidated() has the variance of subjects, folds and seeds that its description says", () => {
  const rng = new Random(11);
  const fold = (names: string[], base: number): ModelScore => {
    const value = base + 0.02 * rng.normal();
    return {
      value,
      subjects: names,
      without: names.length === 1 ? [] : names.map(() => value + 0.03 * rng.normal()),
    };
  };
  const cases: Record<string, ModelScore[]> = {
    "folds that differ more than their people": [
      fold(["a", "b", "c"], 0.7),
      fold(["d", "e"], 0.9),
      fold(["f", "g", "h"], 0.55),
    ],
    "folds that are alike": [fold(["a", "b"], 0.8), fold(["c", "d", "e"], 0.8), fold(["f", "g"], 0.8)],
    "seeds of one split": [0.8, 0.75, 0.9].map((base) => fold(["a", "b", "c", "d"], base)),
    "folds under two seeds": [0.7, 0.8].flatMap((
      base,
    ) => [fold(["a", "b"], base), fold(["c", "d", "e"], base + 0.1)]),
    "one split": [fold(["a", "b", "c", "d", "e"], 0.6)],
    "one subject a fold": ["a", "b", "c", "d"].map((name, i) => fold([name], 0.5 + i / 10)),
  };
  for (const [name, models] of Object.entries(cases)) {
    for (const level of [0.95, 0.99]) {
      const open = crossValidated(models, { level })!, expected = reference(models, level);
      near(open.lower, expected.lower, name);
      near(open.upper, expected.upper, name);
      for (const trials of [undefined, 10, 1e6]) {
        const share = crossValidated(models, { level, range: [0, 1], trials })!;
        const own = reference(models, level, [0, 1], trials);
        near(share.lower, own.lower, `${name} of ${trials}`);
        near(share.upper, own.upper, `${name} of ${trials}`);
        assert.equal(share.level, level);
      }
      near(crossValidated(models, { level, range: [0, Infinity] })!.lower, expected.lower, name);
    }
  }
  const method = (models: ModelScore[], range?: [number, number]) =>
    crossValidated(models, { level: 0.95, range })!.method;
  assert.equal(method(cases["one split"]), "t over 5 subjects");
  assert.equal(method(cases["folds that are alike"], [0, 1]), "logit t over 7 subjects in 3 folds");
  const still = ["a", "b"].map((name) => ({ value: 0.5, subjects: [name], without: [] }));
  assert.equal(crossValidated(still, { level: 0.95 }), undefined);
  assert.equal(crossValidated(still, { level: 0.95, range: [0, 1] }), undefined);
  assert.ok(crossValidated(still, { level: 0.95, range: [0, 1], trials: 40 }) !== undefined);
});
