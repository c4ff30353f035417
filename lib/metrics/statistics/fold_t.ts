/** Differences of cross-validated subjects: those that one model judged are not independent. */
import type { TTest } from "./effect.ts";
import { tTwoSided } from "./special.ts";
import { mean, variance } from "./summary.ts";

/**
 * Student's t over the models that judged the subjects, with two levels of variance: that between models, each with all
 * the subjects that it judged, and that between subjects; the larger of them counts, with the models' degrees of freedom.
 * Where seeds repeat the folds, a subject is judged by several models and those of one repetition count once.
 *
 * @param differences One a subject.
 * @param models Names of the models that judged each subject.
 * @returns `null` where there is nothing to share: one model for all subjects, or one subject a model.
 */
export function foldT(
  differences: ArrayLike<number>,
  models: readonly (readonly string[])[],
): TTest | null {
  const n = differences.length;
  // Taken from the first one, so that equal differences leave no rounding errors.
  const shifted = Float64Array.from(differences, (d) => d - differences[0]);
  const sums = new Map<string, [sum: number, subjects: number]>();
  models.forEach((own, i) => {
    for (const model of own) {
      const [sum, subjects] = sums.get(model) ?? [0, 0];
      sums.set(model, [sum + shifted[i], subjects + 1]);
    }
  });
  const judgements = [...sums.values()].reduce((total, [, subjects]) => total + subjects, 0);
  // Models of one repetition of the folds.
  const folds = Math.round(sums.size * n / judgements);
  if (!(folds >= 2) || folds >= n) return null;
  const center = mean(shifted);
  let between = 0;
  for (const [sum, subjects] of sums.values()) between += (sum - subjects * center) ** 2;
  // Sum of squares of one repetition, of residuals that add up to 0.
  between *= folds / sums.size / n ** 2 * folds / (folds - 1);
  const v = Math.max(between, variance(differences) / n);
  if (v === 0) return { t: null, df: null, p: null, error: null };
  const error = Math.sqrt(v), t = mean(differences) / error, df = folds - 1;
  return { t, df, p: tTwoSided(t, df), error };
}
