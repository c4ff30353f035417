/** Gates: limits that are judged on the unfavourable end of an interval. */
import { significant } from "../text/numbers.ts";
import type { Metric, Metrics } from "../artifacts/metrics.ts";
import type { GateResult } from "../artifacts/readiness.ts";
import { judgeReadiness } from "./readiness.ts";

/** A condition on one metric; exactly one of `atLeast` and `atMost`. */
export interface Gate {
  metric: string;
  atLeast?: number;
  atMost?: number;
  /** `bound`: the interval's unfavourable end must hold; `value`: the number itself. */
  on: "bound" | "value";
}

/**
 * Judges one gate. Without an interval only `on: value` can pass: a bare number proves nothing about the next subject.
 */
export function judgeGate(gate: Gate, metric: Metric | undefined): GateResult {
  if ((gate.atLeast === undefined) === (gate.atMost === undefined)) {
    throw new RangeError(`Cannot judge gate on ${gate.metric}: give exactly one of atLeast and atMost`);
  }
  const upwards = gate.atLeast !== undefined;
  const limit = gate.atLeast ?? gate.atMost!;
  const condition = `${upwards ? "≥" : "≤"} ${limit}`;
  const base = {
    metric: gate.metric,
    condition,
    value: metric?.value ?? null,
    n: metric?.n ?? 0,
    of: metric?.of ?? "",
    origin: metric?.origin ?? null,
  };
  const fail = (on: string, reason: string): GateResult => ({
    ...base,
    judged: null,
    on,
    passed: false,
    reason,
  });
  if (metric === undefined) return fail("absent", `${gate.metric} was not computed`);
  if (metric.value === null) {
    return fail("undefined", `${gate.metric} has no value${metric.note ? ` (${metric.note})` : ""}`);
  }
  const { interval } = metric;
  if (gate.on === "bound" && interval === undefined) {
    const why = metric.noInterval === undefined ? "" : ` (${metric.noInterval})`;
    return fail(
      "no interval",
      `${gate.metric} = ${significant(metric.value, 4)} has no interval to judge by${why}`,
    );
  }
  const judged = gate.on === "value" ? metric.value : upwards ? interval!.lower : interval!.upper;
  const on = gate.on === "value"
    ? "value"
    : `${upwards ? "lower" : "upper"} ${significant(100 * interval!.level, 4)} % bound`;
  const passed = upwards ? judged >= limit : judged <= limit;
  return {
    ...base,
    judged,
    on,
    passed,
    reason: `${gate.metric}: ${on} ${significant(judged, 4)} is ${passed ? "" : "not "}${condition}`,
  };
}

/**
 * Adds table, verdict and the metric `gates_failed` (for alerts); leaves metrics without gates as they are.
 *
 * @param own The same metrics with intervals of their own level each. Readiness needs every gate, so each is judged at its
 * own level (an intersection-union test, Berger 1982): intervals that hold for a family at once would ask for more.
 */
export function withGates(metrics: Metrics, gates: readonly Gate[], own = metrics.metrics): Metrics {
  if (gates.length === 0) return metrics;
  const results = gates.map((gate) => judgeGate(gate, own[gate.metric]));
  const readiness = judgeReadiness(results, metrics);
  const failed = results.filter((g) => !g.passed).length;
  const origin = Object.values(metrics.metrics)[0]?.origin ?? "measured";
  return {
    ...metrics,
    metrics: {
      ...metrics.metrics,
      gates_failed: { value: failed, n: gates.length, of: "gates", origin },
    },
    tables: { ...metrics.tables, gates: results.map((g) => ({ ...g })) },
    readiness,
  };
}
