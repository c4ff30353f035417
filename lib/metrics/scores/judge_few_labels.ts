/** What few labels were enough for, by the way in which they were used. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import { scoreOfSums } from "../statistics/group_score.ts";
import { mean, quantile } from "../statistics/summary.ts";
import { bySubject, type ScoreBy } from "./by_subject.ts";
import { confusionMatrix, score } from "./classification.ts";
import { type Judged, overRows } from "./judged.ts";

/** How labels are used: `codes` and `tuned` have a model to start from, the others have not. */
export type Way = "codes" | "statistics" | "tuned" | "untrained";

/** What one way made of one draw of labels. */
export interface FewLabelsResult {
  people: number;
  /** Labelled windows of each class; `null` for all of these people. */
  perClass: number | null;
  draw: number;
  way: Way;
  /** Windows whose labels were used, and classes among them. */
  labeled: number;
  classes: number;
  /** Label id of each judged window. */
  guesses: Int32Array;
}

/** The metric of each way; a way without the model is the baseline of the one with it. */
const metricOf: Record<Way, string> = {
  codes: "few_labels_accuracy",
  statistics: "few_labels_statistics_accuracy",
  tuned: "few_labels_tuned_accuracy",
  untrained: "few_labels_untrained_accuracy",
};

const gains: { metric: string; with: Way; without: Way }[] = [
  { metric: "few_labels_gain", with: "codes", without: "statistics" },
  { metric: "pretraining_gain", with: "tuned", without: "untrained" },
];

/**
 * One row of table `few_labels` for each way, number of people and of windows; the metrics are means over the draws of the
 * last number of people and of windows, with intervals over the judged people.
 */
export function judgeFewLabels(
  judged: Judged,
  results: readonly FewLabelsResult[],
): Pick<Metrics, "metrics" | "tables"> {
  const cells = Map.groupBy(results, ({ people, perClass, way }) => JSON.stringify([people, perClass, way]));
  const rows = [...cells.values()].map((own): { [column: string]: Json } => {
    const [{ people, perClass, way }] = own;
    const scores = own.map(({ guesses }) =>
      score(confusionMatrix(judged.labels, guesses, judged.classNames.length))
    );
    const accuracy = scores.map((s) => s.accuracy!);
    return {
      people,
      per_class: perClass,
      way,
      draws: own.length,
      labeled: quantile(own.map(({ labeled }) => labeled), 0.5),
      classes: Math.min(...own.map(({ classes }) => classes)),
      accuracy: quantile(accuracy, 0.5),
      accuracy_lower: quantile(accuracy, 0.25),
      accuracy_upper: quantile(accuracy, 0.75),
      macro_f1: quantile(scores.map((s) => s.macroF1!), 0.5),
      judged: judged.rows.length,
    };
  });
  const { people, perClass } = results.at(-1)!;
  const last = (way: Way) =>
    results.filter((r) => r.way === way && r.people === people && r.perClass === perClass);
  const what = `${perClass === null ? "all windows" : `${perClass} windows a class`} of ${people} people`;
  const metrics: Record<string, Metric> = {};
  for (const way of ["codes", "statistics", "tuned", "untrained"] as const) {
    const own = last(way);
    if (own.length === 0) continue;
    const by = meanOver(judged, own.map(({ guesses }) => rightIn(judged, guesses)));
    metrics[metricOf[way]] = overRows(judged, by(judged.subject, judged.subjects.length).value, {
      ...bySubject(judged, by, [0, 1]),
      note: `mean of ${own.length} draws of ${what}`,
    });
  }
  for (const gain of gains) {
    const better = last(gain.with), other = last(gain.without);
    if (better.length === 0) continue;
    const drawn = other.filter(({ draw }) => better.some((r) => r.draw === draw));
    const by = meanOver(
      judged,
      better.map(({ guesses }, i) => {
        const [a, b] = [rightIn(judged, guesses), rightIn(judged, drawn[i].guesses)];
        return a.map((right, row) => right - b[row]);
      }),
    );
    metrics[gain.metric] = overRows(judged, by(judged.subject, judged.subjects.length).value, {
      ...bySubject(judged, by, [-1, 1]),
      note: `mean of ${better.length} draws of ${what}, with the same labels`,
    });
  }
  return { metrics, tables: { few_labels: rows } };
}

function rightIn({ labels }: Judged, guesses: Int32Array): Float64Array {
  return Float64Array.from(labels, (label, row) => Number(guesses[row] === label));
}

/** The mean over draws of the share of rows; `of` has a number for each row of each draw. */
function meanOver(judged: Judged, of: readonly Float64Array[]): ScoreBy {
  const perRow = Float64Array.from(judged.rows, (_, row) => mean(of.map((draw) => draw[row])));
  return (group, count) => {
    const sums = Array.from({ length: count }, () => [0, 0]);
    group.forEach((g, row) => {
      sums[g][0] += perRow[row];
      sums[g][1]++;
    });
    return scoreOfSums(sums, ([sum, rows]) => rows === 0 ? null : sum / rows);
  };
}
