/** Several clusterings of the same windows, side by side: against hidden labels, against time, and against each other. */
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { agreementBy } from "./agreement_by_group.ts";
import { bySubject, type ScoreBy } from "./by_subject.ts";
import { judge, type Judged, overRows, type PartName, withoutLabels } from "./judged.ts";
import { judgeLabeling } from "./judge_behaviours.ts";
import { judgePersistence } from "./judge_persistence.ts";
import { typedFrom } from "../../typed_from.ts";

/** One clustering of all windows. */
export interface Clustering {
  name: string;
  /** What it is one of: seeds of a model are compared with each other, baselines and what smoothing made with them. */
  kind: "learnt" | "smoothed" | "baseline";
  /** int32 `[N]`, −1 noise. */
  labels: Int32Array;
}

/**
 * One row a clustering on a part of the split, and of learnt ones how far they agree: the mean adjusted Rand index of
 * all pairs, with an interval over subjects.
 *
 * @param minPurity Least share of a window that its label must cover for the label to count.
 */
export function judgeClusterings(
  windows: Windows,
  split: Split,
  clusterings: readonly Clustering[],
  part: PartName,
  minPurity = 0,
): Pick<Metrics, "metrics" | "tables"> {
  const judged = judge(windows, split, part, minPurity);
  const whole = withoutLabels(windows, judged);
  const rows = clusterings.map(({ name, kind, labels }) => {
    const found: Record<string, Metric> = {
      ...judgeLabeling(judged, windows.labels, labels, "motif").metrics,
      ...judgePersistence(windows, whole, labels),
    };
    const of = (metric: string) => Object.hasOwn(found, metric) ? found[metric].value : null;
    return {
      clustering: name,
      kind,
      motifs: of("motif_count"),
      windows: whole.rows.length,
      nmi: of("motif_nmi"),
      ari: of("motif_ari"),
      purity: of("motif_purity"),
      same_next: of("motif_same_next"),
      persistence_bits: of("motif_persistence_bits"),
    };
  });
  const metrics: Record<string, Metric> = {};
  const mean = (kind: Clustering["kind"]) => rows.filter((row) => row.kind === kind).map(({ nmi }) => nmi);
  const learnt = mean("learnt"), baselines = mean("baseline");
  if (judged.rows.length > 0 && !learnt.includes(null) && learnt.length > 0) {
    metrics.motif_nmi = meanOf(judged, learnt as number[]);
    const smoothed = mean("smoothed").filter((value) => value !== null);
    if (smoothed.length > 0) metrics.behaviour_nmi = meanOf(judged, smoothed);
    if (baselines.length > 0) {
      metrics.baseline_motif_nmi = overRows(judged, Math.max(...baselines.map((value) => value ?? 0)), {
        note: "the best of the baselines, chosen by the very labels that judge it",
      });
    }
  }
  const seeds = clusterings.filter(({ kind }) => kind === "learnt");
  if (seeds.length > 1) {
    const own = seeds.map(({ labels }) => typedFrom(Int32Array, whole.rows, (row) => labels[row]));
    const pairs = own.flatMap((a, i) => own.slice(i + 1).map((b) => agreementBy(a, b, ({ ari }) => ari)));
    const mean: ScoreBy = (group, groups) => {
      const scores = pairs.map((by) => by(group, groups));
      const of = (values: (number | null)[]) =>
        values.includes(null) ? null : values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
      return {
        value: of(scores.map(({ value }) => value)),
        without: (g) => of(scores.map(({ without }) => without(g))),
        groups,
      };
    };
    const { value } = mean(whole.subject, whole.subjects.length);
    metrics.motif_seed_agreement = overRows(whole, value, {
      ...bySubject(whole, mean, [-1, 1]),
      note: `mean adjusted Rand index of ${pairs.length} pairs of ${seeds.length} clusterings`,
    });
  }
  return { metrics, tables: { clusterings: rows } };
}

function meanOf(judged: Judged, values: readonly number[]): Metric {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(3));
  return overRows(judged, values.reduce((a, b) => a + b, 0) / values.length, {
    note: `mean of ${values.length}, from ${low} to ${high}`,
  });
}
