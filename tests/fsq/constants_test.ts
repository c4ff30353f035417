import assert from "node:assert/strict";
import {
  boundedRanges,
  checkLevels,
  checkVariant,
  halfWidths,
  levelConstants,
  OTHER_VARIANTS,
  placeValues,
  VARIANT,
} from "../../lib/fsq/constants.ts";
import { InputError } from "../../lib/errors.ts";

// level, half range, shift, thresholds as published to six digits and more
const table: [number, number, number, number[]][] = [
  [2, .5005, 3.80070117, [-3.8007]],
  [3, 1.001, 0, [-.54864, .54864]],
  [4, 1.5015, .3461990117, [-1.14972, -.346199, .457322]],
  [5, 2.002, 0, [-.971245, -.255146, .255146, .971245]],
  [6, 2.5025, .2025244375, [-1.298921, -.625698, -.202524, .220649, .893872]],
  [7, 3.003, 0, [-1.196229, -.54864, -.168065, .168065, .54864, 1.196229]],
  [8, 3.5035, .1436953516, [-1.422951, -.79249, -.437278, -.143695, .149887, .505099, 1.135561]],
];

Deno.test("levelConstants() gives the published constants", () => {
  for (const [level, halfRange, shift, thresholds] of table) {
    const c = levelConstants(level);
    assert.ok(Math.abs(c.halfRange - halfRange) < 1e-12);
    assert.equal(c.offset, level % 2 === 0 ? 0.5 : 0);
    assert.ok(Math.abs(c.shift - shift) < 6e-9, `${level}: ${c.shift}`);
    assert.equal(c.thresholds.length, level - 1);
    thresholds.forEach((t, g) =>
      assert.ok(Math.abs(c.thresholds[g] - t) < 3e-6, `${level}: ${c.thresholds}`)
    );
  }
});

Deno.test("levelConstants() throws RangeError when the level is no count", () => {
  for (const level of [0, 1, 2.5, NaN, 1001]) assert.throws(() => levelConstants(level), RangeError);
});

Deno.test("checkVariant() refuses every variant but its own by name", () => {
  checkVariant(VARIANT);
  for (const name of Object.keys(OTHER_VARIANTS)) {
    assert.throws(() => checkVariant(name), /is not implemented/);
  }
  assert.throws(() => checkVariant("fsq/v9"), InputError);
});

Deno.test("half widths, place values and ranges of levels are those of the paper's formulas", () => {
  assert.deepEqual(halfWidths([3, 4, 5, 8, 1000]), [1, 2, 2, 4, 500]);
  assert.deepEqual(placeValues([8, 6, 5, 4]), [1, 8, 48, 240]);
  assert.deepEqual(placeValues([]), []);
  // (L − 1)(1 + ε)/2, and half a step lower for even counts.
  const expected = [[-4.0035, 3.0035], [-2.002, 2.002]];
  boundedRanges([8, 5]).flat().forEach((v, i) => assert.ok(Math.abs(v - expected.flat()[i]) < 1e-12));
});

Deno.test("checkLevels() tells levels below five, except those of a named preset", () => {
  assert.deepEqual(checkLevels([5, 5, 5]), []);
  assert.deepEqual(checkLevels([4, 4, 4]), []);
  assert.match(checkLevels([5, 4, 3])[0], /^levels \[5,4,3\]: 2 below 5/);
  assert.match(checkLevels([4, 3])[0], /^levels \[4,3\]: 2 below 5/);
});
