/** Accuracy and its relatives from a confusion matrix. */

/** Counts `[true][predicted]`; rows with a negative true label are left out. */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new RangeError(`Cannot count confusions: ${truth.length} labels, ${predicted.length} predictions`);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] < 0) continue;
    if (truth[i] >= classes || !(predicted[i] >= 0 && predicted[i] < classes)) {
      throw new RangeError(
        `Cannot count confusions: row ${i} has label ${truth[i]}, prediction ${
          predicted[i]
        } of ${classes} classes`,
      );
    }
    counts[truth[i]][predicted[i]]++;
  }
  return counts;
}

/** Scores of one class; `null` where the denominator is 0. */
export interface ClassScore {
  support: number;
  predicted: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

/** Scores of a confusion matrix. Values are `null` for no rows. */
export interface Scores {
  n: number;
  accuracy: number | null;
  /** Mean recall over the classes that occur. */
  balancedAccuracy: number | null;
  /** Mean F1 over the classes that occur or are predicted, as scikit-learn's `f1_score(average="macro")`. */
  macroF1: number | null;
  perClass: ClassScore[];
}

/**
 * Scores a confusion matrix `[true][predicted]`.
 *
 * ```ts
 * import { score } from "./classification.ts";
 * import assert from "node:assert/strict";
 * assert.equal(score([[8, 2], [1, 9]]).accuracy, 0.85);
 * ```
 */
export function score(confusion: number[][]): Scores {
  const classes = confusion.length;
  const predicted = Array.from({ length: classes }, (_, c) => confusion.reduce((s, row) => s + row[c], 0));
  const perClass = confusion.map((row, c): ClassScore => {
    const support = row.reduce((a, b) => a + b, 0);
    const hit = row[c];
    return {
      support,
      predicted: predicted[c],
      precision: predicted[c] === 0 ? null : hit / predicted[c],
      recall: support === 0 ? null : hit / support,
      f1: support + predicted[c] === 0 ? null : 2 * hit / (support + predicted[c]),
    };
  });
  const n = perClass.reduce((s, c) => s + c.support, 0);
  const hits = confusion.reduce((s, row, c) => s + row[c], 0);
  return {
    n,
    accuracy: n === 0 ? null : hits / n,
    balancedAccuracy: meanOf(perClass.map((c) => c.recall)),
    macroF1: meanOf(perClass.map((c) => c.f1)),
    perClass,
  };
}

function meanOf(values: (number | null)[]): number | null {
  const defined = values.filter((v) => v !== null);
  return defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length;
}

/** The most frequent label ≥ 0 (the smaller one where tied); −1 when there is none. */
export function majorityLabel(labels: ArrayLike<number>, classes: number): number {
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) if (labels[i] >= 0) counts[labels[i]]++;
  let best = -1;
  for (let c = 0; c < classes; c++) if (counts[c] > 0 && (best < 0 || counts[c] > counts[best])) best = c;
  return best;
}
