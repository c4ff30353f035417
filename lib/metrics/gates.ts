/** Gates and the verdict of readiness: computed from numbers with their intervals, never ticked by hand. */
import type { Json, Origin } from "../artifacts/artifact.ts";
import type { Metric, Metrics } from "../artifacts/metrics.ts";

/** A condition on one metric; exactly one of `atLeast` and `atMost`. */
export interface Gate {
  metric: string;
  atLeast?: number;
  atMost?: number;
  /** `bound`: the interval's unfavourable end must hold; `value`: the number itself. */
  on: "bound" | "value";
}

/** How one gate turned out. */
export interface GateResult {
  metric: string;
  /** e.g. `≥ 0.96`. */
  condition: string;
  value: number | null;
  /** The number that was compared, and what it is, e.g. `lower 95 % bound`. */
  judged: number | null;
  on: string;
  n: number;
  of: string;
  origin: Origin | null;
  passed: boolean;
  reason: string;
}

/** The verdict with every reason against it. */
export interface Readiness {
  verdict: "READY" | "NOT READY";
  reasons: string[];
  gates: GateResult[];
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
    return fail("no interval", `${gate.metric} = ${round(metric.value)} has no interval to judge by`);
  }
  const judged = gate.on === "value" ? metric.value : upwards ? interval!.lower : interval!.upper;
  const on = gate.on === "value"
    ? "value"
    : `${upwards ? "lower" : "upper"} ${round(100 * interval!.level)} % bound`;
  const passed = upwards ? judged >= limit : judged <= limit;
  return {
    ...base,
    judged,
    on,
    passed,
    reason: `${gate.metric}: ${on} ${round(judged)} is ${passed ? "" : "not "}${condition}`,
  };
}

/** Judges all gates, and what no gate can excuse: simulated data, a leaking split, a collapsed codebook. */
export function judgeReadiness(gates: readonly Gate[], { metrics, details }: Metrics): Readiness {
  const results = gates.map((gate) => judgeGate(gate, metrics[gate.metric]));
  const reasons = results.filter((r) => !r.passed).map((r) => r.reason);
  if (gates.length === 0) reasons.push("no gates are set");
  const origins = new Set(Object.values(metrics).map((m) => m.origin));
  for (const origin of ["simulated", "projected", "estimated"] as const) {
    if (origins.has(origin)) reasons.push(`numbers are ${origin}, not measured on real recordings`);
  }
  if (details.leaks === true) reasons.push("the split leaks: training and test share subjects or samples");
  const { perplexity, top_code_share: share, collapsed } = metrics;
  if ((perplexity?.value ?? Infinity) < 1.5 || (share?.value ?? 0) > 0.8 || (collapsed?.value ?? 0) > 0) {
    reasons.push(`the codebook has collapsed (perplexity ${round(perplexity?.value ?? NaN)})`);
  }
  return { verdict: reasons.length === 0 ? "READY" : "NOT READY", reasons, gates: results };
}

/** Adds table, verdict and the metric `gates_failed` (for alerts); leaves metrics without gates as they are. */
export function withGates(metrics: Metrics, gates: readonly Gate[]): Metrics {
  if (gates.length === 0) return metrics;
  const readiness = judgeReadiness(gates, metrics);
  const failed = readiness.gates.filter((g) => !g.passed).length;
  const origin = Object.values(metrics.metrics)[0]?.origin ?? "measured";
  return {
    ...metrics,
    metrics: {
      ...metrics.metrics,
      gates_failed: { value: failed, n: gates.length, of: "gates", origin },
    },
    tables: { ...metrics.tables, gates: readiness.gates.map((g) => ({ ...g })) },
    details: { ...metrics.details, readiness: readiness as unknown as Json },
  };
}

function round(value: number): string {
  return String(+value.toPrecision(4));
}
