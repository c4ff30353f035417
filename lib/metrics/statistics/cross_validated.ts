/** Intervals of a score of cross-validated subjects, each judged by a model that did not know them. */
import type { Interval } from "../../artifacts/metrics.ts";
import { largest, withoutDust } from "./dust.ts";
import { logitInterval } from "./logit_interval.ts";
import { tQuantile } from "./special.ts";
import { mean, variance } from "./summary.ts";
import { reachUnseen } from "./unseen.ts";

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
  range?: readonly [number, number] | undefined;
  /** Of a share: the windows that it is a share of. */
  trials?: number | undefined;
}

/** Independent contributions to a variance, each with its degrees of freedom. */
type Variances = [variance: number, df: number][];

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
  const folds = Map.groupBy(models, ({ subjects }) => JSON.stringify([...subjects].sort()));
  const center = mean(models.map(({ value }) => value));
  const people = subjectValues(models);
  const n = people.values.length;
  const parts = variances(center, people, [...folds.values()]);
  if (range === undefined || !range.every(Number.isFinite)) {
    const half = halfWidth(parts, n, level);
    return half === 0
      ? undefined
      : { level, lower: center - half, upper: center + half, method: `t over ${over(n, folds.size)}` };
  }
  const [low, high] = range;
  if (trials !== undefined) {
    // No share is surer than that of independent windows.
    const least = (center - low) * (high - center) / trials;
    parts[0][0] += Math.max(0, least - parts.reduce((sum, [v]) => sum + v, 0));
  }
  const half = halfWidth(parts, n, level);
  if (half === 0) return undefined;
  const ends = reachUnseen(logitInterval(center, half, range), { ...people, range, level });
  return { level, ...ends, method: `logit t over ${over(n, folds.size)}` };
}

function over(people: number, folds: number): string {
  return folds > 1 ? `${people} subjects in ${folds} folds` : `${people} subjects`;
}

/** One value a subject, and the share of the mean over all models that it holds. */
function subjectValues(models: readonly ModelScore[]): { values: Float64Array; weights: number[] } {
  const found = new Map<string, { sum: number; n: number; weight: number }>();
  for (const { value, subjects, without } of models) {
    const n = subjects.length;
    subjects.forEach((subject, i) => {
      const own = found.get(subject) ?? { sum: 0, n: 0, weight: 0 };
      own.sum += n === 1 ? value : n * value - (n - 1) * without[i];
      own.n++;
      own.weight += 1 / (models.length * n);
      found.set(subject, own);
    });
  }
  const people = [...found.values()];
  return {
    values: withoutDust(people.map(({ sum, n }) => sum / n), largest(models.map(({ value }) => value))),
    weights: people.map(({ weight }) => weight),
  };
}

/** Variance of the mean by the subjects first, then by the models that they share. */
function variances(
  center: number,
  { values, weights }: { values: Float64Array; weights: number[] },
  folds: ModelScore[][],
): Variances {
  const n = values.length;
  const [middle, ...own] = withoutDust([center, ...values]);
  const between = own.reduce((sum, value, s) => sum + (weights[s] * (value - middle)) ** 2, 0) * n / (n - 1);
  const fitted = folds.map((own) => withoutDust(own.map(({ value }) => value)));
  if (folds.length > 1) {
    const means = withoutDust(fitted.map(mean));
    return [[between, n - 1], [
      Math.max(0, variance(means) / folds.length - between),
      folds.length - 1,
    ]];
  }
  const seeds = fitted[0];
  return seeds.length > 1
    ? [[between, n - 1], [variance(seeds) / seeds.length, seeds.length - 1]]
    : [[between, n - 1]];
}

/** Half of a t interval from the variances; 0 without any. */
function halfWidth(parts: Variances, people: number, level: number): number {
  const total = parts.reduce((sum, [v]) => sum + v, 0);
  if (!(total > 0)) return 0;
  const df = Math.min(people - 1, total ** 2 / parts.reduce((sum, [v, own]) => sum + v ** 2 / own, 0));
  return tQuantile(1 - (1 - level) / 2, df) * Math.sqrt(total);
}
