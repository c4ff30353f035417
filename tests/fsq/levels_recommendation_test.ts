import assert from "node:assert/strict";
import fc from "fast-check";
import { recommendLevels } from "../../lib/fsq/levels_recommendation.ts";

Deno.test("T173 recommendLevels(500, 4) gives [5,5,5,4], or [7,6,4,3] for a falling profile", () => {
  assert.deepEqual(recommendLevels(500, 4, { priority: "speed" }), {
    feasible: true,
    levels: [5, 5, 5, 4],
    codes: 500,
    ratio: 1,
  });
  const falling = recommendLevels(500, 4, { priority: "speed", profile: "decreasing" });
  assert.deepEqual(falling, { feasible: true, levels: [7, 6, 4, 3], codes: 504, ratio: 504 / 500 });
});

Deno.test("T174 recommendLevels(2000, 4, accuracy) gives [10,8,5,5], or [8,7,6,6] up to level 8", () => {
  const wide = recommendLevels(2000, 4, { priority: "accuracy" });
  assert.deepEqual(wide.feasible && wide.levels, [10, 8, 5, 5]);
  const narrow = recommendLevels(2000, 4, { priority: "accuracy", maxLevel: 8 });
  assert.deepEqual(narrow.feasible && narrow.levels, [8, 7, 6, 6]);
});

Deno.test("T175 recommendLevels() gives the generic vectors", () => {
  const vectors: [number, number, number[]][] = [
    [512, 3, [8, 8, 8]],
    [256, 4, [4, 4, 4, 4]],
    [800, 4, [8, 5, 5, 4]],
    [64, 2, [8, 8]],
  ];
  for (const [target, dimensions, levels] of vectors) {
    const found = recommendLevels(target, dimensions);
    assert.deepEqual(found.feasible && found.levels, levels, `${target} in ${dimensions}`);
  }
});

Deno.test("T175 recommendLevels() says why nothing fits", () => {
  const small = recommendLevels(64, 4, { minLevel: 5 });
  assert.deepEqual(small, {
    feasible: false,
    reason: "4 dimensions of at least 5 levels make 625 codes or more, the target is 64",
    nearest: [5, 5, 5, 5],
  });
  const large = recommendLevels(1e6, 2);
  assert.match(large.feasible ? "" : large.reason, /at most 16 levels make 256 codes or fewer/);
  const none = recommendLevels(500, 4, { profile: "decreasing", minLevel: 5, maxLevel: 7 });
  assert.match(none.feasible ? "" : none.reason, /no 4 strictly falling values/);
});

Deno.test("recommendLevels() is as close as brute force", () => {
  const target = fc.integer({ min: 16, max: 3000 });
  fc.assert(
    fc.property(target, fc.integer({ min: 1, max: 3 }), (wanted, dimensions) => {
      let best = Infinity;
      const visit = (product: number, left: number) => {
        if (left === 0) best = Math.min(best, Math.abs(Math.log(product / wanted)));
        else for (let level = 4; level <= 16; level++) visit(product * level, left - 1);
      };
      visit(1, dimensions);
      const found = recommendLevels(wanted, dimensions);
      const levels = found.feasible ? found.levels : found.nearest!;
      const distance = Math.abs(Math.log(levels.reduce((a, b) => a * b, 1) / wanted));
      assert.ok(Math.abs(distance - best) < 1e-9);
      assert.deepEqual(levels, levels.toSorted((a, b) => b - a));
    }),
    { numRuns: 60 },
  );
});

Deno.test("recommendLevels() throws RangeError when asked for nothing", () => {
  assert.throws(() => recommendLevels(0, 3), RangeError);
  assert.throws(() => recommendLevels(64, 0), RangeError);
  assert.throws(() => recommendLevels(64, 2, { minLevel: 9, maxLevel: 8 }), RangeError);
});

/** All products of `dimensions` levels, by trying them. */
function products(dimensions: number, min: number, max: number, falling: boolean): number[] {
  const found = new Set<number>();
  const visit = (product: number, left: number, highest: number): void => {
    if (left === 0) return void found.add(product);
    for (let level = min; level <= highest; level++) {
      visit(product * level, left - 1, falling ? level - 1 : level);
    }
  };
  visit(1, dimensions, max);
  return [...found].sort((a, b) => a - b);
}

Deno.test("T175 recommendLevels() gives a true reason for every target from 2 to 5000", () => {
  for (
    const [profile, priority, min] of [
      ["uniform", "balanced", 4],
      ["uniform", "accuracy", 5],
      ["decreasing", "balanced", 3],
    ] as const
  ) {
    for (let dimensions = 1; dimensions <= 4; dimensions++) {
      const all = products(dimensions, min, 16, profile === "decreasing");
      for (let target = 2; target <= 5000; target++) {
        const found = recommendLevels(target, dimensions, { profile, priority });
        const near = all.some((codes) => Math.abs(codes / target - 1) <= 0.05);
        if (found.feasible) {
          assert.ok(near);
          continue;
        }
        const [below, above] = [
          all.findLast((codes) => codes <= target),
          all.find((codes) => codes >= target),
        ];
        const numbers = found.reason.match(/make (\d+)(?: or (\d+))? codes/)!.slice(1).map(Number);
        if (/codes or more/.test(found.reason)) {
          assert.deepEqual([below, numbers[0]], [undefined, all[0]], found.reason);
        } else if (/codes or fewer/.test(found.reason)) {
          assert.deepEqual([above, numbers[0]], [undefined, all.at(-1)], found.reason);
        } else assert.deepEqual(numbers, [below, above], found.reason);
      }
    }
  }
});

Deno.test("recommendLevels() refuses levels and codes that no quantiser has", () => {
  assert.throws(() => recommendLevels(2000, 1, { maxLevel: 5000 }), /max ≤ 1000/);
  assert.throws(() => recommendLevels(2 ** 33, 9), /target of 1 to 2\^32/);
});

Deno.test("recommendLevels() says in percent how far a gap's ends lie from the target", () => {
  const gap = recommendLevels(22, 2, { minLevel: 4 });
  assert.ok(!gap.feasible && gap.reason.includes("further than 5 % from it"), JSON.stringify(gap));
});

Deno.test("recommendLevels() finds the nearest product that a search over all levels finds", () => {
  const cases = fc.record({
    target: fc.integer({ min: 9, max: 900 }),
    dimensions: fc.integer({ min: 1, max: 3 }),
    minLevel: fc.integer({ min: 3, max: 5 }),
  });
  fc.assert(
    fc.property(cases, ({ target, dimensions, minLevel }) => {
      const found = recommendLevels(target, dimensions, { minLevel, maxLevel: 9 });
      const products = Array.from({ length: 9 - minLevel + 1 }, (_, i) => minLevel + i);
      let all = [1];
      for (let t = 0; t < dimensions; t++) all = all.flatMap((p) => products.map((level) => p * level));
      const least = Math.min(...all.map((p) => Math.abs(Math.log(p / target))));
      const own = (found.feasible ? found.levels : found.nearest!).reduce((p, level) => p * level, 1);
      assert.ok(Math.abs(Math.abs(Math.log(own / target)) - least) < 1e-9, `${own} for ${target}`);
    }),
    { numRuns: 60 },
  );
});

/** All choices of levels, the largest first. */
function choices(dimensions: number, min: number, max: number, falling: boolean): number[][] {
  if (dimensions === 0) return [[]];
  const found: number[][] = [];
  for (let level = max; level >= min; level--) {
    for (const rest of choices(dimensions - 1, min, falling ? level - 1 : level, falling)) {
      found.push([level, ...rest]);
    }
  }
  return found;
}

Deno.test("recommendLevels() takes the most even of equally close products", () => {
  const spread = (levels: number[]) => {
    const mean = levels.reduce((a, b) => a + b) / levels.length;
    return Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length) / mean;
  };
  for (const profile of ["uniform", "decreasing"] as const) {
    for (const [dimensions, min, max] of [[2, 3, 12], [3, 4, 10], [4, 3, 8]]) {
      const all = choices(dimensions, min, max, profile === "decreasing").map((levels) => ({
        levels,
        product: levels.reduce((a, b) => a * b),
        spread: spread(levels),
      }));
      for (let target = 12; target <= 700; target += 4) {
        const away = (product: number) => Math.abs(Math.log(product / target));
        const least = Math.min(...all.map(({ product }) => away(product)));
        const close = all.filter(({ product }) => away(product) < least + 1e-9);
        const even = Math.min(...close.map((one) => one.spread));
        const options = { profile, minLevel: min, maxLevel: max };
        const found = recommendLevels(target, dimensions, options);
        const levels = found.feasible ? found.levels : found.nearest!;
        const what = `${levels} for ${target}`;
        assert.ok(close.some((one) => one.levels.join() === levels.join()), what);
        assert.ok(Math.abs(spread(levels) - even) < 1e-9, what);
      }
    }
  }
});

Deno.test("recommendLevels() takes the larger of two that are as close and as even", () => {
  // √30 lies as far from 5 as from 6.
  const found = recommendLevels(Math.sqrt(30), 1);
  assert.deepEqual(!found.feasible && found.nearest, [6]);
  assert.match(!found.feasible ? found.reason : "", /make 5 or 6 codes and none between/);
});
