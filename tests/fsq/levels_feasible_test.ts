import assert from "node:assert/strict";
import { optimizeMeasured } from "../../lib/fsq/levels_feasible.ts";
import { latentMoments, measureLevels } from "../../lib/fsq/levels_measured.ts";
import { optimizeLevels } from "../../lib/fsq/rate_distortion.ts";
import { Random } from "../../lib/random.ts";

const rng = new Random(4);
const normal = Float32Array.from({ length: 2 * 5000 }, () => rng.normal());
const moments = latentMoments(normal, 2);

Deno.test("levels are feasible where the measured distortion is, not where the model is", () => {
  const target = { maxCodes: 256, maxDistortion: 0.01 };
  assert.equal(optimizeLevels(moments.variance, target).feasible, true);
  const found = optimizeMeasured(normal, moments, target);
  assert.equal(found.feasible, false);
  assert.deepEqual(found.modelled!.levels, [10, 10]);
  assert.match(
    found.reason!,
    /256 codes.*as measured; as modelled \[10,10\] would lose 0\.01\d*, a lower limit/,
  );
});

Deno.test("the fewest codes that meet a distortion on the latents are found as by trying all", () => {
  for (const maxDistortion of [0.3, 0.1, 0.05, 0.04, 0.02]) {
    const found = optimizeMeasured(normal, moments, { maxCodes: 256, maxDistortion });
    const all = found.frontier.map((p) => ({
      ...p,
      lost: measureLevels(normal, moments, p.levels).relativeDistortion,
    }));
    const expected = all.find((p) => p.lost <= maxDistortion);
    assert.equal(found.feasible, expected !== undefined);
    if (expected !== undefined) assert.deepEqual(found.best!.levels, expected.levels);
  }
});

Deno.test("what an unmet distortion would take is measured too", () => {
  const found = optimizeMeasured(normal, moments, { maxCodes: 30, maxDistortion: 0.03 });
  const { levels, codes } = found.wouldTake!;
  assert.ok(measureLevels(normal, moments, levels).relativeDistortion <= 0.03);
  assert.ok(codes > 100, `${levels}`);
});

Deno.test("a distortion of the whole variance or more, and levels no quantiser has, are refused", () => {
  for (const maxDistortion of [1, 2, 0, NaN]) {
    assert.throws(() => optimizeLevels([1, 1], { maxCodes: 64, maxDistortion }), /share of the variance/);
  }
  assert.throws(() => optimizeLevels([1], { maxCodes: 4000, maxLevel: 2000 }), /1000 levels at most/);
  assert.throws(() => optimizeLevels([1], { maxBits: 40 }), /32 bits at most/);
});

Deno.test("what just meets the distortion of any choice is the first choice that loses no more", () => {
  const some = normal.subarray(0, 300), own = latentMoments(some, 2);
  const { frontier } = optimizeLevels(own.variance, { maxCodes: 400, maxDistortion: 0.5 });
  assert.ok(frontier.length > 12);
  const lost = frontier.map(({ levels }) => measureLevels(some, own, levels).relativeDistortion);
  for (const maxDistortion of lost.filter((loss) => loss < 1)) {
    const found = optimizeMeasured(some, own, { maxCodes: 400, maxDistortion });
    assert.equal(found.feasible, true);
    assert.deepEqual(
      found.best,
      frontier[lost.findIndex((loss) => loss <= maxDistortion)],
      `${maxDistortion}`,
    );
    assert.deepEqual([found.reason, found.wouldTake], [null, null]);
  }
  const least = Math.min(...lost);
  const none = optimizeMeasured(some, own, { maxCodes: 400, maxDistortion: least * (1 - 1e-9) });
  assert.deepEqual([none.feasible, none.best], [false, frontier.at(-1)]);
});

Deno.test("without a distortion the model decides alone", () => {
  const found = optimizeMeasured(normal, moments, { maxCodes: 64 });
  const { modelled, ...rest } = found;
  assert.deepEqual(rest, optimizeLevels(moments.variance, { maxCodes: 64 }));
  assert.equal(modelled, found.best);
});
