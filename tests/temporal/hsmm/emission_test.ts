import assert from "node:assert/strict";
import { categorical, digitShares, factorised, tableOfDigits } from "../../../lib/temporal/hsmm/emission.ts";

function close(actual: ArrayLike<number>, expected: number[]) {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i] - value) < 1e-12, `[${i}] ${actual[i]} is not ${value}`)
  );
}
const probabilities = (logs: Float64Array) => logs.map(Math.exp);

Deno.test("categorical() gives each state its shares, mixed with the uniform distribution at the floor", () => {
  const counts = Float64Array.of(3, 1, 0, 0, 0, 0, 0, 5);
  close(probabilities(categorical(counts, 2, 0)), [0.75, 0.25, 0, 0, 0, 0, 0, 1]);
  // 0.9 · share + 0.1 / 4
  close(probabilities(categorical(counts, 2, 0.1)), [0.7, 0.25, 0.025, 0.025, 0.025, 0.025, 0.025, 0.925]);
});

Deno.test("categorical() of a state that nothing is expected of is uniform", () => {
  close(probabilities(categorical(Float64Array.of(0, 0, 0, 0, 1, 3), 2, 0)), [
    1 / 3,
    1 / 3,
    1 / 3,
    0,
    0.25,
    0.75,
  ]);
});

// Codes of levels [3, 2], first dimension fastest: 0 = (0,0), 1 = (1,0), 3 = (0,1), 5 = (2,1).
const codes = [0, 1, 3, 5], levels = [3, 2];

Deno.test("digitShares() adds up the digits of all codes, state by state", () => {
  const counts = Float64Array.of(2, 1, 1, 0, 0, 0, 1, 3);
  // State 0: digit 0 is 0 in 3 of 4 and 1 in 1; digit 1 is 0 in 3 and 1 in 1. State 1: (1, 0, 3) of 4, (0, 4) of 4.
  const shares = probabilities(digitShares(counts, 2, codes, levels, 0));
  close(shares, [0.75, 0.25, 0, 0.75, 0.25, 0.25, 0, 0.75, 0, 1]);
  const floored = probabilities(digitShares(counts, 2, codes, levels, 0.3));
  close(floored.subarray(0, 5), [0.625, 0.275, 0.1, 0.675, 0.325]);
});

Deno.test("tableOfDigits() is the product of the digits' shares for every code, seen or not", () => {
  const shares = Float64Array.of(0.5, 0.3, 0.2, 0.9, 0.1, 0.2, 0.2, 0.6, 0.4, 0.6).map(Math.log);
  const all = [0, 1, 2, 3, 4, 5];
  close(probabilities(tableOfDigits(shares, 2, all, levels)), [
    ...[0.45, 0.27, 0.18, 0.05, 0.03, 0.02],
    ...[0.08, 0.08, 0.24, 0.12, 0.12, 0.36],
  ]);
});

Deno.test("factorised() is both in one, and gives a code that no state shows a probability", () => {
  const counts = Float64Array.of(2, 1, 1, 0);
  close(probabilities(factorised(codes, levels)(counts, 1, 0)), [0.5625, 0.1875, 0.1875, 0]);
  const { 3: unseen } = probabilities(factorised(codes, levels)(counts, 1, 0.3));
  assert.ok(Math.abs(unseen - 0.1 * 0.325) < 1e-12);
});
