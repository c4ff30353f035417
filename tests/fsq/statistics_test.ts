import assert from "node:assert/strict";
import fc from "fast-check";
import {
  codeStatistics,
  entropyBits,
  expectedDistinct,
  perplexity,
  windowsNeeded,
} from "../../lib/fsq/statistics.ts";

Deno.test("codeStatistics() gives the published vector", () => {
  const codes = [42, 42, 42, 42, 63, 63, 63, 0, 0, 21];
  const s = codeStatistics(codes, 64);
  assert.equal(s.used, 4);
  assert.equal(s.utilization, 0.0625);
  assert.deepEqual(s.counts, [[0, 2], [21, 1], [42, 4], [63, 3]]);
  assert.ok(Math.abs(s.entropyBits - 1.8464393447) < 1e-10);
  assert.ok(Math.abs(s.perplexity - 3.5961154666) < 1e-10);
  assert.equal(s.topShare, 0.4);
});

Deno.test("T312 perplexity() is exactly 1 for one code and exactly n for even use", () => {
  assert.equal(perplexity([17]), 1);
  for (const n of [3, 64, 240, 800, 4800]) assert.equal(perplexity(new Array(n).fill(7)), n);
});

Deno.test("expectedDistinct() gives the published shares", () => {
  const shares: [number, number, number][] = [
    [64, 100, .793],
    [64, 500, 1],
    [240, 100, .341],
    [240, 500, .876],
    [240, 1000, .985],
    [800, 500, .465],
    [800, 2000, .918],
    [4800, 500, .099],
    [4800, 2000, .341],
    [4800, 10000, .876],
  ];
  for (const [n, draws, share] of shares) {
    assert.ok(Math.abs(expectedDistinct(n, draws) / n - share) < 6e-4, `${n} ${draws}`);
  }
});

Deno.test("windowsNeeded() gives the published sample sizes", () => {
  // 64 codes: 58 and 102 are published, where the expected share is 0.5989 and 0.7994, still short of 0.6 and 0.8
  assert.deepEqual([64, 240, 800, 4800].map((n) => windowsNeeded(n, 0.6)), [59, 220, 733, 4398]);
  assert.deepEqual([64, 240, 800, 4800].map((n) => windowsNeeded(n, 0.8)), [103, 386, 1287, 7725]);
});

Deno.test("codeStatistics() stays within its bounds", () => {
  fc.assert(fc.property(fc.array(fc.nat(63), { minLength: 1, maxLength: 300 }), (codes) => {
    const s = codeStatistics(codes, 64);
    assert.equal(s.counts.reduce((sum, [, c]) => sum + c, 0), codes.length);
    assert.equal(s.used, new Set(codes).size);
    assert.ok(s.perplexity >= 1 && s.perplexity <= s.used * (1 + 1e-12));
    assert.ok(s.utilization <= 1 && s.topShare <= 1 && s.topShare >= 1 / s.used);
  }));
});

Deno.test("codeStatistics() handles no codes and refuses codes outside the book", () => {
  assert.equal(codeStatistics([], 64).perplexity, 0);
  assert.throws(() => codeStatistics([64], 64), /outside 0..63/);
});

Deno.test("entropyBits() of one kind is exactly 0, where the formula itself leaves rounding errors", () => {
  // log₂ 11 − (11 · log₂ 11)/11 is 4 · 10⁻¹⁶.
  assert.deepEqual([entropyBits([11]), entropyBits([0, 11, 0]), entropyBits([])], [0, 0, 0]);
  assert.equal(entropyBits([3, 3]), 1);
});
