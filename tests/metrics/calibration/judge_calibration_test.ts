import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import {
  calibrationError,
  negativeLogLikelihood,
  nullCalibrationError,
} from "../../../lib/metrics/calibration/calibration.ts";
import { eceInterval } from "../../../lib/metrics/calibration/ece_interval.ts";
import { judgeCalibration } from "../../../lib/metrics/calibration/judge_calibration.ts";
import { brierScore } from "./whole.ts";
import { softmax } from "../../../lib/metrics/calibration/probabilities.ts";
import { groupsOf } from "../../../lib/metrics/scores/grouping.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { wilson } from "../../../lib/metrics/statistics/intervals.ts";
import { Random } from "../../../lib/random.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

// Six people with eight windows each; logits lean to the truth, more or less.
const windows = makeWindows(
  Array.from({ length: 6 }, (_, r) => ({ subject: `s${r}`, samples: 45 })),
  { label: (r, start) => (r + start / 5) % 3 },
);
const judged = judge(windows, splitOf(new Uint8Array(48).fill(Part.test)), "test");
const rng = new Random(4);
const logits = Float64Array.from(
  { length: 48 * 3 },
  (_, i) => 2 * rng.normal() + (judged.labels[Math.floor(i / 3)] === i % 3 ? 2 : 0),
);
const temperature = 1.6, probabilities = softmax(logits, 3, temperature);
const { metrics, table } = judgeCalibration(
  ...[
    judged,
    logits,
    Float64Array.from(probabilities),
    temperature,
    groupsOf(judged),
    new Random(1),
  ] as const,
);
const rows = Array.from({ length: 48 }, (_, i) => [0, 1, 2].map((c) => probabilities[3 * i + c]));
const confidence = rows.map((row) => Math.max(...row));
const right = rows.map((row, i) => Number(row.indexOf(Math.max(...row)) === judged.labels[i]));
const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual} ${expected}`);

Deno.test("the reliability diagram has fifteen bins, each with Wilson's bounds of the share that is right", () => {
  assert.equal(table.length, 15);
  table.forEach((bin, b) => {
    const own = confidence.flatMap((c, i) => Math.min(14, Math.floor(c * 15)) === b ? [right[i]] : []);
    const hits = own.reduce((a, v) => a + v, 0);
    assert.equal(bin.count, own.length);
    if (own.length === 0) {
      assert.deepEqual([bin.accuracy, bin.accuracy_lower, bin.accuracy_upper], [null, null, null]);
      return;
    }
    const { lower, upper } = wilson(hits, own.length);
    near(bin.accuracy as number, hits / own.length);
    near(bin.accuracy_lower as number, lower);
    near(bin.accuracy_upper as number, upper);
  });
  assert.ok(table.filter(({ count }) => count === 0).length > 1);
});

Deno.test("the ECE comes with its interval over people and with what a perfectly calibrated model would show", () => {
  const { ece, mce } = calibrationError(confidence, right, 15);
  near(metrics.ece.value, ece);
  near(metrics.mce.value, mce);
  const none = nullCalibrationError(Float64Array.from(confidence), new Random(1).fork("null"), 15);
  assert.equal(
    metrics.ece.note,
    `15 bins of equal width; a perfectly calibrated model would show ${none.mean.toFixed(4)} (95 % below ${
      none.q95.toFixed(4)
    }) on these confidences`,
  );
  near(metrics.ece_null.value, none.mean);
  const after = new Random(1);
  after.fork("null");
  const bins = Int32Array.from(confidence, (c) => Math.min(14, Math.floor(c * 15)));
  const gaps = Float64Array.from(confidence, (c, i) => right[i] - c);
  const { interval } = eceInterval(groupsOf(judged), bins, gaps, 15, after.fork("ece"));
  near(metrics.ece.interval!.lower, interval!.lower);
  near(metrics.ece.interval!.upper, interval!.upper);
  near(metrics.ece_equal_mass.value, calibrationError(confidence, right, 15, "mass").ece);
  for (const name of ["ece_equal_mass", "ece_classwise", "ece_uncalibrated"]) {
    assert.equal(metrics[name].interval, undefined, name);
  }
});

Deno.test("Brier's score lies between 0 and 2, and likelihoods are those before and after the temperature", () => {
  near(metrics.brier.value, brierScore(probabilities, judged.labels, 3));
  near(
    metrics.brier.value,
    rows.reduce(
      (sum, row, i) => sum + row.reduce((s, p, c) => s + (p - Number(c === judged.labels[i])) ** 2, 0),
      0,
    ) / 48,
  );
  assert.deepEqual([metrics.brier.note, metrics.brier.interval!.method], [
    "summed over classes, 0 to 2",
    "logit t over 6 subjects",
  ]);
  // The interval of the share of 2: what it is of everyone, less everyone without each.
  const people = Array.from({ length: 6 }, (_, p) => {
    const own = rows.slice(8 * p, 8 * p + 8);
    return brierScore(Float64Array.from(own.flat()), judged.labels.slice(8 * p, 8 * p + 8), 3);
  });
  const mean = people.reduce((a, b) => a + b) / 6;
  const error = Math.sqrt(people.reduce((s, v) => s + (v - mean) ** 2, 0) / 5 / 6);
  const t = 2.570581835636305,
    odds = Math.log(mean / (2 - mean)),
    reach = t * error / 2 / (mean / 2 * (1 - mean / 2));
  near(metrics.brier.interval!.lower, 2 / (1 + Math.exp(reach - odds)));
  near(metrics.nll.value, negativeLogLikelihood(logits, judged.labels, 3, temperature));
  near(metrics.nll_uncalibrated.value, negativeLogLikelihood(logits, judged.labels, 3));
  assert.deepEqual([metrics.nll.unit, metrics.unknown_class_share], ["nat", undefined]);
});

Deno.test("probabilities of classes that the model lacks are not scored, and it is said of how many windows", () => {
  const unknown = { names: ["walk", "run"], classes: [1, 2], windows: [16, 17] };
  const { metrics } = judgeCalibration(
    ...[
      judged,
      logits,
      Float64Array.from(probabilities),
      temperature,
      groupsOf(judged),
      new Random(1),
      unknown,
    ] as const,
  );
  for (const name of ["brier", "nll", "nll_uncalibrated", "ece_classwise"]) {
    assert.equal(metrics[name].value, null, name);
    assert.equal(
      metrics[name].note,
      'undefined: the model does not know "walk", "run", the class of 33 of 48 windows',
    );
  }
  near(metrics.unknown_class_share.value, judged.labels.filter((label) => label > 0).length / 48);
  assert.match(metrics.unknown_class_share.note!, /does not know: "walk", "run"$/);
  near(metrics.ece.value, calibrationError(confidence, right, 15).ece);
});
