import assert from "node:assert/strict";
import fc from "fast-check";
import { roundHalfEven } from "../../lib/fsq/rounding.ts";

Deno.test("roundHalfEven() rounds halves to the even neighbour and never gives −0", () => {
  const cases = [[-2.5, -2], [-1.5, -2], [-0.5, 0], [-0.2, 0], [-0, 0], [0.5, 0], [1.5, 2], [2.5, 2], [
    3.5,
    4,
  ]];
  for (const [x, expected] of cases) assert.ok(Object.is(roundHalfEven(x), expected), `${x}`);
  assert.equal(roundHalfEven(0.49999999999999994), 0);
});

Deno.test("roundHalfEven() is nearest and odd-symmetric", () => {
  fc.assert(fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (x) => {
    const r = roundHalfEven(x);
    assert.ok(Number.isInteger(r) && Math.abs(r - x) <= 0.5);
    assert.equal(roundHalfEven(-x), 0 - r);
  }));
});
