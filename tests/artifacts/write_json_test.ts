import assert from "node:assert/strict";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { type Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import { Model } from "../../lib/artifacts/model.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { sampleModel } from "../model/sample_model.ts";

const metric = (value: number, more: Partial<Metric> = {}): Metric => ({
  value,
  n: 3,
  of: "folds",
  origin: "measured",
  ...more,
});

Deno.test("Metrics writes values and intervals that are not finite as absent, and says what they were", async () => {
  await withFolder(async (dir) => {
    const interval = (lower: number, upper: number) => ({ level: 0.95, lower, upper, method: "t" });
    const given = {
      good: metric(0.5, { interval: interval(0.4, 0.6) }),
      open: metric(0.5, { interval: interval(0.4, Infinity), note: "of folds" }),
      undefinedMean: metric(NaN, { interval: interval(NaN, NaN) }),
    };
    const tables = { folds: [{ fold: 0, score: NaN }] };
    await Metrics.write(dir, { metrics: given, tables, details: { ratio: -Infinity } });
    const { metrics, tables: read, details } = await Metrics.read(dir);
    assert.deepEqual(metrics.good, given.good);
    assert.deepEqual(metrics.open, metric(0.5, { note: "of folds; the interval was 0.4 to Infinity" }));
    assert.deepEqual(metrics.undefinedMean.value, null);
    assert.equal(metrics.undefinedMean.interval, undefined);
    assert.match(metrics.undefinedMean.note!, /the value was NaN; the interval was NaN to NaN/);
    assert.deepEqual([read.folds[0].score, details.ratio], [null, null]);
    assert.equal(given.undefinedMean.interval?.method, "t", "the value given stays as it was");
  });
});

Deno.test("Model writes an undefined validation loss as null, and refuses a rate that is not finite", async () => {
  const model = sampleModel();
  const epoch = {
    epoch: 0,
    learningRate: 1e-3,
    loss: 0.5,
    accuracy: 0.9,
    validationLoss: NaN,
    validationAccuracy: null,
    perplexity: null,
  };
  await withFolder(async (dir) => {
    await Model.write(dir, { ...model, history: [epoch] });
    assert.equal((await Model.read(dir)).history[0].validationLoss, null);
  });
  await withFolder(async (dir) => {
    await assert.rejects(
      Model.write(dir, { ...model, rate: Infinity }),
      /model\.json: Cannot write Model: field rate .*\n.*not finite/,
    );
  });
});

Deno.test("Behaviours refuse a time that is not finite when they are written, not when they are read", async () => {
  await withFolder(async (dir) => {
    const bout = { recording: "a", subject: "s", label: 0, start: 0, end: 1, duration: NaN };
    const value = {
      labels: Int32Array.of(0),
      names: ["walk"],
      bouts: [{ ...bout, censoredLeft: false, censoredRight: false }],
      predictionRate: 1,
      origin: "simulated" as const,
      dictionary: [],
      details: {},
      warnings: [],
    };
    await assert.rejects(
      Behaviours.write(dir, value),
      /Cannot write Behaviours: field bouts\[0\]\.duration /,
    );
  });
});
