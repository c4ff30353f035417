import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { divergence, optimalBlock, testDrift } from "../../../lib/metrics/drift/drift.ts";

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

/** Windows of 64 equally likely codes that each last for `dwell` windows. */
function codes(rng: Random, n: number, dwell: number, shift = 0): Int32Array {
  let code = 0;
  return Int32Array.from({ length: n }, (_, i) => {
    if (i % dwell === 0) code = rng.uniform() < shift ? 0 : rng.below(64);
    return code;
  });
}

Deno.test("testDrift() knows that PSI is about 0.126 for 64 codes without any change", () => {
  const rng = new Random(1);
  const { expected, threshold, drifted, blockLength } = testDrift(
    [codes(rng, 1000, 1)],
    [codes(rng, 1000, 1)],
    64,
    rng,
    {
      level: 0.95,
      draws: 300,
    },
  );
  near(expected, 0.126, 0.02);
  near(threshold, 0.165, 0.03);
  assert.equal(drifted, false);
  assert.ok(blockLength! <= 4);
});

Deno.test("testDrift() raises its threshold for windows that resemble their neighbours", () => {
  const rng = new Random(2);
  let alarms = 0;
  for (let i = 0; i < 20; i++) {
    const test = testDrift([codes(rng, 4000, 10)], [codes(rng, 1000, 10)], 64, rng, {
      level: 0.95,
      draws: 100,
    });
    if (test.drifted) alarms++;
    assert.ok(test.blockLength! > 10);
  }
  assert.ok(alarms <= 4, `${alarms} alarms of 20 at level 0.95`);
});

Deno.test("testDrift() sees a real change and names the code behind it", () => {
  const rng = new Random(3);
  const test = testDrift([codes(rng, 4000, 5)], [codes(rng, 2000, 5, 0.3)], 64, rng);
  assert.equal(test.drifted, true);
  assert.equal(test.bins[0].bin, 0);
  assert.ok(test.p < 0.01);
});

Deno.test("testDrift() draws whole recordings where there are enough of them", () => {
  const rng = new Random(4);
  const people = Array.from({ length: 12 }, (_, s) => codes(rng, 300, 5).map((c) => (c + 5 * s) % 64));
  const test = testDrift(people, [codes(rng, 300, 5)], 64, rng, { draws: 100 });
  assert.deepEqual([test.unit, test.blockLength], ["recordings", null]);
});

Deno.test("testDrift() refuses nothing to compare", () => {
  assert.throws(() => testDrift([[1]], [[-1]], 2, new Random(1)), /1 reference and 0 new windows/);
  assert.throws(() => testDrift([[5]], [[1]], 2, new Random(1)), /bin 5 of 2/);
});

Deno.test("optimalBlock() is 1 for independent or constant windows", () => {
  assert.equal(optimalBlock([new Int32Array(50)]), 1);
  assert.equal(optimalBlock([Int32Array.from({ length: 100 }, (_, i) => i % 2)]), 1);
});
