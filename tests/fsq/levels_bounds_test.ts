import assert from "node:assert/strict";
import { checkLevels, MAX_CODES } from "../../lib/fsq/constants.ts";
import { analyzeLevels, lintLevels } from "../../lib/fsq/levels_analysis.ts";
import { optimizeMeasured } from "../../lib/fsq/levels_feasible.ts";
import { latentMoments, measureLevels } from "../../lib/fsq/levels_measured.ts";
import { selectLevels } from "../../lib/fsq/levels_presets.ts";
import { recommendLevels } from "../../lib/fsq/levels_recommendation.ts";
import { nearestCodes } from "../../lib/fsq/nearest.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import {
  cheapest,
  optimizeLevels,
  rateDistortionFrontier,
  waterFilling,
} from "../../lib/fsq/rate_distortion.ts";
import { codeStatistics } from "../../lib/fsq/statistics.ts";
import { Random } from "../../lib/random.ts";

/** All lists of levels that do not rise, or that fall. */
function listsOf(dimensions: number, min: number, max: number, falling: boolean): number[][] {
  if (dimensions === 0) return [[]];
  return Array.from({ length: max - min + 1 }, (_, i) => max - i).flatMap((level) =>
    listsOf(dimensions - 1, min, falling ? level - 1 : level, falling).map((rest) => [level, ...rest])
  );
}

Deno.test("recommendLevels() takes of the nearest products the most even levels", () => {
  for (const falling of [false, true]) {
    for (const [dimensions, minLevel, maxLevel] of [[1, 2, 9], [2, 3, 12], [3, 2, 10], [4, 4, 8]]) {
      const all = listsOf(dimensions, minLevel, maxLevel, falling);
      for (let target = 1; target < 700; target += 13) {
        const found = recommendLevels(target, dimensions, {
          minLevel,
          maxLevel,
          profile: falling ? "decreasing" : "uniform",
        });
        const own = found.feasible ? found.levels : found.nearest!;
        const distance = (levels: number[]) => Math.abs(Math.log(levels.reduce((p, l) => p * l, 1) / target));
        const least = Math.min(...all.map(distance));
        const even = all.filter((levels) => distance(levels) < least + 1e-9);
        assert.ok(distance(own) < least + 1e-9, `${own} for ${target}`);
        const imbalance = Math.min(...even.map((levels) => analyzeLevels(levels).imbalance));
        assert.ok(Math.abs(analyzeLevels(own).imbalance - imbalance) < 1e-12, `${own} for ${target}`);
        // Of equals the first from above.
        assert.deepEqual(own, even.find((levels) => analyzeLevels(levels).imbalance < imbalance + 1e-12));
      }
    }
  }
});

Deno.test("recommendLevels() takes its limits themselves, and nothing beyond them", () => {
  const takes = (target: number, dimensions: number, options = {}) => {
    try {
      recommendLevels(target, dimensions, options);
      return true;
    } catch (error) {
      assert.ok(error instanceof RangeError);
      return false;
    }
  };
  const limits = (minLevel: number, maxLevel: number) => takes(8, 1, { minLevel, maxLevel });
  assert.deepEqual(
    [takes(1, 1), takes(0.5, 1), takes(MAX_CODES, 1), takes(MAX_CODES + 1, 1), takes(NaN, 1)],
    [
      true,
      false,
      true,
      false,
      false,
    ],
  );
  const eight = { minLevel: 3, maxLevel: 3 };
  assert.deepEqual([takes(9, 10, eight), takes(9, 11, eight), takes(9, 0), takes(9, 1.5)], [
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual([limits(2, 3), limits(1, 3), limits(3, 3), limits(4, 3), limits(2.5, 3), limits(2, 3.5)], [
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual([limits(999, 1000), limits(999, 1001)], [true, false]);
  // The least level by default: 4, 5 for accuracy, 3 where levels fall.
  const least = (options: object) => {
    const found = recommendLevels(1, 2, options);
    return found.feasible ? found.levels : found.nearest;
  };
  assert.deepEqual([least({}), least({ priority: "accuracy" }), least({ profile: "decreasing" })], [[4, 4], [
    5,
    5,
  ], [4, 3]]);
});

Deno.test("levels and codes are checked at their limits", () => {
  assert.equal(MAX_CODES, 4294967296);
  assert.deepEqual(checkLevels([1000]), []);
  assert.deepEqual(analyzeLevels([1000]).codes, 1000);
  assert.throws(() => checkLevels([1001]), /must be an integer in 3\.\.1000, got 1001/);
  assert.throws(() => checkLevels([8, 2]), /levels\[1\] is 2, whose second value/);
  assert.throws(
    () => checkLevels(new Array(6).fill(1000)),
    /make 1000000000000000000 codes, more than 2\^53/,
  );
  const rules = (levels: number[], use = {}) => lintLevels(levels, use).map(({ rule }) => rule);
  assert.deepEqual(rules([10, 10, 10], { edge: true }), []);
  assert.deepEqual(rules([13, 11, 7], { edge: true }), ["edge-size"]);
  assert.deepEqual(rules([8, 6, 5], { windows: 2400 }), []);
  assert.deepEqual(rules([8, 6, 5], { windows: 2399 }), ["too-many-codes"]);
  assert.deepEqual(rules([8, 6, 4]), ["below-5"]);
  assert.deepEqual(rules([8, 6, 2]), ["level-2"]);
  assert.deepEqual([
    selectLevels(30, "high").length,
    selectLevels(29, "high").length,
    selectLevels(30).length,
  ], [5, 3, 3]);
  const quantizer = new Quantizer([8, 6, 5]);
  for (const code of [-1, 240, 1.5]) assert.throws(() => quantizer.digitsOf(code), /must be in 0\.\.239/);
  assert.deepEqual([quantizer.digitsOf(0), quantizer.digitsOf(239)], [[0, 0, 0], [7, 5, 4]]);
  assert.deepEqual(quantizer.valuesOf(239), [3 / 4, 2 / 3, 1]);
  for (const ask of ["bound", "digits", "values", "codes"] as const) {
    assert.throws(() => quantizer[ask]([0, 1]), RangeError);
    assert.throws(() => quantizer[ask]([0, NaN, 1]), RangeError);
  }
});

Deno.test("waterFilling() gives every dimension above the level its share, at and beyond the borders", () => {
  for (const variances of [[1, 4, 0.25], [2, 2, 2], [3, 0.1, 1, 0.5]]) {
    const total = variances.reduce((a, b) => a + b);
    for (const share of [0.01, 0.1, 0.3, 0.75, 0.99, 1, 3]) {
      const { theta, rates, bits } = waterFilling(variances, share * total);
      // The level is where what lies below it adds up to the distortion.
      const filled = variances.reduce((sum, v) => sum + Math.min(v, theta), 0);
      assert.ok(Math.abs(filled - Math.min(share, 1) * total) < 1e-12, `${variances} ${share}: ${theta}`);
      variances.forEach((v, i) =>
        assert.ok(Math.abs(rates[i] - Math.max(0, Math.log2(v / theta) / 2)) < 1e-12)
      );
      assert.ok(Math.abs(bits - rates.reduce((a, b) => a + b)) < 1e-12);
    }
  }
});

Deno.test("rateDistortionFrontier() holds every choice that none beats, the wider dimension first", () => {
  for (const variances of [[1, 1], [0.2, 3, 1], [1, 0]]) {
    const found = rateDistortionFrontier(variances, { maxCodes: 60, minLevel: 3, maxLevel: 7 });
    let all = [[] as number[]];
    for (const _ of variances) all = all.flatMap((l) => [3, 4, 5, 6, 7].map((level) => [...l, level]));
    const total = variances.reduce((a, b) => a + b);
    const points = all.map((levels) => ({
      codes: levels.reduce((a, b) => a * b),
      lost: levels.reduce((sum, l, i) => sum + variances[i] / l ** 2, 0) / total,
    })).filter(({ codes }) => codes <= 60).sort((a, b) => a.codes - b.codes || a.lost - b.lost);
    const best: typeof points = [];
    for (const point of points) {
      if (best.length === 0 || point.lost < best.at(-1)!.lost - 1e-12) best.push(point);
    }
    assert.deepEqual(found.map(({ codes }) => codes), best.map(({ codes }) => codes));
    found.forEach(({ relativeDistortion, levels }, i) => {
      assert.ok(Math.abs(relativeDistortion - best[i].lost) < 1e-12);
      // No dimension of less variance has more levels, and of equal ones the first has most.
      variances.forEach((a, p) =>
        variances.forEach((b, q) => {
          if (a > b || (a === b && p < q)) assert.ok(levels[p] >= levels[q], `${levels}`);
        })
      );
    });
  }
});

Deno.test("optimizeLevels() reads bits as codes whatever the last digit, and looks for what more codes would reach", () => {
  for (let codes = 9; codes < 200; codes++) {
    const found = optimizeLevels([1, 0.5], { maxBits: Math.log2(codes) });
    const exact = optimizeLevels([1, 0.5], { maxCodes: codes });
    assert.deepEqual(found.best, exact.best, `${codes}`);
  }
  // Not so many more: 99.99 codes are 99.
  const near = Math.log2(100 - 1e-4);
  assert.ok(optimizeLevels([1, 1], { maxBits: near }).best!.codes < 100);
  assert.equal(optimizeLevels([1, 1], { maxCodes: 100 }).best!.codes, 100);
  // 4 096 codes in two dimensions of at most 64, up to 2^24 in six of 16.
  assert.deepEqual(
    cheapest(new Array(6).fill(1), { maxLevel: 16, maxDistortion: 1 / 256 })?.levels,
    new Array(6).fill(16),
  );
  assert.equal(cheapest(new Array(6).fill(1), { maxLevel: 17, maxDistortion: 1 / 257 }), null);
  assert.equal(cheapest([1, 1], { maxLevel: 4, maxDistortion: 0.01 }), null);
  assert.deepEqual(cheapest([1, 1], { minLevel: 6, maxDistortion: 0.9 })?.levels, [6, 6]);
  assert.deepEqual(cheapest([1, 1], { maxDistortion: 0.9 })?.levels, [3, 3]);
});

Deno.test("measured distortion is the share of the variance within codes, none where nothing varies", () => {
  const rng = new Random(8);
  const rows = Array.from({ length: 60 }, () => [rng.normal() * 2 + 1, rng.normal() - 3]);
  const latents = Float64Array.from(rows.flat());
  const moments = latentMoments(latents, 2), levels = [4, 3];
  const quantizer = new Quantizer(levels);
  const z = rows.map((row) => row.map((x, j) => (x - moments.mean[j]) / Math.sqrt(moments.variance[j])));
  let lost = 0, total = 0;
  for (const j of [0, 1]) {
    const groups = Map.groupBy(z, (row) => quantizer.digits(row)[j]);
    for (const members of groups.values()) {
      const mean = members.reduce((sum, row) => sum + row[j], 0) / members.length;
      lost += moments.variance[j] * members.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0);
    }
    const mean = z.reduce((sum, row) => sum + row[j], 0) / z.length;
    total += moments.variance[j] * z.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0);
  }
  assert.ok(Math.abs(measureLevels(latents, moments, levels).relativeDistortion - lost / total) < 1e-12);
  const still = Float64Array.of(5, 2, 5, 2, 5, 2);
  assert.equal(measureLevels(still, latentMoments(still, 2), levels).relativeDistortion, 0);
  // Nothing is asked of the distortion: the model's answer stands.
  const free = optimizeMeasured(latents, moments, { maxCodes: 40 });
  assert.deepEqual(free.modelled, free.best);
  const met = optimizeMeasured(latents, moments, { maxCodes: 60, maxDistortion: 0.5 });
  const first = met.frontier.find((p) => measureLevels(latents, moments, p.levels).relativeDistortion <= 0.5);
  assert.deepEqual([met.feasible, met.best, met.reason, met.wouldTake], [true, first, null, null]);
  const far = optimizeMeasured(latents, moments, { maxCodes: 9, maxDistortion: 0.01, maxLevel: 3 });
  const reached = measureLevels(latents, moments, [3, 3]).relativeDistortion.toPrecision(3);
  assert.ok(far.reason!.endsWith(` as modelled, ${reached} as measured`), far.reason!);
  const none = optimizeMeasured(latents, moments, { maxCodes: 8, maxDistortion: 0.01 });
  assert.deepEqual([none.feasible, none.best, /as modelled/.test(none.reason!)], [false, null, false]);
});

Deno.test("nearestCodes() takes the nearest vector of any codebook, the first of equals", () => {
  const rng = new Random(6);
  for (const [d, k] of [[1, 5], [3, 4]]) {
    const codebook = Float32Array.from({ length: d * k }, () => rng.normal());
    codebook.copyWithin((k - 1) * d, 0, d);
    const z = Float64Array.from({ length: 20 * d }, () => rng.normal());
    z.set(codebook.subarray(0, d));
    const found = nearestCodes(z, codebook, d);
    assert.equal(found.length, 20);
    found.forEach((code, i) => {
      const distance = (c: number) =>
        Math.hypot(...Array.from({ length: d }, (_, j) => z[i * d + j] - codebook[c * d + j]));
      const all = Array.from({ length: k }, (_, c) => distance(c));
      assert.equal(code, all.indexOf(Math.min(...all)));
    });
  }
});

Deno.test("statistics of no codes are zeros, and of codes in a small book relative to it", () => {
  const none = codeStatistics(new Uint32Array(), 8);
  assert.deepEqual([none.relativeUtilization, none.topShare, none.perplexity], [0, 0, 0]);
  const some = codeStatistics(Uint32Array.of(1, 1, 1, 5), 8);
  const ceiling = 8 * (1 - (7 / 8) ** 4);
  assert.ok(Math.abs(some.relativeUtilization - 2 / ceiling) < 1e-12);
  assert.equal(some.topShare, 0.75);
});
