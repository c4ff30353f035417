import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import summarize from "../../lib/steps/summarize.ts";
import validate from "../../lib/steps/validate.ts";
import { judgeGate, judgeReadiness, withGates } from "../../lib/metrics/gates.ts";

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

Deno.test("T053 T244 judgeGate() judges accuracy by the lower bound, not by the number itself", () => {
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
  assert.match(judgeGate(gate, { ...accuracy, interval: undefined }).reason, /no interval to judge by/);
  assert.throws(() => judgeGate({ metric: "x", on: "value" }, accuracy), /exactly one/);
});

const gates = [{ metric: "accuracy", atLeast: 0.95, on: "bound" } as const];

Deno.test("T233 T234 T241 judgeReadiness() is ready only when every gate passes on measured, unleaked numbers", () => {
  assert.deepEqual(judgeReadiness(gates, metricsWith()).verdict, "READY");
  assert.match(judgeReadiness([], metricsWith()).reasons.join(), /no gates are set/);
  assert.match(
    judgeReadiness(gates, metricsWith({ details: { leaks: true } })).reasons.join(),
    /split leaks/,
  );
});

Deno.test("T197 T250 T299 judgeReadiness() never recommends deployment on simulated recordings", () => {
  const simulated = metricsWith({ metrics: { accuracy: { ...accuracy, origin: "simulated" } } });
  const { verdict, reasons } = judgeReadiness(gates, simulated);
  assert.equal(verdict, "NOT READY");
  assert.match(reasons.join(), /numbers are simulated/);
});

Deno.test("T293 judgeReadiness() asks the collapse detector instead of claiming there is no risk", () => {
  const perplexity: Metric = { ...accuracy, value: 1.2 };
  assert.match(
    judgeReadiness(gates, metricsWith({ metrics: { accuracy, perplexity } })).reasons.join(),
    /collapsed/,
  );
});

Deno.test("T290 withGates() computes every box from the artifact and counts the failed ones for alerts", () => {
  const { metrics, tables, details } = withGates(metricsWith(), [...gates, {
    metric: "ece",
    atMost: 0.05,
    on: "bound",
  }]);
  assert.equal(metrics.gates_failed.value, 1);
  assert.deepEqual(tables.gates.map((g) => g.passed), [true, false]);
  assert.equal((details.readiness as { verdict: string }).verdict, "NOT READY");
  assert.equal(withGates(metricsWith(), []).details.readiness, undefined);
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
