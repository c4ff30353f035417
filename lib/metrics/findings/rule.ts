/** What a rule of the diagnosis is. */
import { significant } from "../../text/numbers.ts";
import type { Behaviours } from "../../artifacts/behaviours.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import type { Model } from "../../artifacts/model.ts";
import type { NoBetter } from "../baselines.ts";

/** How much a finding matters. `warning`: something is wrong; `advice`: worth trying; `info`: for the record. */
export type Severity = "warning" | "advice" | "info";

/** What rules read: values by name, and the tables. */
export interface Facts {
  /** NaN where a metric is absent or undefined, which makes every comparison false. */
  of: (metric: string) => number;
  /** What the metric rests on; 0 where it is absent. */
  n: (metric: string) => number;
  tables: Metrics["tables"];
  confusion: Metrics["confusion"];
  /** Scores that are not above their baseline. */
  noBetter: readonly NoBetter[];
  /** People whom the training part holds; NaN where it is not known, or nothing was trained. */
  trainingSubjects: number;
  /** People whom the validation part holds; NaN where it is not known, or nothing was trained. */
  validationSubjects: number;
  /** What training chose by the validation part, with its value: an epoch, a temperature. */
  chosen: readonly string[];
  /** In whom each class is labelled, in all parts. */
  classPeople: readonly { name: string; people: readonly string[] }[];
  /** Epochs of the training; none of an imported model. */
  history: readonly Pick<Model["history"][number], "epoch" | "loss" | "validationLoss">[];
  /** What behaviours mean; empty without them. */
  dictionary: Behaviours["dictionary"];
  /** How behaviours were smoothed, e.g. `hsmm`. */
  smoothing: string | undefined;
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
  return Number.isNaN(value) ? "unknown" : significant(value);
}
