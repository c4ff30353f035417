import assert from "node:assert/strict";
import fc from "fast-check";
import { analyzeLevels, compressionOf, lintLevels } from "../../lib/fsq/levels_analysis.ts";

const near = (a: number, b: number, digits = 4) => assert.equal(a.toFixed(digits), b.toFixed(digits));

Deno.test("T002 analyzeLevels() counts the codes of the wasteful and the small book", () => {
  assert.equal(analyzeLevels([8, 8, 8, 8, 8, 8, 8, 8]).codes, 16_777_216);
  assert.equal(analyzeLevels([4, 4, 4]).codes, 64);
});

Deno.test("T004 T005 T006 T007 analyzeLevels() gives bits, basis and windows needed of the guide's rows", () => {
  const rows: [number[], number, number, number[]][] = [
    [[4, 4, 4], 64, 6, [1, 4, 16]],
    [[8, 6, 5], 240, 7.9069, [1, 8, 48]],
    [[8, 6, 5, 5, 4], 4800, 12.2288, [1, 8, 48, 240, 1200]],
    [[4, 4], 16, 4, [1, 4]],
  ];
  for (const [levels, codes, bits, basis] of rows) {
    const a = analyzeLevels(levels);
    assert.equal(a.codes, codes);
    near(a.bits, bits);
    assert.deepEqual(a.basis, basis);
  }
  assert.equal(analyzeLevels([8, 6, 5]).windowsFor60, 220);
  assert.equal(analyzeLevels([8, 6, 5]).windowsFor80, 386);
});

Deno.test("T141 T142 T147 T149 T151 T152 T155 T156 T157 T188 T195 products and bits of the named levels", () => {
  const products: [number[], number][] = [
    [[8, 5, 5, 4], 800],
    [[8, 4, 4, 4], 512],
    [[16, 8, 8, 6], 6144],
    [[4, 4, 4, 4], 256],
    [[8, 8, 8], 512],
    [[8, 6, 5, 4, 3], 2880],
    [[8, 6, 4, 3], 576],
    [[6, 6, 6, 6], 1296],
    [[16, 16, 8, 8], 16_384],
    [[32, 16, 8, 4], 16_384],
    [[6, 5, 4, 4], 480],
    [[16, 16, 16, 16], 65_536],
  ];
  for (const [levels, product] of products) assert.equal(analyzeLevels(levels).codes, product);
  const bits = analyzeLevels([8, 5, 5, 4]).bitsPerDimension;
  [3, 2.3219, 2.3219, 2].forEach((b, j) => near(bits[j], b));
  near(analyzeLevels([8, 5, 5, 4]).bits, 9.6439);
  assert.equal(analyzeLevels([8, 5, 5, 4]).storageBits, 10);
  assert.equal(analyzeLevels([8, 4, 4, 4]).bits, 9);
  near(analyzeLevels([16, 8, 8, 6]).bits, 12.585, 3);
});

Deno.test("T149 T151 T172 T179 analyzeLevels() gives the spread of levels", () => {
  near(analyzeLevels([8, 5, 5, 4]).imbalance, 0.2727);
  near(analyzeLevels([16, 8, 8, 6]).imbalance, 0.4043);
  near(analyzeLevels([64, 2, 2, 2]).imbalance, 1.5341);
  assert.equal(analyzeLevels([8, 8, 8]).imbalance, 0);
});

Deno.test("T144 T158 T159 T160 T177 T178 T192 storage is in KiB and the relative size is no speed", () => {
  assert.equal(analyzeLevels([8, 8, 8]).indexKiB, 2);
  assert.equal(analyzeLevels([8, 5, 5, 4]).indexKiB, 3.125);
  assert.equal((analyzeLevels([8, 5, 5, 4]).indexKiB / 1024).toFixed(10), "0.0030517578");
  assert.equal(analyzeLevels([8, 5, 5, 4]).tableKiB, 12.5);
  assert.equal(analyzeLevels([16, 8, 8, 6]).indexKiB, 24);
  assert.equal(analyzeLevels([4, 4, 4, 4]).relativeIndexSize, 2);
  assert.equal(analyzeLevels([8, 8, 8]).relativeIndexSize, 1);
  assert.equal(analyzeLevels([8, 5, 5, 4]).relativeIndexSize, 0.64);
  near(analyzeLevels([16, 8, 8, 6]).relativeIndexSize, 0.0833);
});

Deno.test("analyzeLevels() keeps codes, bits and basis consistent", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 8 }), (levels) => {
      const a = analyzeLevels(levels);
      assert.equal(a.codes, levels.reduce((x, y) => x * y, 1));
      assert.equal(a.basis.at(-1)! * levels.at(-1)!, a.codes);
      assert.ok(Math.abs(a.bits - a.bitsPerDimension.reduce((x, y) => x + y, 0)) < 1e-9);
      assert.ok(2 ** a.storageBits >= a.codes && a.windowsFor60 < a.windowsFor80);
    }),
  );
});

Deno.test("analyzeLevels() throws RangeError when levels are no counts", () => {
  for (const levels of [[], [1], [4.5], [NaN]]) assert.throws(() => analyzeLevels(levels), RangeError);
});

const rules = (levels: number[], use = {}) => lintLevels(levels, use).map((f) => `${f.severity} ${f.rule}`);

Deno.test("T171 lintLevels() calls two levels an error and three or four a warning", () => {
  assert.deepEqual(rules([2, 2, 2, 2]), ["error level-2"]);
  assert.deepEqual(rules([4, 4, 4, 4]), ["warning below-5"]);
  assert.deepEqual(rules([8, 8, 8]), []);
});

Deno.test("T008 T170 lintLevels() says how little of a large book the windows can show", () => {
  const findings = lintLevels([8, 8, 8, 8, 8, 8, 8, 8], { windows: 2000 });
  assert.deepEqual(findings.map((f) => f.rule), ["never-used"]);
  assert.match(findings[0].message, /0\.0119 % of 16777216 codes/);
  assert.deepEqual(rules([16, 16, 16, 16], { windows: 20_000 }), ["warning too-many-codes"]);
  assert.deepEqual(rules([8, 8, 8, 8], { windows: 40_960 }), []);
});

Deno.test("T168 T172 lintLevels() warns of large books on small devices and of lopsided levels", () => {
  assert.deepEqual(rules([16, 8, 8, 6], { edge: true }), ["warning edge-size"]);
  assert.deepEqual(rules([8, 5, 5, 5], { edge: true }), []);
  assert.deepEqual(rules([64, 5, 5, 5]), ["warning imbalanced"]);
  assert.deepEqual(rules([64, 2, 2, 2]), ["error level-2", "warning imbalanced"]);
});

Deno.test("lintLevels() calls levels and books that the quantiser refuses errors", () => {
  assert.deepEqual(rules([1001, 5]), ["error level-size"]);
  assert.deepEqual(rules([1000, 5]), []);
  assert.deepEqual(rules(new Array(4).fill(256)), []);
  assert.deepEqual(rules([257, 256, 256, 256]), ["error code-size"]);
  assert.match(lintLevels(new Array(6).fill(1000))[0].message, /2\^53/);
});

Deno.test("lintLevels() draws its limits where they are said to lie", () => {
  const messages = (levels: number[], use = {}) => lintLevels(levels, use).map(({ message }) => message);
  assert.throws(() => analyzeLevels([5, 1]), RangeError);
  assert.match(messages([3, 4, 5, 2]).join("\n"), /2 of 4 levels are below the paper's least, 5/);
  assert.match(messages([4, 5, 8])[0], /^1 of 3 levels/);
  assert.match(messages([64, 5, 5, 5])[0], /levels spread by 1\.29 of their mean/);
  const [large] = messages([1000, 1000, 1000, 5]);
  assert.equal(large, "5000000000 codes: more than the 2^32 that are stored");
  assert.deepEqual([[10, 10, 10], [8, 6, 5, 5]].map((levels) => rules(levels, { edge: true })), [
    ...[[], ["warning edge-size"]],
  ]);
  const book = [16, 16, 16, 16];
  assert.deepEqual([600, 700].map((windows) => rules(book, { windows })[0]), [
    ...["error never-used", "warning too-many-codes"],
  ]);
  assert.deepEqual([9.5, 10].map((each) => rules([8, 5, 5], { windows: 200 * each })), [
    ...[["warning too-many-codes"], []],
  ]);
});

Deno.test("compressionOf() divides the bits of so many float32 numbers by those of a code", () => {
  assert.deepEqual(compressionOf([8, 5, 5, 4], 5), { numbers: 5, baseBits: 160, codeBits: 10, ratio: 16 });
});
