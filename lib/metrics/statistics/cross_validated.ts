/** Intervals of a score of cross-validated subjects, each judged by a model that did not know them. */
import type { Interval } from "../../artifacts/metrics.ts";
import { largest, withoutDust } from "./dust.ts";
import { logitInterval } from "./logit_interval.ts";
import { tQuantile } from "./special.ts";
import { mean, variance } from "./summary.ts";

/** The score of one fitted model. */
export interface ModelScore {
  value: number;
  subjects: readonly string[];
  /** The score without each of `subjects`; empty where there is only one. */
  without: readonly number[];
}

/** Settings of {@linkcode crossValidated}. */
export interface CrossValidatedOptions {
  level: number;
  /** Attainable values; where both ends are finite the interval is made on the logit scale between them. */
  range?: readonly [number, number];
  /** Of a share: the windows that it is a share of. */
  trials?: number;
}

/**
 * Interval of the mean over folds, with the subjects as the sample. A fold's score is taken apart into its subjects by
 * delete-one pseudo-values (Tukey 1958); where several models judged the same people (seeds), those are averaged. The
 * variance is that of the subjects' mean, which holds for cross-validated scores of stable learners (Bayle, Bayle, Janson
 * and Mackey 2020), plus what the folds differ more than their subjects explain, because those of a fold share a model;
 * the degrees of freedom are Satterthwaite's, at most
 * those of the subjects. Seeds alone add the variance of their mean.
 *
 * The bench `coverage` measures what it holds.
 *
 * @returns `undefined` where there is no spread to judge by; a perfect share is for the caller.
 *
 * ```ts
 * import { crossValidated } from "./cross_validated.ts";
 * import assert from "node:assert/strict";
 * // Leaving one subject out: Student's t over the subjects.
 * const alone = [3, 5, 4, 6].map((value, i) => ({ value, subjects: [`s${i}`], without: [] }));
 * const { lower, upper } = crossValidated(alone, { level: 0.95 })!;
 * assert.deepEqual([lower, upper].map((v) => v.toFixed(3)), ["2.446", "6.554"]);
 * ```
 */
export function crossValidated(
  models: readonly ModelScore[],
  { level, range, trials }: CrossValidatedOptions,
): Interval | undefined {
  const folds = [...Map.groupBy(models, ({ subjects }) => [...subjects].sort().join("\n")).values()];
  const center = mean(models.map(({ value }) => value));
  // One value a subject, and the share of the mean that it holds.
  const values = new Map<string, { sum: number; n: number; weight: number }>();
  for (const { value, subjects, without } of models) {
    const n = subjects.length;
    subjects.forEach((subject, i) => {
      const own = values.get(subject) ?? { sum: 0, n: 0, weight: 0 };
      own.sum += n === 1 ? value : n * value - (n - 1) * without[i];
      own.n++;
      own.weight += 1 / (models.length * n);
      values.set(subject, own);
    });
  }
  const people = values.size;
  const clean = withoutDust(
    [...values.values()].map(({ sum, n }) => sum / n),
    largest(models.map(({ value }) => value)),
  );
  const weights = [...values.values()].map(({ weight }) => weight);
  let between = 0;
  clean.forEach((value, s) => between += (weights[s] * (value - center)) ** 2);
  between *= people / (people - 1);
  const parts: [variance: number, df: number][] = [[between, people - 1]];
  if (folds.length > 1) {
    const means = withoutDust(folds.map((own) => mean(own.map(({ value }) => value))));
    parts.push([Math.max(0, variance(means) / folds.length - between), folds.length - 1]);
  } else if (models.length > 1) {
    parts.push([variance(withoutDust(models.map(({ value }) => value))) / models.length, models.length - 1]);
  }
  let total = parts.reduce((sum, [v]) => sum + v, 0);
  const bounded = range !== undefined && range.every(Number.isFinite);
  const share = bounded ? (center - range[0]) / (range[1] - range[0]) : NaN;
  if (bounded && trials !== undefined) {
    const least = share * (1 - share) / trials * (range[1] - range[0]) ** 2;
    if (least > total) parts[0][0] += least - total, total = least;
  }
  if (!(total > 0)) return undefined;
  const df = Math.min(people - 1, total ** 2 / parts.reduce((sum, [v, own]) => sum + v ** 2 / own, 0));
  const half = tQuantile(1 - (1 - level) / 2, df) * Math.sqrt(total);
  const over = folds.length > 1 ? `${people} subjects in ${folds.length} folds` : `${people} subjects`;
  return bounded
    ? { level, ...logitInterval(center, half, range), method: `logit t over ${over}` }
    : { level, lower: center - half, upper: center + half, method: `t over ${over}` };
}
