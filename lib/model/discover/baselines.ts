/** What clusters of windows are without learning: generic statistics, their principal components, four clusterings. */
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { arHmm, decodeArHmm } from "../../cluster/fit/ar_hmm.ts";
import type { Run } from "../../cluster/fit/forward_backward.ts";
import { decodeGaussianHmm, gaussianHmm } from "../../cluster/fit/gaussian_hmm.ts";
import { gmmFromStarts } from "../../cluster/fit/gmm_starts.ts";
import { kmeans } from "../../cluster/fit/kmeans.ts";
import { assignByRule } from "../../cluster/fit/rule.ts";
import type { Points } from "../../cluster/points/points.ts";
import type { Random } from "../../random.ts";
import { restrict, stretchesOf } from "../../temporal/stretches.ts";
import { fitScaler } from "../scaler.ts";
import { rowsOf } from "../train/training_rows.ts";
import type { BaselineName } from "./baseline_names.ts";
import { clip, standardizeBy } from "./columns.ts";
import { featuresOf } from "./features.ts";
import { leadingEigen } from "./generalized_eigen.ts";

/** Restarts of k-means and of the mixture. */
const starts = 10;

/** Keeps covariances of few windows regular, in units of the components' variance. */
const regCovar = 1e-3;

/**
 * Statistics of every window, standardised by those of the training part.
 *
 * @returns float64 `[N, width]`.
 */
export function standardizedStatistics(
  windows: Windows,
  split: Split,
): { values: Float64Array; width: number } {
  const train = rowsOf(windows, split, Part.train);
  const all = Int32Array.from(windows.start, (_, i) => i);
  const { values, width } = featuresOf(windows, all, fitScaler(windows, train, "triad"));
  standardizeBy(values, width, train);
  clip(values, 5);
  return { values, width };
}

/**
 * Statistics of every window, standardised and turned to principal components that the training part was fitted by.
 *
 * @returns float64 `[N, components]`, each of variance 1 on the training part.
 */
export function statisticsOf(windows: Windows, split: Split, components: number): Float64Array {
  const train = rowsOf(windows, split, Part.train);
  const { values, width } = standardizedStatistics(windows, split);
  const n = train.length;
  const d = Math.min(components, width, n);
  const covariance = new Float64Array(width * width);
  for (const row of train) {
    for (let p = 0; p < width; p++) {
      const x = values[row * width + p] / n;
      for (let q = 0; q <= p; q++) covariance[p * width + q] += x * values[row * width + q];
    }
  }
  for (let p = 0; p < width; p++) {
    for (let q = 0; q < p; q++) covariance[q * width + p] = covariance[p * width + q];
  }
  const { values: variances, vectors } = leadingEigen(covariance, width, d);
  const out = new Float64Array(windows.start.length * d);
  for (let i = 0; i < windows.start.length; i++) {
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += values[i * width + j] * vectors[k * width + j];
      out[i * d + k] = variances[k] > 1e-12 ? sum / Math.sqrt(variances[k]) : 0;
    }
  }
  return out;
}

/**
 * Clusters the windows by their statistics; fitted on the training part, every window is then assigned.
 *
 * @param statistics float64 `[N, d]`, see {@linkcode statisticsOf}.
 * @returns int32 `[N]`.
 */
export function baselineMotifs(
  name: BaselineName,
  windows: Windows,
  split: Split,
  statistics: Float64Array,
  k: number,
  rng: Random,
): Int32Array {
  const n = windows.start.length;
  const d = statistics.length / n;
  const pointsOf = (rows: ArrayLike<number>): Points => {
    const values = new Float64Array(rows.length * d);
    for (let i = 0; i < rows.length; i++) {
      values.set(statistics.subarray(rows[i] * d, (rows[i] + 1) * d), i * d);
    }
    return { values, dimensions: d, weights: new Float64Array(rows.length).fill(1) };
  };
  const train = rowsOf(windows, split, Part.train);
  const points = pointsOf(train);
  const all: Points = { values: statistics, dimensions: d, weights: new Float64Array(n).fill(1) };
  if (name === "kmeans") {
    const { centroids } = kmeans(points, k, rng, { nInit: starts });
    return assignByRule({ kind: "centroid", centroids: [...centroids], variance: 0 }, all).labels;
  }
  if (name === "gmm") {
    const fit = gmmFromStarts(points, k, rng, { covariance: "full", regCovar, nInit: 2, maxIterations: 100 });
    const rule = {
      kind: "mixture" as const,
      covariance: "full" as const,
      regCovar,
      weights: [...fit.weights],
      means: [...fit.means],
      covariances: [...fit.covariances],
    };
    return assignByRule(rule, all).labels;
  }
  // Rows of the training part stand side by side; where one is left out, a run ends.
  const runs: Run[] = [];
  for (const { from, to } of restrict(stretchesOf(windows), (row) => split.part[row] === Part.train)) {
    const first = runs.at(-1)?.to ?? 0;
    runs.push({ from: first, to: first + to - from });
  }
  const { labels } = kmeans(points, k, rng, { nInit: starts });
  const stretches = stretchesOf(windows);
  if (name === "ar-hmm") {
    return decodeArHmm(all, stretches, arHmm(points, runs, k, labels, { regCovar }));
  }
  return decodeGaussianHmm(all, stretches, gaussianHmm(points, runs, k, labels, { regCovar }));
}
