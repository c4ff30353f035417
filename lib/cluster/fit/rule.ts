/** The rule of a fit: how a point gets its cluster, for the points of the fit and for any other. */
import type { FittedRule } from "../../artifacts/motifs.ts";
import { placeDigits } from "../points/code_points.ts";
import type { Points } from "../points/points.ts";
import { squaredDistance } from "../points/points.ts";
import { eStep, hardLabels } from "./gmm.ts";
import { classPosterior } from "./latent_classes.ts";
import { nearestCentroid, sphericalPosterior } from "./posterior.ts";

/** Labels and posteriors of points in the fit's own numbers of clusters. */
export interface Assigned {
  /** int32 `[M]`, −1 noise. */
  labels: Int32Array;
  /** float64 `[M, K]`, rows sum to 1. */
  posterior: Float64Array;
}

/**
 * Assigns points by the rule of a fit: the nearest centroid for k-means, the largest posterior for mixtures and latent
 * classes, the label of the nearest anchor for hierarchical clustering (its fitted points) and DBSCAN (its core points,
 * within eps; beyond, −1). Equal distances go to the smaller number.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(4, 6), dimensions: 1, weights: Float64Array.of(1, 1) };
 * const { labels } = assignByRule({ kind: "centroid", centroids: [0.4, 10], variance: 1 }, points);
 * assert.deepEqual([...labels], [0, 1]);
 * ```
 */
export function assignByRule(rule: FittedRule, points: Points): Assigned {
  switch (rule.kind) {
    case "centroid": {
      const centroids = Float64Array.from(rule.centroids);
      return {
        labels: nearestCentroid(points, centroids),
        posterior: sphericalPosterior(points, centroids, rule.variance),
      };
    }
    case "mixture": {
      const k = rule.weights.length;
      const posterior = new Float64Array(points.weights.length * k);
      eStep(points, {
        covariance: rule.covariance,
        weights: Float64Array.from(rule.weights),
        means: Float64Array.from(rule.means),
        covariances: Float64Array.from(rule.covariances),
      }, posterior);
      return { labels: hardLabels(posterior, k), posterior };
    }
    case "classes": {
      const k = rule.weights.length;
      const posterior = new Float64Array(points.weights.length * k);
      classPosterior(
        { digits: placeDigits(points.values, rule.levels), levels: rule.levels, weights: points.weights },
        { weights: Float64Array.from(rule.weights), tables: Float64Array.from(rule.tables) },
        posterior,
      );
      return { labels: hardLabels(posterior, k), posterior };
    }
    case "neighbor":
      return {
        labels: nearestAnchor(rule, points),
        posterior: sphericalPosterior(points, Float64Array.from(rule.centroids), rule.variance),
      };
  }
}

function nearestAnchor(rule: Extract<FittedRule, { kind: "neighbor" }>, points: Points): Int32Array {
  const { labels, eps } = rule;
  const anchors = Float64Array.from(rule.anchors);
  // A neighbour at eps itself belongs, as it does in the fit, whatever the rounding of its distance.
  const limit = eps === null ? Infinity : (eps * (1 + 1e-9)) ** 2;
  return Int32Array.from(points.weights, (_, i) => {
    let label = -1, least = Infinity;
    for (let a = 0; a < labels.length; a++) {
      const squared = squaredDistance(points.values, i, anchors, a, points.dimensions);
      if (squared < least && squared <= limit) [least, label] = [squared, labels[a]];
    }
    return label;
  });
}
