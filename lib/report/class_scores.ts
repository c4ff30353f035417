/** Scores of each class. */
import type { Metrics } from "../artifacts/metrics.ts";

/** Precision, recall and F1 by class from a confusion matrix (rows are true classes). */
export function classScores({ labels, counts }: NonNullable<Metrics["confusion"]>) {
  return labels.map((label, i) => {
    const support = counts[i].reduce((a, b) => a + b, 0);
    const predicted = counts.reduce((sum, row) => sum + row[i], 0);
    const hit = counts[i][i];
    const share = (of: number) => of === 0 ? null : hit / of;
    return {
      class: label,
      windows: support,
      precision: share(predicted),
      recall: share(support),
      f1: support + predicted === 0 ? null : 2 * hit / (support + predicted),
    };
  });
}
