import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cheapest,
  type LevelsTarget,
  optimizeLevels,
  rateDistortionFrontier,
  waterFilling,
} from "../../lib/fsq/rate_distortion.ts";

Deno.test("waterFilling() gives the published rates", () => {
  const w = waterFilling([4, 1, .25, .0625], .5);
  assert.ok(Math.abs(w.theta - .1458333) < 1e-7);
  [2.3888, 1.3888, .3888, 0].forEach((rate, j) => assert.ok(Math.abs(w.rates[j] - rate) < 1e-4));
  assert.ok(Math.abs(w.bits - 4.16641) < 1e-5);
  assert.ok(Math.abs(waterFilling([1, 1], .02).bits - 6.6439) < 1e-4);
  assert.ok(Math.abs(waterFilling([1], .01).bits - 3.3219) < 1e-4);
  assert.equal(waterFilling([1, 2], 3).bits, 0);
});

Deno.test("T105 T130 optimizeLevels() gives the published optima", () => {
  const vectors: [number[], number, number, number[], number?][] = [
    [[1, .5, .25, .125], 512, 16, [7, 6, 4, 3], .0638109],
    [[1, .5, .25, .125], 500, 16, [8, 5, 4, 3]],
    [[4, 1, .25], 240, 16, [13, 6, 3]],
    [[1, 1, 1], 64, 16, [4, 4, 4]],
    [[16, 1, .01], 64, 8, [8, 4, 2]],
  ];
  for (const [variances, maxCodes, maxLevel, levels, distortion] of vectors) {
    const { best, feasible } = optimizeLevels(variances, { maxCodes, maxLevel, minLevel: 2 });
    assert.equal(feasible, true);
    assert.deepEqual(best!.levels, levels);
    if (distortion !== undefined) assert.ok(Math.abs(best!.distortion - distortion) < 1e-7);
  }
  const even = optimizeLevels([1, 1, 1, 1], { maxCodes: 512, minLevel: 2 }).best!;
  assert.deepEqual([even.levels.toSorted(), even.codes], [[4, 5, 5, 5], 500]);
  assert.ok(Math.abs(even.distortion - .1825) < 1e-12);
});

Deno.test("T158 optimizeLevels() gives the widest dimension the most levels, whatever its position", () => {
  const { levels, codes } = optimizeLevels([1, 1, 4, 1], { maxCodes: 800, minLevel: 2 }).best!;
  assert.equal(codes, 800);
  assert.equal(levels[2], 8);
  assert.deepEqual(levels.filter((_, j) => j !== 2).toSorted(), [4, 5, 5]);
});

Deno.test("T104 optimizeLevels() calls the guide's target infeasible and shows the frontier", () => {
  const found = optimizeLevels([1, 1], { maxBits: 3, maxDistortion: .01, minLevel: 2 });
  assert.equal(found.feasible, false);
  assert.ok(Math.abs(found.neededBits! / 2 - 3.32) < .01);
  assert.match(found.reason!, /takes 6\.64 bits or more over 2 dimensions \(3\.32 each\); 3\.00 are allowed/);
  assert.deepEqual(found.frontier.map((p) => p.codes), [4, 6, 8]);
  const one = optimizeLevels([1], { maxBits: 3, minLevel: 2 });
  assert.equal(one.best!.distortion, .015625);
});

Deno.test("T104 optimizeLevels() takes the fewest codes that meet a distortion", () => {
  const found = optimizeLevels([1, 1], { maxCodes: 1000, maxDistortion: .02 });
  assert.equal(found.feasible, true);
  assert.deepEqual(found.best!.levels.toSorted(), [7, 8]);
});

Deno.test("optimizeLevels() says why no levels fit", () => {
  const found = optimizeLevels([1, 1, 1], { maxCodes: 20 });
  assert.deepEqual([found.feasible, found.best, found.frontier], [false, null, []]);
  assert.match(found.reason!, /take 27 codes or more, 20 are allowed/);
  assert.throws(() => optimizeLevels([1], {}), /give maxCodes or maxBits/);
  assert.throws(() => optimizeLevels([0, 0], { maxCodes: 9 }), /all variances are 0/);
  assert.throws(() => optimizeLevels([1, NaN], { maxCodes: 9 }), RangeError);
});

Deno.test("T106 rateDistortionFrontier() equals brute force over all levels", () => {
  const variance = fc.double({ min: .01, max: 10, noNaN: true });
  const variances = fc.array(variance, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(variances, fc.integer({ min: 30, max: 200 }), (variances, maxCodes) => {
      const all: [number, number][] = [];
      const visit = (codes: number, distortion: number, j: number) => {
        if (j === variances.length) return void all.push([codes, distortion]);
        for (let level = 3; level <= 9 && codes * level <= maxCodes; level++) {
          visit(codes * level, distortion + variances[j] / level ** 2, j + 1);
        }
      };
      visit(1, 0, 0);
      const frontier = rateDistortionFrontier(variances, { maxCodes, maxLevel: 9 });
      for (const [i, p] of frontier.entries()) {
        const best = Math.min(...all.filter(([codes]) => codes <= p.codes).map(([, d]) => d));
        assert.ok(Math.abs(best - p.distortion) < 1e-12);
        const own = p.levels.reduce((sum, level, j) => sum + variances[j] / level ** 2, 0);
        assert.ok(Math.abs(own - p.distortion) < 1e-12);
        if (i > 0) assert.ok(p.codes > frontier[i - 1].codes && p.distortion < frontier[i - 1].distortion);
      }
      assert.ok(Math.abs(frontier.at(-1)!.distortion - Math.min(...all.map(([, d]) => d))) < 1e-12);
    }),
    { numRuns: 60 },
  );
});

Deno.test("cheapest() keeps to the limits on a level, and finds the fewest codes that meet the distortion", () => {
  // One dimension of variance 1 with L levels loses 1/L².
  const codes = (target: object) =>
    cheapest([1], { maxDistortion: 1 / 49, ...target } as LevelsTarget)?.codes;
  assert.equal(codes({}), 7);
  assert.equal(codes({ minLevel: 9 }), 9);
  assert.equal(codes({ maxLevel: 6 }), undefined);
  assert.equal(codes({ maxLevel: 7 }), 7);
});

Deno.test("waterFilling() has its level at the largest variance where everything may be lost, and refuses to lose nothing", () => {
  for (const distortion of [3, 5]) {
    assert.deepEqual(waterFilling([1, 2], distortion), { theta: 2, rates: [0, 0], bits: 0 });
  }
  // Below it the level is what each of the dimensions above it loses.
  assert.equal(waterFilling([1, 2], 2.5).theta, 1.5);
  assert.equal(waterFilling([1, 2], 2).theta, 1);
  for (const distortion of [0, -1, NaN]) {
    assert.throws(() => waterFilling([1, 2], distortion), /distortion must be positive/);
  }
});

Deno.test("optimizeLevels() says what is reached, and what a distortion would take where it is not", () => {
  const found = optimizeLevels([1, 1], { maxCodes: 8, maxDistortion: 0.1, minLevel: 2 });
  // Four and two levels: (1/16 + 1/4)/2.
  assert.match(found.reason!, /; 3\.00 are allowed and reach 0\.156$/);
  assert.deepEqual([found.best!.relativeDistortion, found.best!.codes], [0.15625, 8]);
  // Three and four: (1/9 + 1/16)/2 = 0.0868.
  assert.deepEqual([found.wouldTake!.codes, found.wouldTake!.levels.toSorted()], [12, [3, 4]]);
  assert.equal(optimizeLevels([1, 1], { maxCodes: 12, maxDistortion: 0.1, minLevel: 2 }).wouldTake, null);
  const none = optimizeLevels([1, 1, 1], { maxCodes: 20 });
  assert.deepEqual([none.wouldTake, none.neededBits], [null, null]);
  const both = optimizeLevels([1, 1, 1], { maxCodes: 20, maxDistortion: 0.2 });
  assert.match(
    both.reason!,
    /over 3 dimensions \(\d\.\d\d each\); 3 dimensions take 27 codes or more, 20 are allowed$/,
  );
  assert.deepEqual([both.best, both.wouldTake!.codes], [null, 27]);
  assert.match(
    optimizeLevels([2], { maxCodes: 3, maxDistortion: 0.01 }).reason!,
    /over 1 dimension \(3\.32 each\)/,
  );
  for (const maxDistortion of [0, 1, -0.5]) {
    assert.throws(
      () => optimizeLevels([1], { maxCodes: 9, maxDistortion }),
      /a share of the variance between 0 and 1/,
    );
  }
});
