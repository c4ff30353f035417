import assert from "node:assert/strict";
import fc from "fast-check";
import { modeFilter } from "../../lib/temporal/mode_filter.ts";
import { runs } from "./fixtures.ts";

const jittery = runs("0x6,1,0x3,2x2,1x8,0,1,0,1,0");

Deno.test("modeFilter() gives the published vector for width 7", () => {
  assert.deepEqual(modeFilter(jittery, 7), runs("0x11,1x11,0x3"));
});

Deno.test("modeFilter() gives the published vector for width 5", () => {
  assert.deepEqual(modeFilter(jittery, 5), runs("0x10,2x2,1x10,0,1,0"));
});

Deno.test("T042 modeFilter() takes the mode where a median of class numbers would invent a compromise", () => {
  assert.equal(modeFilter(Int32Array.of(2, 2, 2, 7, 7, 7, 5), 7)[3], 7);
});

Deno.test("modeFilter() equals the naive definition for any labels and width", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 60 }),
    fc.integer({ min: 0, max: 8 }).map((h) => 2 * h + 1),
    (values, width) => {
      const labels = Int32Array.from(values);
      assert.deepEqual(modeFilter(labels, width), naive(labels, width));
    },
  ));
});

Deno.test("modeFilter() refuses an even width and labels below −1", () => {
  for (const width of [6, 0, -1, -3, 2.5, 3.5, NaN, Infinity]) {
    assert.throws(() => modeFilter(jittery, width), new RegExp(`odd number, got ${width}`));
  }
  assert.throws(() => modeFilter(Int32Array.of(0, -2), 3), /label -2 at 1/);
});

Deno.test("modeFilter() leaves an empty sequence empty and its input untouched", () => {
  assert.equal(modeFilter(new Int32Array(0), 7).length, 0);
  assert.notEqual(modeFilter(jittery, 1), jittery);
  const input = runs("0x3,1,0x3");
  modeFilter(input, 3);
  assert.deepEqual(input, runs("0x3,1,0x3"));
});

function naive(labels: Int32Array, width: number): Int32Array {
  const half = (width - 1) / 2;
  return labels.map((own, i) => {
    const part = labels.slice(Math.max(0, i - half), i + half + 1);
    const count = (l: number) => part.filter((x) => x === l).length;
    const top = Math.max(...[...part].map(count));
    return count(own) === top ? own : Math.min(...[...part].filter((l) => count(l) === top));
  });
}
