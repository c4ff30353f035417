import assert from "node:assert/strict";
import { analyzeLevels } from "../../lib/fsq/levels_analysis.ts";
import {
  type Complexity,
  presets,
  selectLevels,
  suggestCodes,
  windowAdvice,
} from "../../lib/fsq/levels_presets.ts";

const preset = (name: string) => presets.find((p) => p.name === name)!.levels;

Deno.test("T004 T005 T006 T007 T008 T164 T165 T166 T167 T184 T185 T186 T187 presets hold the levels that the guides name", () => {
  const named: Record<string, number[]> = {
    optimized: [4, 4, 4],
    balanced: [8, 6, 5],
    extended: [8, 6, 5, 5, 4],
    minimal: [4, 4],
    wasteful: [8, 8, 8, 8, 8, 8, 8, 8],
    "default-800": [8, 5, 5, 4],
    accuracy: [16, 8, 8, 6],
    "quick-test": [4, 4, 4, 4],
    audio: [32, 16, 8, 4],
    video: [16, 16, 8, 8],
    "small-index": [8, 4, 4, 4],
    "small-table": [6, 5, 4, 4],
    decreasing: [8, 6, 4, 3],
    uniform: [6, 6, 6, 6],
    "paper-2^8": [8, 6, 5],
    "paper-2^10": [8, 5, 5, 5],
    "paper-2^12": [7, 5, 5, 5, 5],
    "paper-2^14": [8, 8, 8, 6, 5],
    "paper-2^16": [8, 8, 8, 5, 5, 5],
  };
  for (const [name, levels] of Object.entries(named)) assert.deepEqual(preset(name), levels, name);
  assert.deepEqual(presets.map((p) => p.name).sort(), Object.keys(named).sort());
});

Deno.test("presets hold the paper's recommended levels for powers of two", () => {
  const codes = ["2^8", "2^10", "2^12", "2^14", "2^16"].map((n) => analyzeLevels(preset(`paper-${n}`)).codes);
  assert.deepEqual(codes, [240, 1000, 4375, 15_360, 64_000]);
});

Deno.test("T009 selectLevels() follows the guide where it is consistent and is monotone everywhere", () => {
  assert.deepEqual(selectLevels(9), [4, 4, 4]);
  assert.deepEqual(selectLevels(10), [8, 6, 5]);
  assert.deepEqual(selectLevels(29), [8, 6, 5]);
  assert.deepEqual(selectLevels(30, "high"), [8, 6, 5, 5, 4]);
  const codes = (n: number, c: Complexity) => analyzeLevels(selectLevels(n, c)).codes;
  for (const complexity of ["low", "medium", "high"] as Complexity[]) {
    for (let n = 2; n < 200; n++) assert.ok(codes(n, complexity) >= codes(n - 1, complexity));
  }
  for (let n = 1; n < 200; n++) {
    assert.ok(codes(n, "low") <= codes(n, "medium") && codes(n, "medium") <= codes(n, "high"));
  }
  for (const n of [0, -1, 1.5, NaN]) assert.throws(() => selectLevels(n), RangeError);
});

Deno.test("T153 T154 T189 suggestCodes() starts at 20 codes a class, within a range that never falls", () => {
  assert.deepEqual([7, 10, 50, 100].map((n) => suggestCodes(n).start), [140, 200, 1000, 2000]);
  assert.deepEqual(suggestCodes(10).range, [200, 500]);
  assert.deepEqual(suggestCodes(50).range, [500, 2000]);
  assert.deepEqual(suggestCodes(100).range, [2000, 10_000]);
  // At least 200 to 500 codes from 10 classes on, 10 to 40 a class below 100.
  assert.deepEqual([9, 11, 13, 20, 21, 99].map((n) => suggestCodes(n).range), [
    [180, 450],
    [200, 500],
    [200, 520],
    [200, 800],
    [210, 840],
    [990, 3960],
  ]);
  for (const n of [0, 2.5]) assert.throws(() => suggestCodes(n), RangeError);
  for (let n = 1; n < 300; n++) {
    const { start, range: [low, high] } = suggestCodes(n);
    assert.ok(low <= start && start <= high);
    if (n > 1) {
      const [a, b] = suggestCodes(n - 1).range;
      assert.ok(a <= low && b <= high, `${n}`);
    }
  }
});

Deno.test("T023 windowAdvice() gives samples by codes and seconds by the user's rate", () => {
  const samples = (levels: number[]) => windowAdvice(analyzeLevels(levels).codes, 50).samples;
  assert.equal(samples([4, 4]), 150);
  assert.equal(samples([4, 4, 4]), 100);
  assert.equal(samples([8, 6, 5]), 100);
  assert.equal(samples([8, 5, 5, 4]), 100);
  assert.equal(samples([8, 6, 5, 5, 4]), 75);
  assert.equal(samples([16, 8, 8, 6]), 75);
  assert.deepEqual([49, 50, 1000, 1001].map((n) => windowAdvice(n, 50).samples), [150, 100, 100, 75]);
  assert.deepEqual(windowAdvice(64, 50), { samples: 100, seconds: 2 });
  assert.deepEqual(windowAdvice(64, 100), { samples: 100, seconds: 1 });
  assert.equal(windowAdvice(16, 20, 33).samples, 49);
  assert.equal(windowAdvice(16, 20, 25).samples, 37);
  assert.deepEqual(windowAdvice(64, 0.5), { samples: 100, seconds: 200 });
  assert.throws(() => windowAdvice(64, 0), RangeError);
});
