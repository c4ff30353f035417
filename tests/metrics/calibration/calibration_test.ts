import assert from "node:assert/strict";
import vectors from "../../reference/metrics.json" with { type: "json" };
import { Random } from "../../../lib/random.ts";
import { classwiseErrorBy } from "../../../lib/metrics/calibration/calibration_by_group.ts";
import { brierScore } from "./whole.ts";
import * as calibration from "../../../lib/metrics/calibration/calibration.ts";
import { argmaxRows, softmax } from "../../../lib/metrics/calibration/probabilities.ts";
import { fitTemperature } from "../../../lib/metrics/calibration/temperature.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

const confidence = [0.95, 0.92, 0.88, 0.81, 0.77, 0.64, 0.58, 0.55, 0.42, 1];
const correct = [1, 1, 0, 1, 1, 0, 1, 0, 0, 1];

Deno.test("T065 calibrationError() gives the published vectors for 5, 10 and 15 bins and equal mass", () => {
  near(calibration.calibrationError(confidence, correct, 5).ece, 0.152);
  near(calibration.calibrationError(confidence, correct, 5).mce, 0.205);
  near(calibration.calibrationError(confidence, correct, 10).ece, 0.224);
  near(calibration.calibrationError(confidence, correct, 15).ece, 0.246);
  near(calibration.calibrationError(confidence, correct, 15).mce, 0.64);
  near(calibration.calibrationError(confidence, correct, 5, "mass").ece, 0.246);
});

Deno.test("T065 calibrationError() keeps confidences of exactly 0 and 1", () => {
  const { bins, ece } = calibration.calibrationError([0, 1], [1, 0], 15);
  assert.deepEqual([bins[0].count, bins[14].count, ece], [1, 1, 1]);
});

Deno.test("calibrationError() of nothing is 0, and a bin count that is no positive integer is refused", () => {
  assert.equal(calibration.calibrationError([], []).ece, 0);
  assert.throws(() => calibration.calibrationError([], [], 0), /positive integer, got 0/);
});

Deno.test("nullCalibrationError() gives the published bias of a perfectly calibrated model", () => {
  const { mean, q95 } = calibration.nullCalibrationError(
    new Float64Array(500).fill(0.9),
    new Random(1),
    1,
    2000,
  );
  near(mean, Math.sqrt(2 / Math.PI * 0.9 * 0.1 / 500), 5e-4);
  assert.ok(q95 > mean);
});

const logits = [4, 1, 0, 3, 2.5, 0, 0, 5, 1, 1, 0, 3, 2, 2.2, 0, 0, 0.5, 4, 5, 0, 0, 1, 3, 0];
const labels = [0, 1, 1, 2, 0, 1, 0, 1];

Deno.test("T101 fitTemperature() gives the published vector: NLL falls although ECE rises", () => {
  const fit = fitTemperature(logits, labels, 3);
  near(fit.temperature, 1.5655632, 5e-8);
  near(fit.nllBefore, 0.7316193881, 1e-9);
  near(fit.nllAfter, 0.6671875141, 1e-9);
  const at = (t: number) => softmax(logits, 3, t);
  const eceAt = (t: number) => {
    const { confidence, correct } = calibration.topLabel(at(t), labels, 3);
    return calibration.calibrationError(confidence, correct, 15).ece;
  };
  near(brierScore(at(1), labels, 3), 0.4137173362, 1e-9);
  near(brierScore(at(fit.temperature), labels, 3), 0.3928355045, 1e-7);
  near(eceAt(1), 0.2858316, 1e-7);
  near(eceAt(fit.temperature), 0.3055087, 1e-6);
  const classwise = (p: Float64Array) =>
    classwiseErrorBy(p, labels, 3, 15)(new Int32Array(labels.length), 1).value!;
  near(classwise(at(1)), 0.2082775, 1e-7);
  near(classwise(at(fit.temperature)), 0.2372841, 1e-6);
});

Deno.test("T078 fitTemperature() changes no decision", () => {
  const { temperature } = fitTemperature(logits, labels, 3);
  assert.deepEqual(argmaxRows(softmax(logits, 3, temperature), 3), argmaxRows(logits, 3));
});

Deno.test("fitTemperature() stops at the bound when every row is right, and ignores unlabelled rows", () => {
  const fit = fitTemperature([3, 0, 0, 3, 9, 0], [0, 1, -1], 2);
  assert.deepEqual([fit.atBound, fit.n], [true, 2]);
  near(fit.temperature, 0.05);
});

Deno.test("fitTemperature() leaves T at 1 without labels or without any evidence", () => {
  assert.equal(fitTemperature([1, 2], [-1], 2).temperature, 1);
  const flat = fitTemperature([2, 2, 5, 5], [0, 1], 2);
  assert.deepEqual([flat.temperature, flat.atBound, flat.n], [1, false, 2]);
  near(flat.nllAfter, Math.LN2);
  const none = fitTemperature([1, 2], [-1], 2);
  assert.deepEqual([none.n, none.atBound, none.nllBefore], [0, false, NaN]);
  assert.throws(() => fitTemperature([1, 2, 3], [0], 2), /1 labels of 2 classes need 2 logits, got 3/);
});

Deno.test("brierOfRows() and negativeLogLikelihood() equal scikit-learn's", () => {
  for (const { logits, truth, classes, nll, brier } of vectors.classification) {
    near(calibration.negativeLogLikelihood(logits, truth, classes), nll, 1e-9);
    near(brierScore(softmax(logits, classes), truth, classes), brier, 1e-9);
  }
});

Deno.test("softmax() survives logits that overflow exp()", () => {
  assert.deepEqual([...softmax([1000, 0, -1000], 3)], [1, 0, 0]);
  assert.throws(() => softmax([1], 1, 0), /temperature must be positive/);
});

Deno.test("calibrationError() bounds bins of equal width by their shares and of equal mass by what they hold", () => {
  const width = calibration.calibrationError([0.3, 0.9], [1, 1], 4).bins;
  assert.deepEqual(width.map(({ lower, upper }) => [lower, upper]), [[0, 0.25], [0.25, 0.5], [0.5, 0.75], [
    0.75,
    1,
  ]]);
  const mass = calibration.calibrationError([0.9, 0.3, 0.5, 0.6], [1, 0, 1, 0], 2, "mass").bins;
  assert.deepEqual(mass.map(({ lower, upper, count }) => [lower, upper, count]), [[0.3, 0.5, 2], [
    0.6,
    0.9,
    2,
  ]]);
  const empty = calibration.calibrationError([0.5], [1], 2, "mass").bins[1];
  assert.deepEqual(empty, { lower: 0, upper: 0, count: 0, confidence: null, accuracy: null });
  // A confidence on a border belongs to the bin below it.
  assert.deepEqual([...calibration.widthBins([0, 0.25, 0.2500001, 0.5, 1, 1.0000001], 4)], [
    0,
    0,
    1,
    1,
    3,
    3,
  ]);
});

Deno.test("calibrationError() lists mean confidence and share of right rows by bin, fifteen of them by default", () => {
  const { bins, ece, mce } = calibration.calibrationError([0.9, 0.8, 0.3], [1, 0, 0], 2);
  near(bins[1].confidence!, 0.85);
  assert.deepEqual([bins[1].accuracy, bins[0].accuracy, bins[0].confidence], [0.5, 0, 0.3]);
  near(ece, 0.35 * 2 / 3 + 0.3 / 3);
  near(mce, 0.35);
  near(calibration.calibrationError([0.7], [1], 1).ece, 0.3);
  assert.equal(calibration.calibrationError([0.7], [1]).bins.length, 15);
  assert.throws(() => calibration.calibrationError([], [], 1.5), /positive integer, got 1.5/);
});

Deno.test("nullCalibrationError() draws what is right by the confidences, 200 times in 15 bins by default", () => {
  const rng = new Random(5), own = Array.from({ length: 40 }, (_, i) => 0.3 + i / 60);
  const values = Array.from({ length: 200 }, () => {
    const right = own.map((p) => rng.uniform() < p ? 1 : 0);
    return calibration.calibrationError(own, right, 15).ece;
  }).sort((a, b) => a - b);
  const { mean, q95 } = calibration.nullCalibrationError(own, new Random(5));
  near(mean, values.reduce((a, b) => a + b) / 200);
  // NumPy's linear quantile lies at 0.95 · 199 = 189.05.
  near(q95, values[189] + 0.05 * (values[190] - values[189]));
  const byMass = calibration.nullCalibrationError(own, new Random(5), 4, 10, "mass");
  assert.notEqual(byMass.mean, calibration.nullCalibrationError(own, new Random(5), 4, 10).mean);
});

Deno.test("negativeLogLikelihood() survives logits that overflow exp(), whichever class leads", () => {
  near(calibration.negativeLogLikelihood([1000, 0, 0, 1000], [0, 0], 2), 500);
  near(calibration.negativeLogLikelihood([0, 1000], [1], 2, 2), 0);
  near(calibration.negativeLogLikelihood([1, 0], [0], 2, 2), Math.log(1 + Math.exp(-0.5)));
});

Deno.test("fitTemperature() is where a search over the likelihood ends, or the bound where that still falls", () => {
  const rng = new Random(9);
  for (let round = 0; round < 20; round++) {
    const n = 30 + round, scale = 0.2 + 0.4 * round;
    const truth = Array.from({ length: n }, () => rng.below(3));
    const own = Array.from(
      { length: 3 * n },
      (_, i) => scale * (rng.normal() + Number(truth[Math.floor(i / 3)] === i % 3)),
    );
    const at = (t: number) => calibration.negativeLogLikelihood(own, truth, 3, t);
    // Golden section over ln T.
    let [low, high] = [Math.log(0.05), Math.log(20)];
    const ratio = (Math.sqrt(5) - 1) / 2;
    for (let i = 0; i < 60; i++) {
      const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
      if (at(Math.exp(a)) < at(Math.exp(b))) high = b;
      else low = a;
    }
    const fit = fitTemperature(own, truth, 3);
    near(Math.log(fit.temperature), (low + high) / 2, 1e-5);
    assert.equal(fit.atBound, false);
    near(fit.nllAfter, at(fit.temperature));
    near(fit.nllBefore, at(1));
  }
  const wrong = fitTemperature([3, 0, 0, 3], [1, 0], 2);
  assert.deepEqual([wrong.atBound, Math.round(wrong.temperature * 1e9) / 1e9], [true, 20]);
});
