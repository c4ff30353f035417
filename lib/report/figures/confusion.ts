/** Where the classifier errs. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import { Figure } from "../plot.ts";
import { percent } from "../../text/numbers.ts";
import { heatmap } from "../heatmap.ts";

/** Options of {@linkcode confusionMatrix}. */
export interface ConfusionOptions {
  /** Where the windows come from, printed in the caption. @default "measured" */
  origin?: Origin;
  /** Title above the figure. @default "Confusion matrix of the test part" */
  title?: string;
}

/**
 * Confusion matrix, shares of the true class in percent with the counts.
 *
 * ```ts
 * import { confusionMatrix } from "./confusion.ts";
 * import assert from "node:assert/strict";
 * const confusion = { labels: ["walking", "sitting"], counts: [[8, 2], [1, 9]] };
 * assert.equal(confusionMatrix(confusion, { origin: "simulated" }).provenance[0].n, 20);
 * ```
 */
export function confusionMatrix(
  { labels, counts }: NonNullable<Metrics["confusion"]>,
  { origin = "measured", title = "Confusion matrix of the test part" }: ConfusionOptions = {},
): Figure {
  const n = counts.flat().reduce((sum, c) => sum + c, 0);
  const right = counts.reduce((sum, row, i) => sum + row[i], 0);
  const worst = counts.flatMap((row, i) => {
    const total = row.reduce((sum, c) => sum + c, 0);
    return row.map((c, j) => ({ i, j, c, share: total > 0 ? c / total : 0 })).filter(({ j }) => j !== i);
  }).reduce((a, b) => b.share > a.share ? b : a, { i: 0, j: 0, c: 0, share: 0 });
  const confusion = worst.c === 0
    ? "No window is confused."
    : `The largest confusion: ${percent(worst.share)} of ${labels[worst.i]} taken for ${labels[worst.j]}.`;
  return new Figure(
    {
      title,
      caption: `Percent of the windows of each true class, and their count. ${
        percent(right / n)
      } lie on the diagonal. ${confusion}`,
      provenance: { n, of: "windows", origin },
    },
    heatmap({
      label: "Confusion matrix",
      rows: labels,
      columns: labels,
      counts,
      rowTitle: "true",
      columnTitle: "predicted",
      cells: "percent and count",
    }),
  );
}
