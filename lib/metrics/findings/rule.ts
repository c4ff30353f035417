/** What a rule of the diagnosis is. */
import type { Metrics } from "../../artifacts/metrics.ts";

/** How much a finding matters. `warning`: something is wrong; `advice`: worth trying; `info`: for the record. */
export type Severity = "warning" | "advice" | "info";

/** What rules read: values by name, and the tables. */
export interface Facts {
  /** NaN where a metric is absent or undefined, which makes every comparison false. */
  of: (metric: string) => number;
  /** What the metric rests on; 0 where it is absent. */
  n: (metric: string) => number;
  tables: Metrics["tables"];
  /** Least duration of a behaviour in seconds, as smoothing was told; NaN where nothing was. */
  minDwell: number;
  /** Classes that occur. */
  classes: number;
}

/** One rule: when its evidence holds, its finding and advice are given. */
export interface FindingRule {
  id: string;
  /** Names of metrics and tables; the rule is silent where none of them is there. */
  needs: readonly string[];
  severity: Severity | ((facts: Facts) => Severity);
  /** What is found, in a sentence without a full stop. */
  finding: string;
  /** What to do about it, beyond what has been done. */
  advice: string | ((facts: Facts) => string);
  /** The numbers it rests on; `undefined` where the rule finds nothing. */
  evidence(facts: Facts): string | undefined;
}

/** Three significant digits. */
export function show(value: number): string {
  return Number.isNaN(value) ? "unknown" : String(+value.toPrecision(3));
}
