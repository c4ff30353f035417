import assert from "node:assert/strict";
import { placeDigits, pointsOfCodes } from "../../../lib/cluster/points/code_points.ts";

Deno.test("points are the codes that occur, in ascending order, with the windows of the fit as weights", () => {
  // Code = first + 3 · second digit, values (first − 1)/1 and (second − 2)/2.
  const codes = Uint32Array.of(5, 0, 3, 5, 0, 5);
  const { index, ...rest } = pointsOfCodes(codes, [3, 4]);
  assert.deepEqual([...index], [2, 0, 1, 2, 0, 2]);
  const { values, weights, ...facts } = rest;
  assert.deepEqual([...values], [-1, -1, -1, -0.5, 1, -0.5]);
  assert.deepEqual([...weights], [2, 1, 3]);
  assert.deepEqual(facts, { dimensions: 2, exact: true, cell: 0, rmsError: 0 });
  // Only 1 counts; a code of no window of the fit stays, without weight.
  const some = pointsOfCodes(codes, [3, 4], Uint8Array.of(1, 0, 2, 1, 0, 0));
  assert.deepEqual([...some.weights], [0, 0, 2]);
  assert.deepEqual([...some.index], [...index]);
});

Deno.test("the last code of a codebook is one, the next is refused, whether codes are counted in a table or a map", () => {
  for (const levels of [[3, 4], [256, 256, 257]]) {
    const size = levels.reduce((a, b) => a * b);
    assert.deepEqual([...pointsOfCodes(Uint32Array.of(size - 1, 0), levels).index], [1, 0]);
    assert.throws(() => pointsOfCodes(Uint32Array.of(0, size), levels), {
      name: "InputError",
      message: new RegExp(`^Cannot use code ${size} of window 1: the codebook has ${size} codes`),
    });
  }
  const none = pointsOfCodes(new Uint32Array(0), [3, 4]);
  assert.deepEqual([none.index.length, none.values.length, none.weights.length], [0, 0, 0]);
});

Deno.test("placeDigits() gives back the digits of every code", () => {
  for (const levels of [[3, 4], [6, 5, 4], [7], [16, 3]]) {
    const size = levels.reduce((a, b) => a * b);
    const { values } = pointsOfCodes(Uint32Array.from({ length: size }, (_, code) => code), levels);
    const digits = [...placeDigits(values, levels)];
    const numbered = new Set<string>();
    for (let code = 0; code < size; code++) {
      const own = digits.slice(code * levels.length, (code + 1) * levels.length);
      own.forEach((digit, t) => assert.ok(digit >= 0 && digit < levels[t], `${own} of ${levels}`));
      numbered.add(own.join());
    }
    assert.equal(numbered.size, size);
  }
  // Half widths of 5 and 4 levels are 2 and 2.
  assert.deepEqual([...placeDigits(Float64Array.of(-1, -1, -0.5, 0, 0.5, 0.5, 1, 0), [5, 4])], [
    0,
    0,
    1,
    2,
    3,
    3,
    4,
    2,
  ]);
});
