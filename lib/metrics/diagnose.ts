/**
 * The guides' troubleshooting table as computed findings: each with the numbers behind it, and with the advice that is
 * right (some of the printed advice was not: FSQ has no commitment loss to raise, under-segmentation wants more
 * clusters, and levels change neither calibration nor latency nor memory).
 */
import type { Metrics } from "../artifacts/metrics.ts";
import { notAboveBaseline } from "./baselines.ts";
import { findingRules } from "./findings/mod.ts";
import type { Facts, Severity } from "./findings/rule.ts";

/** One finding. */
export interface Finding {
  id: string;
  severity: Severity;
  finding: string;
  /** The numbers it rests on. */
  evidence: string;
  advice: string;
}

/** What is known beside the numbers. */
export interface Surroundings extends
  Partial<
    Pick<
      Facts,
      | "trainingSubjects"
      | "validationSubjects"
      | "chosen"
      | "classPeople"
      | "history"
      | "dictionary"
      | "smoothing"
    >
  > {
  /** Least duration of a behaviour, as smoothing was told. */
  minDwellSeconds?: number;
}

/** Findings on the numbers of `validate`; empty when nothing is to be said. */
export function diagnose(
  metrics: Metrics,
  {
    minDwellSeconds = NaN,
    trainingSubjects = NaN,
    validationSubjects = NaN,
    chosen = [],
    classPeople = [],
    history = [],
    dictionary = [],
    smoothing,
  }: Surroundings = {},
): Finding[] {
  const has = (name: string) => Object.hasOwn(metrics.metrics, name);
  const facts: Facts = {
    of: (name) => has(name) ? metrics.metrics[name].value ?? NaN : NaN,
    n: (name) => has(name) ? metrics.metrics[name].n : 0,
    tables: metrics.tables,
    confusion: metrics.confusion,
    noBetter: notAboveBaseline(metrics.metrics),
    trainingSubjects,
    validationSubjects,
    chosen,
    classPeople,
    history,
    dictionary,
    smoothing,
    minDwell: minDwellSeconds,
    classes: (metrics.tables.per_class ?? []).filter((row) => (row.support as number) > 0).length,
  };
  return findingRules.flatMap(({ id, needs, severity, finding, advice, evidence }) => {
    if (!needs.some((name) => has(name) || Object.hasOwn(metrics.tables, name))) return [];
    const text = evidence(facts);
    if (text === undefined) return [];
    return [{
      id,
      severity: typeof severity === "function" ? severity(facts) : severity,
      finding,
      evidence: text,
      advice: typeof advice === "function" ? advice(facts) : advice,
    }];
  });
}
