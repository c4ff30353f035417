import assert from "node:assert/strict";
import type { Metric } from "../../../lib/artifacts/metrics.ts";
import { scoreLines } from "../../../lib/cli/terminal/scores.ts";

const metric = (value: number | null, extra: Partial<Metric> = {}): Metric => ({
  value,
  n: 3,
  of: "folds",
  origin: "measured",
  ...extra,
});
const interval = { level: 0.99, lower: 0.94751234, upper: 0.98912345, method: "logit t over 24 subjects" };
const none = { class: undefined, subject: undefined };

Deno.test("scores stand in one line each with their baseline, and fit eighty columns", () => {
  const lines = scoreLines({
    metrics: {
      weights: metric(232),
      accuracy: metric(0.97591234, { interval }),
      majority_accuracy: metric(0.2301),
      macro_f1: metric(0.97, { interval }),
      majority_macro_f1: metric(0.0374),
      ece: metric(0.05),
      ece_null: metric(0.0272),
      subject_accuracy_min: metric(0.9),
    },
    worst: {
      class: { name: "cycling", value: 0.88, n: 234 },
      subject: { name: "S10", value: 0.8547, n: 351 },
    },
  });
  assert.deepEqual(lines, [
    "  accuracy  0.976  [0.948, 0.989]  baseline 0.23",
    "  macro-F1  0.97   [0.948, 0.989]  baseline 0.0374",
    "  ECE       0.05                   at best 0.0272",
    "  worst: class cycling (F1 0.88, 234 windows); subject S10 (accuracy 0.855, 351 windows)",
    "  n = 3 folds, measured",
    "  intervals: 99 % logit t over 24 subjects",
  ]);
});

Deno.test("numbers of different n or origin say their own, and metrics of one's own are shown where no other is", () => {
  const lines = scoreLines({
    metrics: { my_score: metric(null), other: metric(2, { n: 9, unit: "ms", origin: "simulated" }) },
    worst: none,
  });
  assert.deepEqual(lines, [
    "  my score  undefined      n = 3 folds  measured",
    "  other     2 ms           n = 9 folds  simulated",
  ]);
});
