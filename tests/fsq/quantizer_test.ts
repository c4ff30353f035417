import assert from "node:assert/strict";
import fc from "fast-check";
import { firstNonFiniteRow, Quantizer } from "../../lib/fsq/quantizer.ts";
import { InputError } from "../../lib/errors.ts";
import reference from "../reference/fsq_vectors.json" with { type: "json" };

const inputs: Record<string, number[]> = {
  "0": [0, 0, 0, 0, 0],
  "+10": [10, 10, 10, 10, 10],
  "-10": [-10, -10, -10, -10, -10],
  A: [.3, -.7, 1.2, .05, -1.5],
  B: [-.4, .9, -.2, 2, .6],
  C: [1, 1, 1, 1, 1],
  D: [-1, -1, -1, -1, -1],
  E: [.25, .6, -7, -.25, .5],
};

// Published hand-computed vectors: digits and code per input; bounded values where given.
const tables: [levels: number[], rows: [string, number[], number, number[]?][]][] = [
  [[4, 4, 4], [
    ["0", [2, 2, 2], 42, [0, 0, 0]],
    ["+10", [3, 3, 3], 63, [1.0015, 1.0015, 1.0015]],
    ["-10", [0, 0, 0], 0, [-2.0015, -2.0015, -2.0015]],
    ["A", [2, 1, 3], 54, [.35451207, -1.01012282, .87110397]],
    ["B", [1, 3, 2], 45, [-.58070433, .77209234, -.28203293]],
    ["C", [3, 3, 3], 63, [.81103946, .81103946, .81103946]],
    ["D", [1, 1, 1], 21, [-1.36219614, -1.36219614, -1.36219614]],
    ["E", [2, 3, 0], 14, [.30231053, .60819322, -2.00149501]],
  ]],
  [[8, 6, 5], [
    ["0", [4, 3, 2], 124, [0, 0, 0]],
    ["+10", [7, 5, 4], 239, [3.0035, 2.0025, 2.002]],
    ["-10", [0, 0, 0], 0, [-4.0035, -3.0025, -2.002]],
    ["A", [5, 1, 4], 205, [.95991834, -1.65147409, 1.66897652]],
    ["B", [3, 5, 2], 139, [-1.37880361, 1.50551344, -.39514539]],
    ["C", [6, 5, 4], 238, [2.3576462, 1.58814354, 1.5247115]],
    ["D", [1, 1, 0], 9, [-2.93265113, -2.15821432, -1.5247115]],
    ["E", [5, 4, 0], 37, [.81220642, 1.16527788, -2.00199667]],
  ]],
  [[8, 6, 5, 5, 4], [
    ["0", [4, 3, 2, 2, 2], 3004, [0, 0, 0, 0, 0]],
    ["+10", [7, 5, 4, 4, 3], 4799],
    ["-10", [0, 0, 0, 0, 0], 0],
    ["A", [5, 1, 4, 2, 0], 685, [.95991834, -1.65147409, 1.66897652, .10001667, -1.72974255]],
    ["B", [3, 5, 2, 4, 3], 4699, [-1.37880361, 1.50551344, -.39514539, 1.92998322, .60819322]],
    ["C", [6, 5, 4, 4, 3], 4798],
    ["D", [1, 1, 0, 0, 1], 1209],
    ["E", [5, 4, 0, 2, 3], 4117, [.81220642, 1.16527788, -2.00199667, -.49032716, .53465141]],
  ]],
];

for (const [levels, rows] of tables) {
  Deno.test(`Quantizer gives the published vectors when levels are [${levels}]`, () => {
    const quantizer = new Quantizer(levels);
    for (const [name, digits, code, bound] of rows) {
      const z = inputs[name].slice(0, levels.length);
      assert.deepEqual([...quantizer.digits(z)], digits, name);
      assert.deepEqual([...quantizer.codes(z)], [code], name);
      assert.deepEqual(
        [...quantizer.values(z)],
        digits.map((g, j) => (g - Math.floor(levels[j] / 2)) / Math.floor(levels[j] / 2)),
      );
      const got = quantizer.bound(z);
      bound?.forEach((b, j) => assert.ok(Math.abs(got[j] - b) < 2e-8, `${name}[${j}]: ${got[j]} ≠ ${b}`));
    }
  });
}

Deno.test("Quantizer equals an independent NumPy quantiser when latents are random", () => {
  for (const { levels, latents, bound, digits, codes } of reference) {
    const quantizer = new Quantizer(levels);
    const z = Float32Array.from(latents.flat());
    assert.deepEqual([...quantizer.codes(z)], codes);
    assert.deepEqual([...quantizer.digits(z)], digits.flat());
    const got = quantizer.bound(z);
    bound.flat().forEach((b, i) => assert.ok(Math.abs(got[i] - b) < 1e-12));
  }
});

Deno.test("digitsOf() gives the digits of the codes named in the guides", () => {
  const quantizer = new Quantizer([8, 6, 5, 5, 4]);
  const expected: Record<number, number[]> = {
    4561: [1, 0, 0, 4, 3],
    3799: [7, 0, 4, 0, 3],
    55: [7, 0, 1, 0, 0],
    103: [7, 0, 2, 0, 0],
    4360: [0, 5, 0, 3, 3],
    3607: [7, 0, 0, 0, 3],
    4567: [7, 0, 0, 4, 3],
    4327: [7, 0, 0, 3, 3],
  };
  for (const [code, digits] of Object.entries(expected)) {
    assert.deepEqual(quantizer.digitsOf(Number(code)), digits);
  }
});

Deno.test("codeOf(digitsOf()) and codes(latentOf()) are the identity for every code", () => {
  for (const levels of [[4, 4, 4], [8, 6, 5], [8, 5, 5, 4], [3, 7, 15], [16, 5]]) {
    const quantizer = new Quantizer(levels);
    for (let code = 0; code < quantizer.codebookSize; code++) {
      assert.equal(quantizer.codeOf(quantizer.digitsOf(code)), code);
      assert.deepEqual([...quantizer.codes(quantizer.latentOf(code))], [code]);
    }
  }
});

Deno.test("Quantizer is monotone in every dimension and never leaves its codebook", () => {
  const level = fc.integer({ min: 3, max: 40 });
  const z = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), z, z, (levels, a, b) => {
    const quantizer = new Quantizer(levels);
    const [low, high] = [Math.min(a, b), Math.max(a, b)].map((v) => new Array(levels.length).fill(v));
    const [dl, dh] = [quantizer.digits(low), quantizer.digits(high)];
    levels.forEach((l, j) => assert.ok(0 <= dl[j] && dl[j] <= dh[j] && dh[j] < l));
    assert.ok(quantizer.bound(high).every(Number.isFinite));
    assert.ok(quantizer.values(low).every((v) => Math.abs(v) <= 1 && !Object.is(v, -0)));
    if (quantizer.codebookSize <= 2 ** 32) assert.ok(quantizer.codes(high)[0] < quantizer.codebookSize);
  }));
});

Deno.test("T127 Quantizer reaches every level when latents sweep the line", () => {
  const sweep = Float64Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
  for (let level = 3; level <= 64; level++) {
    assert.equal(new Set(new Quantizer([level]).digits(sweep)).size, level);
  }
});

Deno.test("digits() change exactly at the thresholds", () => {
  for (let level = 3; level <= 20; level++) {
    const quantizer = new Quantizer([level]);
    quantizer.constants[0].thresholds.forEach((t, g) =>
      assert.deepEqual([...quantizer.digits([t - 1e-9, t + 1e-9])], [g, g + 1])
    );
  }
});

Deno.test("T212 gradient() equals the slope of bound() over the half width", () => {
  const quantizer = new Quantizer([4, 5, 8]);
  fc.assert(fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (x) => {
    const h = 1e-6;
    const at = (v: number) => quantizer.bound([v, v, v]);
    const [a, b, g] = [at(x - h), at(x + h), quantizer.gradient([x, x, x])];
    for (let j = 0; j < 3; j++) {
      const slope = (b[j] - a[j]) / (2 * h) / quantizer.constants[j].halfWidth;
      assert.ok(Math.abs(slope - g[j]) < 1e-8);
    }
  }));
});

Deno.test("Quantizer allocates nothing for its codebook when that is huge", () => {
  const quantizer = new Quantizer(new Array(16).fill(8));
  assert.equal(quantizer.codebookSize, 2 ** 48);
  assert.deepEqual(quantizer.digitsOf(2 ** 48 - 1), new Array(16).fill(7));
  assert.throws(() => quantizer.codes(new Array(16).fill(0)), /do not fit uint32/);
  assert.equal(new Quantizer(new Array(8).fill(8)).codebookSize, 16_777_216);
});

Deno.test("Quantizer refuses levels and latents that cannot be used", () => {
  assert.throws(() => new Quantizer([8, 2]), InputError);
  assert.throws(() => new Quantizer([]), InputError);
  assert.throws(() => new Quantizer([4.5]), InputError);
  assert.throws(() => new Quantizer(new Array(30).fill(8)), /more than 2\^53/);
  assert.match(new Quantizer([4, 4, 3]).warnings[0], /3 below 5/);
  assert.deepEqual(new Quantizer([4, 4, 4]).warnings, [], "a named preset");
  assert.deepEqual(new Quantizer([8, 6, 5]).warnings, []);
  const quantizer = new Quantizer([5, 5]);
  assert.throws(() => quantizer.codes([0, NaN]), /NaN in dimension 1/);
  assert.throws(() => quantizer.codes([0, 0, 0]), /3 values are no whole number of rows of 2/);
  assert.throws(() => quantizer.codeOf([5, 0]), /digit 0 must be in 0..4/);
  assert.throws(() => quantizer.digitsOf(25), /must be in 0..24/);
});

Deno.test("firstNonFiniteRow() names the row of the first NaN or infinity", () => {
  assert.equal(firstNonFiniteRow([0, 1, 2, NaN], 2), 1);
  assert.equal(firstNonFiniteRow([Infinity, 1], 2), 0);
  assert.equal(firstNonFiniteRow([0, 1, 2, 3], 2), -1);
});

Deno.test("codeOfBounded() clamps what lies beyond the levels to the first and last of them", () => {
  const quantizer = new Quantizer([5, 4]);
  assert.equal(quantizer.codeOfBounded([9, 9]), 19);
  assert.equal(quantizer.codeOfBounded([-9, -9]), 0);
  assert.equal(quantizer.codeOfBounded([9, -9]), 4);
  assert.equal(quantizer.codeOfBounded([-9, 9]), 15);
});

Deno.test("each way into the quantiser names itself where values are no whole rows, or of the wrong number", () => {
  const quantizer = new Quantizer([4, 5]);
  const ways = [
    [(z: number[]) => quantizer.bound(z), "bound latents"],
    [(z: number[]) => quantizer.digits(z), "quantise latents"],
    [(z: number[]) => quantizer.values(z), "quantise latents"],
    [(z: number[]) => quantizer.codes(z), "quantise latents"],
    [(z: number[]) => quantizer.gradient(z), "compute gradient"],
  ] as const;
  for (const [way, what] of ways) {
    assert.equal(way([0, 0]).length > 0, true);
    assert.throws(
      () => way([0, 0, 0]),
      new RangeError(`Cannot ${what}: 3 values are no whole number of rows of 2`),
    );
  }
  for (const wrong of [[1], [1, 1, 1]]) {
    assert.throws(() => quantizer.codeOf(wrong), new RegExp(`need 2 digits, got ${wrong.length}`));
    assert.throws(() => quantizer.codeOfBounded(wrong), new RegExp(`need 2 values, got ${wrong.length}`));
  }
  for (const digit of [-1, 4, 0.5, NaN]) {
    assert.throws(() => quantizer.codeOf([digit, 0]), new RegExp(`digit 0 must be in 0..3, got ${digit}`));
  }
  for (const code of [-1, 20, 0.5, NaN]) {
    assert.throws(() => quantizer.digitsOf(code), new RegExp(`must be in 0..19, got ${code}`));
  }
});

Deno.test("values, bounded values and latents of a code lead back to it, and 2^32 codes are the most that are stored", () => {
  for (const levels of [[4, 4, 4], [3, 6, 5], [7, 8]]) {
    const quantizer = new Quantizer(levels);
    assert.ok(Math.abs(2 ** quantizer.bits - quantizer.codebookSize) < 1e-9);
    for (let code = 0; code < quantizer.codebookSize; code++) {
      const z = quantizer.latentOf(code);
      assert.deepEqual(quantizer.valuesOf(code), [...quantizer.values(z)]);
      assert.equal(quantizer.codeOfBounded(quantizer.bound(z)), code);
      // A little away from the level itself, on either side.
      for (const off of [-0.4, 0.4]) {
        assert.equal(quantizer.codeOfBounded(quantizer.bound(z).map((b) => b + off)), code);
      }
    }
  }
  const most = new Quantizer([256, 256, 256, 256]);
  assert.deepEqual([...most.codes([99, 99, 99, 99])], [2 ** 32 - 1]);
});
