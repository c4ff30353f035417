import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import summarize from "../../lib/steps/summarize.ts";
import validate from "../../lib/steps/validate.ts";
import { judgeGate, withGates } from "../../lib/metrics/gates.ts";
import { judgeReadiness } from "../../lib/metrics/readiness.ts";

const accuracy: Metric = {
  value: 0.97,
  n: 10,
  of: "folds",
  origin: "measured",
  interval: { level: 0.95, lower: 0.955, upper: 0.985, method: "t" },
};
const metricsWith = (extra: Partial<Metrics> = {}): Metrics => ({
  metrics: { accuracy },
  tables: {},
  details: {},
  ...extra,
});

Deno.test("T244 judgeGate() judges accuracy by the lower bound, not by the number itself", () => {
  const result = judgeGate({ metric: "accuracy", atLeast: 0.96, on: "bound" }, accuracy);
  assert.equal(result.passed, false);
  assert.equal(result.reason, "accuracy: lower 95 % bound 0.955 is not ≥ 0.96");
  assert.equal(judgeGate({ metric: "accuracy", atLeast: 0.96, on: "value" }, accuracy).passed, true);
});

Deno.test("T056 T317 judgeGate() judges what should be small by the upper bound", () => {
  const ece: Metric = {
    ...accuracy,
    value: 0.02,
    interval: { level: 0.95, lower: 0.01, upper: 0.04, method: "t" },
  };
  assert.equal(judgeGate({ metric: "ece", atMost: 0.03, on: "bound" }, ece).passed, false);
  assert.equal(judgeGate({ metric: "ece", atMost: 0.04, on: "bound" }, ece).passed, true);
});

Deno.test("judgeGate() fails what is absent, undefined or without interval, and says so", () => {
  const gate = { metric: "accuracy", atLeast: 0.5, on: "bound" } as const;
  assert.match(judgeGate(gate, undefined).reason, /was not computed/);
  assert.match(
    judgeGate(gate, { ...accuracy, value: null, note: "no labels" }).reason,
    /has no value \(no labels\)/,
  );
  assert.equal(judgeGate(gate, { ...accuracy, value: null }).reason, "accuracy has no value");
  const bare = { ...accuracy, interval: undefined };
  assert.equal(judgeGate(gate, bare).reason, "accuracy = 0.97 has no interval to judge by");
  assert.equal(
    judgeGate(gate, { ...bare, noInterval: "two people" }).reason,
    "accuracy = 0.97 has no interval to judge by (two people)",
  );
  assert.throws(
    () => judgeGate({ metric: "x", atLeast: 0, atMost: 1, on: "value" }, accuracy),
    /exactly one/,
  );
  assert.throws(() => judgeGate({ metric: "x", on: "value" }, accuracy), /exactly one/);
});

const gates = [{ metric: "accuracy", atLeast: 0.95, on: "bound" } as const];

const passed = [judgeGate(gates[0], accuracy)];

/** What is said against metrics whose gates hold. */
const against = (extra: Partial<Metrics>) =>
  judgeReadiness(passed, metricsWith(extra)).reasons.map(({ reason }) => reason).join("; ");

const strangers = {
  leaks: false,
  sharesSubjects: false,
  judged: 300,
  trained: 0,
  subjects: ["s1", "s2", "s3", "s4", "s5", "s6"],
};

Deno.test("T233 T234 T241 judgeReadiness() is ready only when every gate passes on measured, unleaked numbers", () => {
  assert.deepEqual(judgeReadiness(passed, metricsWith({ heldOut: strangers })), {
    verdict: "READY",
    reasons: [],
  });
  assert.match(judgeReadiness([], metricsWith()).reasons[0].reason, /no gates are set/);
  assert.match(against({ heldOut: { ...strangers, leaks: true } }), /split leaks/);
  const failed = judgeGate({ metric: "accuracy", atLeast: 0.96, on: "bound" }, accuracy);
  assert.match(judgeReadiness([failed], metricsWith()).reasons[0].reason, /0.955 is not ≥ 0.96/);
});

Deno.test("judgeReadiness() names windows that were fitted on, shared people and too few of them, each with a cure", () => {
  const said = (facts: object) => against({ heldOut: { ...strangers, ...facts } });
  assert.match(said({ trained: 240 }), /^240 of the 300 judged windows are training or validation windows$/);
  assert.match(said({ sharesSubjects: true }), /^people of the judged windows are in the training part too/);
  assert.match(said({ leaks: true, sharesSubjects: true }), /^the split leaks[^;]*$/);
  assert.match(said({ subjects: ["a", "b"] }), /^only 2 subjects judged, a verdict needs 5$/);
  const { reasons } = judgeReadiness(
    [],
    metricsWith({ heldOut: { ...strangers, trained: 1 } }),
  );
  assert.ok(reasons.every(({ cure }) => cure.length > 10));
});

Deno.test("judgeReadiness() is never ready where a channel tells the label by itself", () => {
  const evidence = "hz of wrist: accuracy 1 from its mean over the window";
  const finding = (id: string) => ({ id, severity: "warning", finding: "", evidence, advice: "" });
  assert.equal(against({ tables: { findings: [finding("few_subjects")] } }), "");
  const said = against({ tables: { findings: [finding("few_subjects"), finding("leak_suspected")] } });
  assert.equal(said, `a leak is suspected: ${evidence}`);
});

Deno.test("judgeReadiness() names classes that were not judged, one class only, and classes unknown to the model", () => {
  const labels = ["walk", "climb stairs, up", "sit"];
  const seen = (counts: number[]) => against({ confusion: { labels, counts: counts.map((n) => [n, 0, 0]) } });
  assert.equal(seen([5, 5, 5]), "");
  assert.equal(
    seen([5, 0, 5]),
    '"climb stairs, up" never occurs in the judged windows: the scores are of 2 of 3 classes',
  );
  assert.match(seen([5, 0, 0]), /never occur in .* 1 of 3 classes; the judged windows have one class only/);
  const share = { ...accuracy, value: 0.1, note: 'windows whose class the model does not know: "sit"' };
  assert.match(against({ metrics: { accuracy, unknown_class_share: share } }), /does not know .*"sit"/);
});

Deno.test("judgeReadiness() wants scores above their own baseline", () => {
  const at = (value: number): Metric => ({ ...accuracy, value });
  assert.equal(against({ metrics: { accuracy, majority_accuracy: at(0.5) } }), "");
  assert.match(
    against({ metrics: { accuracy, majority_accuracy: at(0.97) } }),
    /accuracy 0.97 is not above its baseline 0.97/,
  );
});

Deno.test("T197 T250 T299 judgeReadiness() never recommends deployment on simulated recordings", () => {
  const simulated = metricsWith({ metrics: { accuracy: { ...accuracy, origin: "simulated" } } });
  const { verdict, reasons } = judgeReadiness(passed, simulated);
  assert.equal(verdict, "NOT READY");
  assert.match(reasons[0].reason, /numbers are simulated/);
});

Deno.test("T293 judgeReadiness() asks the collapse detector instead of claiming there is no risk", () => {
  const perplexity: Metric = { ...accuracy, value: 1.2 };
  assert.match(against({ metrics: { accuracy, perplexity } }), /collapsed/);
  const said = (name: string, value: number) =>
    against({ metrics: { accuracy, [name]: { ...accuracy, value } } });
  const gone = "the codebook has collapsed (perplexity ";
  assert.deepEqual([said("perplexity", 1.5), said("top_code_share", 0.8), said("collapsed", 0)], [
    "",
    "",
    "",
  ]);
  assert.deepEqual([said("perplexity", 1.49), said("top_code_share", 0.81), said("collapsed", 1)], [
    gone + "1.49)",
    gone + "NaN)",
    gone + "NaN)",
  ]);
  assert.equal(said("unknown_class_share", 0), "");
  // A perplexity without a number says nothing, and numbers stand with four digits.
  assert.equal(against({ metrics: { accuracy, perplexity: { ...accuracy, value: null } } }), "");
  assert.equal(said("perplexity", 1.23456), gone + "1.235)");
});

Deno.test("T290 withGates() computes every box from the artifact and counts the failed ones for alerts", () => {
  const { metrics, tables, readiness } = withGates(metricsWith(), [...gates, {
    metric: "ece",
    atMost: 0.05,
    on: "bound",
  }]);
  assert.equal(metrics.gates_failed.value, 1);
  assert.deepEqual(tables.gates.map((g) => g.passed), [true, false]);
  assert.equal(readiness!.verdict, "NOT READY");
  assert.equal(withGates(metricsWith(), []).readiness, undefined);
});

Deno.test("validate and summarize refuse a gate with no limit or with two", () => {
  for (const step of [validate, summarize]) {
    const params = step.params.parse({
      gates: [{ metric: "accuracy" }, { metric: "ece", at_least: 0, at_most: 1 }],
    });
    const problems = (step.check as (p: unknown) => { path: unknown[] }[])(params);
    assert.deepEqual(problems.map((p) => p.path), [["gates", 0], ["gates", 1]]);
  }
});
