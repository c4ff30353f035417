import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { judgeCodes } from "../../../lib/metrics/scores/judge_codes.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { codesFrom, splitOf } from "../../cluster/make_request.ts";
import { makeWindows, runs } from "../../temporal/fixtures.ts";

// Eight training and eight test windows; two test windows have no label.
const truth = runs("0x4,1x4,0x3,1x3,-1x2");
const codes = codesFrom(Uint32Array.from(runs("0x4,1x3,2,0x2,1,1x2,15,2,2")), [4, 4]);
const windows = makeWindows([{ subject: "a", samples: 45 }, { subject: "b", samples: 45 }], {
  label: (r, start) => truth[8 * r + start / 5],
});
const judged = judge(
  windows,
  splitOf(Uint8Array.from(windows.recording, (r) => (r === 0 ? Part.train : Part.test))),
  "test",
);
const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-12, `${actual} is not ${expected}`);

Deno.test("judgeCodes() counts the codes of all windows of the part, against what their number allows", () => {
  const { metrics, tables } = judgeCodes(judged, codes, windows.labels);
  // Codes 0 0 1 1 1 15 2 2.
  assert.deepEqual([metrics.used_codes.value, metrics.used_codes.n, metrics.used_codes.note], [
    4,
    8,
    "of 16",
  ]);
  assert.deepEqual([metrics.codebook_utilization.value, metrics.top_code_share.value], [4 / 16, 3 / 8]);
  // Shares 2/8, 3/8, 1/8, 2/8.
  const entropy = 2 * (2 / 8) * Math.log2(4) + (3 / 8) * Math.log2(8 / 3) + (1 / 8) * Math.log2(8);
  near(metrics.code_entropy_bits.value, entropy);
  near(metrics.perplexity.value, 2 ** entropy);
  assert.equal(metrics.code_entropy_bits.note, "at most 4.000");
  // Eight windows thrown at sixteen codes at random use 16 (1 − (15/16)^8) of them.
  const expected = 16 * (1 - (15 / 16) ** 8);
  near(metrics.codebook_utilization_ceiling.value, expected / 16);
  near(metrics.codebook_utilization_relative.value, 4 / expected);
  assert.deepEqual(tables.code_usage.map(({ code, windows }) => [code, windows]), [[1, 3], [0, 2], [2, 2], [
    15,
    1,
  ]]);
  assert.deepEqual(tables.code_usage.map(({ cumulative }) => cumulative), [3 / 8, 5 / 8, 7 / 8, 1]);
  assert.deepEqual(tables.code_usage.map(({ share }) => share), [3 / 8, 2 / 8, 2 / 8, 1 / 8]);
});

Deno.test("judgeCodes() reads labels off the codes as training windows teach them", () => {
  const { metrics, tables } = judgeCodes(judged, codes, windows.labels);
  // Code 0 means class 0, codes 1 and 2 class 1. Of six labelled windows 0 0 | 1 (class 0) | 1 1 | 15 (class 1), the
  // third is wrong; 15 is unseen and means what its nearest code means.
  near(metrics.unseen_code_share.value, 1 / 6);
  assert.ok(
    [4 / 6, 5 / 6].some((share) => Math.abs(metrics.code_dictionary_accuracy.value! - share) < 1e-12),
  );
  assert.deepEqual([metrics.code_purity.value, metrics.code_purity.n], [1, 8]);
  assert.deepEqual([metrics.ambiguous_codes.value, metrics.ambiguous_codes.n], [0, 8]);
  assert.deepEqual(
    tables.code_dictionary.map(({ code, label, support, digits }) => [code, label, support, digits]),
    [
      [0, "sit", 4, "0 0"],
      [1, "walk", 3, "1 0"],
      [2, "walk", 1, "2 0"],
    ],
  );
  assert.equal(metrics.code_nmi.n, 6);
  assert.deepEqual(tables.code_digits.map(({ dimension, level, windows }) => [dimension, level, windows]), [
    [0, 4, 6],
    [1, 4, 6],
  ]);
});

Deno.test("judgeCodes() has no dictionary without labelled training windows", () => {
  const all = judge(windows, splitOf(new Uint8Array(16).fill(Part.test)), "test");
  const { metrics, tables } = judgeCodes(all, codes, windows.labels);
  assert.deepEqual([metrics.code_dictionary_accuracy, tables.code_dictionary], [undefined, undefined]);
  assert.equal(metrics.used_codes.n, 16);
});
