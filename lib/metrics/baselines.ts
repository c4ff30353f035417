/** Scores that always naming the most frequent class would reach as well. */
import type { Metrics } from "../artifacts/metrics.ts";
import { kindOf, metricOf, titleOf } from "./catalogue.ts";

/** A score and the baseline that it is not above. */
export interface NoBetter {
  title: string;
  value: number;
  baseline: number;
}

/** Scores of classification that are not above their baseline. */
export function notAboveBaseline(metrics: Metrics["metrics"]): NoBetter[] {
  return Object.entries(metrics).flatMap(([name, metric]) => {
    const { group, baseline: against } = kindOf(name, metric);
    const baseline = metricOf(metrics, against)?.value;
    if (group !== "Classification" || baseline == null || metric.value === null || metric.value > baseline) {
      return [];
    }
    return [{ title: titleOf(name, metric), value: metric.value, baseline }];
  });
}
