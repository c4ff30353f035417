/** Agreement of a labelling with the true labels, as a metric. */
import type { Metric } from "../../artifacts/metrics.ts";
import { agreement } from "../../cluster/judge/agreement.ts";
import { bySubject, rowsOf, scoreOfRows } from "./by_subject.ts";
import { type Judged, overRows } from "./judged.ts";
import { typedFrom } from "../../typed_from.ts";

/**
 * Adjusted Rand index or normalised mutual information: undefined where the labels are one class, which anything agrees
 * with.
 *
 * @param own Label of each judged row.
 */
export function agreementMetric(judged: Judged, own: Int32Array, index: "ari" | "nmi", note: string): Metric {
  const { labels } = judged;
  const of = (rows: Int32Array) => {
    const truth = rowsOf(labels, rows);
    return truth.every((label) => label === truth[0]) ? null : agreement(truth, rowsOf(own, rows))[index];
  };
  const value = of(typedFrom(Int32Array, labels, (_, row) => row));
  if (value === null) {
    return overRows(judged, null, { note: "undefined: the judged windows have one class only" });
  }
  return overRows(judged, value, {
    ...bySubject(judged, scoreOfRows(of), index === "ari" ? [-1, 1] : [0, 1]),
    note,
  });
}
