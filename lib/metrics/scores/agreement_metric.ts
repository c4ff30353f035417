/** Agreement of a labelling with the true labels, as a metric. */
import type { Metric } from "../../artifacts/metrics.ts";
import { agreementBy } from "./agreement_by_group.ts";
import { bySubject } from "./by_subject.ts";
import { type Judged, overRows } from "./judged.ts";

/**
 * Adjusted Rand index or normalised mutual information: undefined where the labels are one class, which anything agrees
 * with.
 *
 * @param own Label of each judged row.
 */
export function agreementMetric(judged: Judged, own: Int32Array, index: "ari" | "nmi", note: string): Metric {
  const by = agreementBy(
    judged.labels,
    own,
    (agreement, classes) => classes < 2 ? null : agreement[index],
  );
  const { value } = by(judged.subject, judged.subjects.length);
  if (value === null) {
    return overRows(judged, null, { note: "undefined: the judged windows have one class only" });
  }
  return overRows(judged, value, {
    ...bySubject(judged, by, index === "ari" ? [-1, 1] : [0, 1]),
    note,
  });
}
