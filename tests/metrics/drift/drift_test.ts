import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { divergence } from "../../../lib/metrics/drift/divergence.ts";
import { testDrift } from "../../../lib/metrics/drift/drift.ts";

const reference = [500, 300, 150, 50, 0], current = [400, 320, 200, 60, 20];
const near = (actual: number, expected: number, tolerance = 5e-8) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

Deno.test("divergence() gives the published vectors with a floor", () => {
  const { psi, kl, js } = divergence(reference, current, "floor");
  near(psi, 0.145249);
  near(kl, 0.039412);
  near(js, 0.0116154);
});

Deno.test("divergence() gives the published vectors with Jeffreys' half", () => {
  const { psi, kl, js } = divergence(reference, current, "jeffreys");
  near(psi, 0.1137145);
  near(kl, 0.0379492);
  near(js, 0.0110228);
});

Deno.test("divergence() is 0 for equal shares, and JS is at most ln 2", () => {
  assert.deepEqual(divergence([1, 2, 0], [2, 4, 0], "floor"), { psi: 0, kl: 0, js: 0 });
  near(divergence([1, 0], [0, 1], "floor").js, Math.LN2, 2e-3);
});

Deno.test("divergence() refuses other bins and empty distributions", () => {
  assert.throws(() => divergence([1], [1, 2]), /1 and 2 bins/);
  assert.throws(() => divergence([0], [0]), /one of them is empty/);
});

/** People with own habits: shares of `bins` from a symmetric Dirichlet of concentration `alike`, `each` windows of it. */
function people(rng: Random, n: number, each: number, bins: number, alike: number, shift = 0): Int32Array[] {
  return Array.from({ length: n }, () => {
    const weights = Array.from({ length: bins }, (_, b) => gamma(rng, alike) * (b === 0 ? 1 + shift : 1));
    return Int32Array.from({ length: each }, () => rng.weighted(weights));
  });
}

/** A gamma variate of whole shape: the sum of exponentials. */
function gamma(rng: Random, shape: number): number {
  let sum = 0;
  for (let i = 0; i < shape; i++) sum -= Math.log(1 - rng.uniform());
  return sum;
}

Deno.test("testDrift() keeps its level for people with own habits, however much was recorded of each", () => {
  for (const each of [50, 1000]) {
    const rng = new Random(each);
    let alarms = 0;
    for (let i = 0; i < 200; i++) {
      const [reference, current] = [people(rng, 12, each, 6, 2), people(rng, 4, each, 6, 2)];
      const test = testDrift(reference, current, 6, rng, { level: 0.9, draws: 99 });
      if (test.drifted) alarms++;
    }
    // 20 are expected; the standard error is 4.2.
    assert.ok(alarms >= 6 && alarms <= 34, `${alarms} alarms of 200 at level 0.9`);
  }
});

Deno.test("testDrift() sees a real change and names the bin behind it", () => {
  const rng = new Random(3);
  const test = testDrift(people(rng, 12, 300, 8, 20), people(rng, 6, 300, 8, 20, 3), 8, rng);
  assert.deepEqual([test.drifted, test.undecided, test.bins[0].bin], [true, null, 0]);
  assert.ok(test.p < 0.01 && test.psi > test.threshold!);
});

Deno.test("testDrift() gives the exact p of a permutation test where few deals exist", () => {
  // The current person is the rarest of 5, so one deal in 5 is as extreme.
  const reference = [[0], [0], [0], [0]], current = [[1]];
  const { p, undecided, threshold, drifted } = testDrift(reference, current, 2, new Random(5), {
    draws: 20000,
    level: 0.5,
  });
  assert.ok(Math.abs(p - 0.2) < 0.01, `${p}`);
  assert.deepEqual([undecided, drifted], [null, true]);
  assert.ok(threshold !== null);
});

Deno.test("testDrift() says that no threshold can be calibrated for few people, and gives no alarm", () => {
  const rng = new Random(6);
  for (const [before, now] of [[1, 1], [3, 1], [4, 4], [12, 1]]) {
    const test = testDrift(people(rng, before, 100, 4, 9), people(rng, now, 100, 4, 9, 50), 4, rng);
    assert.deepEqual([test.drifted, test.threshold], [false, null]);
    assert.match(test.undecided!, /can be dealt in \d+ ways only: no threshold of level 0.99/);
  }
  const enough = testDrift(people(rng, 6, 100, 4, 9), people(rng, 4, 100, 4, 9, 50), 4, rng);
  assert.deepEqual([enough.undecided, enough.drifted], [null, true]);
});

Deno.test("testDrift() refuses nothing to compare", () => {
  assert.throws(() => testDrift([[1]], [[-1]], 2, new Random(1)), /1 reference and 0 new windows/);
  assert.throws(() => testDrift([[5]], [[1]], 2, new Random(1)), /bin 5 of 2/);
});

Deno.test("testDrift() has p = 1/(draws + 1) where no deal reaches what was seen, and says when draws are too few", () => {
  const sides = [0, 1].map((bin) => Array.from({ length: 9 }, () => [bin, bin, bin]));
  const test = (draws: number) => testDrift(sides[0], sides[1], 2, new Random(1), { draws, level: 0.99 });
  assert.deepEqual([test(100).p, test(100).drifted, test(100).undecided], [1 / 101, true, null]);
  assert.deepEqual([test(99).undecided, test(99).threshold], ["99 draws are too few for level 0.99", null]);
  assert.equal(test(199).p, 1 / 200);
});

Deno.test("testDrift() contributes by smoothed shares, the largest ten first, and averages the deals", () => {
  const people = (n: number, at: number) => Array.from({ length: n }, (_, i) => [at, at, (i + at) % 12, 11]);
  const test = testDrift(people(6, 0), people(3, 5), 12, new Random(2), { draws: 200, level: 0.9 });
  assert.deepEqual([test.n, test.m, test.subjects, test.bins.length], [24, 12, [6, 3], 10]);
  // Bin 0: 13 of 24 windows before (each person's two, and one by chance), none of 12 now; half a window in 12 bins.
  const before = 13.5 / 30, now = 0.5 / 18;
  const first = test.bins.find(({ bin }) => bin === 0)!;
  near(first.psi, (now - before) * Math.log(now / before), 1e-12);
  assert.deepEqual([first.reference, first.current], [13 / 24, 0]);
  for (let i = 1; i < 10; i++) assert.ok(test.bins[i].psi <= test.bins[i - 1].psi);
  assert.ok(test.expected > 0 && test.expected < test.threshold! && test.threshold! <= test.psi);
});

/** People who always show one bin each. */
const alike = (bins: number[]) => bins.map((bin) => [bin, bin, bin, (bin + 1) % 3, -1]);

Deno.test("testDrift() counts the deals that lie at least as far apart, of those that can be dealt", () => {
  const before = alike([0, 0, 0, 1]), now = alike([2, 2]);
  const test = testDrift(before, now, 3, new Random(5), { level: 0.9, draws: 4000 });
  // All 15 deals, each with its index; how many of them are drawn is a matter of chance.
  const everyone = [...before, ...now];
  const counts = (own: number[][]) => [0, 1, 2].map((bin) => own.flat().filter((b) => b === bin).length);
  const apart = (chosen: number[]) =>
    divergence(
      counts(everyone.filter((_, i) => !chosen.includes(i))),
      counts(everyone.filter((_, i) => chosen.includes(i))),
    ).psi;
  const deals = everyone.flatMap((_, i) => everyone.slice(i + 1).map((_, j) => apart([i, i + 1 + j])));
  assert.equal(deals.length, 15);
  near(test.psi, apart([4, 5]), 1e-12);
  const share = deals.filter((psi) => psi >= test.psi - 1e-12).length / 15;
  near(test.p, share, 0.02);
  near(test.expected, deals.reduce((a, b) => a + b) / 15, 0.05);
  assert.deepEqual([test.n, test.m, test.subjects, test.level, test.undecided], [16, 8, [4, 2], 0.9, null]);
  assert.deepEqual(test.bins.map(({ bin }) => bin).sort(), [0, 1, 2]);
  const two = test.bins.find(({ bin }) => bin === 2)!;
  assert.deepEqual([two.reference, two.current], [1 / 16, 6 / 8]);
  const [p, q] = [1.5 / 17.5, 6.5 / 9.5];
  near(two.psi, (q - p) * Math.log(q / p), 1e-12);
  assert.deepEqual(test.bins.map(({ psi }) => psi), test.bins.map(({ psi }) => psi).sort((a, b) => b - a));
});

Deno.test("testDrift() decides from as many deals on as its level needs, and says how many there are", () => {
  const of = (n: number, m: number, level: number, draws?: number) =>
    testDrift(alike(new Array(n).fill(0)), alike(new Array(m).fill(2)), 3, new Random(1), {
      level,
      ...(draws === undefined ? {} : { draws }),
    });
  // Nine and one people make ten deals.
  assert.equal(of(9, 1, 0.9).undecided, null);
  assert.equal(
    of(8, 1, 0.9).undecided,
    "8 people in the reference and 1 new one can be dealt in 9 ways only: no threshold of level 0.9 can be calibrated",
  );
  assert.match(
    of(3, 2, 0.95).undecided!,
    /3 people in the reference and 2 new ones can be dealt in 10 ways only/,
  );
  assert.deepEqual([of(3, 2, 0.95).threshold, of(3, 2, 0.95).drifted], [null, false]);
  assert.equal(of(12, 4, 0.99, 99).undecided, "99 draws are too few for level 0.99");
  assert.equal(of(12, 4, 0.99, 101).undecided, null);
  const clear = of(12, 4, 0.99);
  assert.ok(clear.drifted && clear.psi > clear.threshold!);
  // A thousand draws by default: p is a multiple of 1/1001.
  assert.ok(Math.abs(clear.p * 1001 - Math.round(clear.p * 1001)) < 1e-9 && clear.p < 0.01);
});

Deno.test("testDrift() leaves out people without windows, lists ten bins at most, and refuses unknown ones", () => {
  const test = testDrift([...alike([0, 1, 2]), [-1, -1]], [...alike([0]), []], 3, new Random(1));
  assert.deepEqual(test.subjects, [3, 1]);
  const many = Array.from({ length: 3 }, () => Array.from({ length: 14 }, (_, bin) => bin));
  assert.equal(testDrift(many, many, 14, new Random(1)).bins.length, 10);
  assert.deepEqual(testDrift(many, many, 14, new Random(1)).bins.map(({ bin }) => bin), [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
  ]);
  assert.throws(() => testDrift([[3]], [[0]], 3, new Random(1)), /bin 3 of 3/);
  assert.throws(() => testDrift([[-1]], [[0]], 3, new Random(1)), /0 reference and 1 new windows/);
  assert.throws(() => testDrift([[0]], [[]], 3, new Random(1)), /1 reference and 0 new windows/);
});

Deno.test("testDrift() has its threshold among the deals in order, and drifts where p is what is rare", () => {
  const before = alike([0, 0, 0, 1]), now = alike([2, 2]), everyone = [...before, ...now];
  const counts = (own: number[][]) => [0, 1, 2].map((bin) => own.flat().filter((b) => b === bin).length);
  const deals = everyone.flatMap((_, i) =>
    everyone.slice(i + 1).map((_, j) => {
      const chosen = [i, i + 1 + j];
      return divergence(
        counts(everyone.filter((_, q) => !chosen.includes(q))),
        counts(everyone.filter((_, q) => chosen.includes(q))),
      ).psi;
    })
  ).sort((a, b) => a - b);
  const told = (level: number, draws = 3000) => testDrift(before, now, 3, new Random(7), { level, draws });
  // In the middle of the share that each of 15 deals has, far from its neighbors'.
  for (const i of [6, 9, 13]) near(told((i + 0.5) / 15).threshold!, deals[i], 1e-12);
  const often = (level: number) =>
    testDrift(alike([0, 0, 0, 1]), alike([1, 2]), 3, new Random(7), { level, draws: 300 });
  const { p } = often(0.9);
  assert.ok(p > 0.1 && often(1 - p).drifted && !often(1 - p + 5e-7).drifted);
  // Fifteen deals of a little less than a fifteenth are too few, two draws of a half are enough.
  assert.match(told(1 - 0.9995 / 15).undecided!, /in 15 ways only/);
  assert.equal(told(1 - 1.0005 / 15).undecided, null);
  assert.equal(told(0.5, 2).undecided, null);
});
