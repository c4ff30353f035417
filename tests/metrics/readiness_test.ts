import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import { judgeReadiness } from "../../lib/metrics/readiness.ts";

const metric = (value: number | null, more: Partial<Metric> = {}): Metric => ({
  value,
  n: 10,
  of: "windows",
  origin: "measured",
  ...more,
});

const passed = [{ metric: "accuracy", limit: "≥ 0.5", passed: true, reason: "" }] as any;

/** What is said against metrics whose gates hold. */
function against(metrics: Record<string, Metric>, more: Partial<Metrics> = {}): string[] {
  return judgeReadiness(passed, { metrics, ...more }).reasons.map(({ reason }) => reason);
}

Deno.test("a score at its baseline is not above it, one above by anything is, and both stand with four digits", () => {
  const scored = (accuracy: number, majority: number) =>
    against({ accuracy: metric(accuracy), majority_accuracy: metric(majority) });
  assert.deepEqual(scored(0.123456, 0.234567), ["accuracy 0.1235 is not above its baseline 0.2346"]);
  assert.deepEqual(scored(0.5, 0.5), ["accuracy 0.5 is not above its baseline 0.5"]);
  assert.deepEqual(scored(0.5 + 1e-9, 0.5), []);
});

Deno.test("classes that the model does not know are named by the note, or by their share", () => {
  const unknown = (value: number | null, note?: string) =>
    against({ unknown_class_share: metric(value, { note }) });
  const said = (what: string) => [`the model does not know every class of the judged windows (${what})`];
  assert.deepEqual(unknown(0.001, "windows of sit"), said("windows of sit"));
  assert.deepEqual(unknown(0.001), said("see its share"));
  assert.deepEqual([unknown(0), unknown(null), against({})], [[], [], []]);
});

Deno.test("a codebook has collapsed below a perplexity of 1.5, above a share of 0.8 or by the detector", () => {
  const gone = (perplexity: string) => [`the codebook has collapsed (perplexity ${perplexity})`];
  assert.deepEqual(against({ perplexity: metric(1.499) }), gone("1.499"));
  assert.deepEqual(against({ top_code_share: metric(0.801) }), gone("NaN"));
  assert.deepEqual(against({ collapsed: metric(1) }), gone("NaN"));
  assert.deepEqual(against({ perplexity: metric(7.5), collapsed: metric(0.5) }), gone("7.5"));
  const sound = { perplexity: metric(1.5), top_code_share: metric(0.8), collapsed: metric(0) };
  assert.deepEqual(against(sound), []);
  assert.deepEqual(against({ perplexity: metric(null), collapsed: metric(null) }), []);
});

Deno.test("each origin that is no measurement is said once, in one order, measured numbers beside it or not", () => {
  const of = (origin: Metric["origin"]) => metric(1, { origin });
  assert.deepEqual(
    against({ a: of("estimated"), b: of("simulated"), c: of("measured"), d: of("simulated") }),
    ["simulated", "estimated"].map((origin) => `numbers are ${origin}, not measured on real recordings`),
  );
  assert.deepEqual(against({ a: of("projected") }), [
    "numbers are projected, not measured on real recordings",
  ]);
});

Deno.test("judged windows that were trained on, leaks, shared people and too few of them stand in that order", () => {
  const subjects = ["a", "b", "c", "d", "e"];
  const facts = { leaks: false, sharesSubjects: false, judged: 9, trained: 0, subjects };
  const said = (more: Partial<typeof facts>) => against({}, { heldOut: { ...facts, ...more } });
  assert.deepEqual(said({}), []);
  assert.deepEqual(said({ trained: 1, sharesSubjects: true, subjects: subjects.slice(1) }), [
    "1 of the 9 judged windows are training or validation windows",
    "people of the judged windows are in the training part too: nothing is said of new people",
    "only 4 subjects judged, a verdict needs 5",
  ]);
  assert.deepEqual(said({ leaks: true, sharesSubjects: true }), [
    "the split leaks: training and test share subjects or samples",
  ]);
});

Deno.test("classes without a judged window are counted, and one class alone is no judgement", () => {
  const judged = (...counts: number[]) =>
    against({}, {
      confusion: { labels: ["a", "b", "c"], counts: counts.map((n) => [0, n, 0]) },
    });
  const of = (names: string, n: number) =>
    `${names} in the judged windows: the scores are of ${n} of 3 classes`;
  assert.deepEqual(judged(1, 1, 1), []);
  assert.deepEqual(judged(1, 0, 2), [of('"b" never occurs', 2)]);
  assert.deepEqual(judged(0, 0, 1), [
    of('"a", "b" never occur', 1),
    "the judged windows have one class only",
  ]);
  assert.deepEqual(against({}, { confusion: { labels: ["a"], counts: [[3]] } }), [
    "the judged windows have one class only",
  ]);
});

Deno.test("without gates nothing is ready, and each failed one is a reason", () => {
  const verdict = (gates: any[]) => judgeReadiness(gates, { metrics: {} });
  assert.deepEqual(verdict([]).reasons.map(({ reason }) => reason), ["no gates are set"]);
  assert.deepEqual(verdict(passed), { verdict: "READY", reasons: [] });
  const failed = verdict([...passed, { passed: false, reason: "f1 is 0.2" }]);
  assert.deepEqual([failed.verdict, failed.reasons.map(({ reason }) => reason)], ["NOT READY", [
    "f1 is 0.2",
  ]]);
});
