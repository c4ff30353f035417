/** Integer rescaling against arithmetic without limits. */
import assert from "node:assert/strict";
import { pairScaling, prepare, rescaled, rescaling } from "../../../../lib/hailo/package/c/rescale.ts";
import { Random } from "../../../../lib/random.ts";

Deno.test("a rescaled sum is the floor of the exact quotient, whatever the sizes", () => {
  const rng = new Random(4);
  for (let i = 0; i < 3000; i++) {
    const bound = Math.floor(2 ** rng.between(1, 30.9));
    const factor = (rng.uniform() < 0.5 ? -1 : 1) * 2 ** rng.between(-30, 12);
    const added = rng.between(-300, 300);
    const scale = rescaling([factor], [added], [bound]);
    const [m, b, s] = [BigInt(scale.multiplier[0]), scale.offset[0], BigInt(scale.shift[0])];
    const prepared = prepare(scale);
    for (let j = 0; j < 5; j++) {
      const sum = Math.round(rng.between(-bound, bound));
      const exact = BigInt(sum) * m + b;
      assert.ok(exact < 2n ** 62n && exact > -(2n ** 62n));
      const want = Math.min(255, Math.max(0, Number(exact >> s)));
      assert.equal(rescaled(sum, prepared, 0, 0, 255), want);
    }
  }
});

Deno.test("a rescaled sum is the rounded real number but for halves, and halves go up", () => {
  const rng = new Random(5);
  for (let i = 0; i < 2000; i++) {
    const factor = 2 ** rng.between(-20, 0);
    const scale = prepare(rescaling([factor], [0], [2 ** 24]));
    const sum = Math.round(rng.between(0, 250 / factor));
    const real = sum * factor;
    if (Math.abs(real - Math.floor(real) - 0.5) < 1e-6) continue;
    assert.equal(rescaled(sum, scale, 0, 0, 255), Math.round(real));
  }
  const half = prepare(rescaling([0.5], [0], [1000]));
  assert.deepEqual([1, 3, 5].map((sum) => rescaled(sum, half, 0, 0, 255)), [1, 2, 3]);
  assert.equal(rescaled(-7, half, 0, 0, 255), 0);
});

Deno.test("two sums that are added share a shift, and stay exact in float64", () => {
  const { multipliers: [a, b], offset, shift } = pairScaling([0.75, -0.0625], 10, 510);
  assert.equal(a / 2 ** shift, 0.75);
  assert.equal(b / 2 ** shift, -0.0625);
  assert.equal(offset / 2 ** shift, 10.5);
  assert.ok(510 * a + offset < 2 ** 52);
});
