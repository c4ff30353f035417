/** One clustering of weighted points by any method, in one form. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Random } from "../../random.ts";
import { cut } from "./cut.ts";
import { dbscan } from "./dbscan.ts";
import { expect, gmm, hardLabels } from "./gmm.ts";
import type { Dendrogram } from "./hierarchical.ts";
import { dendrogram } from "./hierarchical.ts";
import { kmeans, plusPlus } from "./kmeans.ts";
import type { Digits } from "./latent_classes.ts";
import { classPosterior, latentClasses } from "./latent_classes.ts";
import { lloyd } from "./lloyd.ts";
import type { IndexedPoints, Points } from "../points/points.ts";
import { centroidsOf, fitted, inertiaOf, squaredDistance, totalWeight } from "../points/points.ts";
import { nearestCentroid, sphericalPosterior } from "./posterior.ts";
import type { ClusterRequest } from "../request.ts";
import { sphericalBic } from "./bic.ts";

/** A clustering: fitted on the points of positive weight, extended to all points. */
export interface Fit {
  k: number;
  /** int32 `[M]`, −1 noise. */
  labels: Int32Array;
  /** float64 `[K, d]`. */
  centroids: Float64Array;
  inertia: number;
  bic: number | null;
  bicVariant: string | null;
  warnings: string[];
  /** Further facts, with clusters in the given order of their numbers. */
  details(order: number[]): { [key: string]: Json };
  /** float64 `[M, K]`, rows sum to 1. */
  posterior(): Float64Array;
}

/** Fits clusterings of one set of points with several numbers of clusters; a dendrogram is built once. */
export class Fitter {
  readonly #points: Points;
  readonly #rows: Uint32Array;
  #dendrogram: Dendrogram | undefined;

  constructor(readonly all: IndexedPoints, readonly request: ClusterRequest, readonly rng: Random) {
    const { points, rows } = fitted(all);
    this.#points = points;
    this.#rows = rows;
  }

  /** The points that shape the clusters. */
  get points(): Points {
    return this.#points;
  }

  /** The dendrogram of the points that shape the clusters. */
  get tree(): Dendrogram {
    return this.#dendrogram ??= dendrogram(this.#points, this.request.linkage);
  }

  /** Labels of the points that shape the clusters. */
  restrict(labels: Int32Array): Int32Array {
    return Int32Array.from(this.#rows, (row) => labels[row]);
  }

  /** Fits `k` clusters; DBSCAN finds its own number and takes `null`. */
  fit(k: number | null): Fit {
    const { method } = this.request;
    if ((method === "dbscan") !== (k === null)) {
      throw new RangeError(`Cannot fit ${k} clusters by ${method}: only dbscan finds its own number`);
    }
    switch (method) {
      case "kmeans":
        return this.#kmeans(k!);
      case "gmm":
        return this.#gmm(k!);
      case "hierarchical":
        return this.#hard(this.#extend(cut(this.tree, k!)), k!, [], {
          // From the top of the dendrogram: a large step down is a good place to cut.
          topHeights: [...this.tree.heights.slice(-50).reverse()],
        });
      case "lca":
        return this.#latentClasses(k!);
      case "dbscan":
        return this.#dbscan();
    }
  }

  #dbscan(): Fit {
    const { eps, minSamples } = this.request;
    const { labels, core, k } = dbscan(this.#points, eps, minSamples);
    const fit = this.#hard(this.#extend(labels, core, eps), k, [], {
      corePoints: core.reduce((sum, c) => sum + c, 0),
      noiseShare: this.#points.weights.reduce((sum, w, i) => sum + (labels[i] < 0 ? w : 0), 0) /
        totalWeight(this.#points),
    });
    return { ...fit, bic: null, bicVariant: null };
  }

  #kmeans(k: number): Fit {
    const fit = kmeans(this.#points, k, this.rng, this.request);
    const labels = nearestCentroid(this.all, fit.centroids);
    return this.#hard(labels, k, fit.converged ? [] : [notConverged("k-means", k, fit.iterations)], {
      iterations: fit.iterations,
    }, fit.centroids);
  }

  #gmm(k: number): Fit {
    const { covariance, regCovar, tolerance, maxIterations = 300 } = this.request;
    const start = kmeans(this.#points, k, this.rng, { nInit: this.request.nInit });
    const fit = gmm(this.#points, k, start.labels, { covariance, regCovar, tolerance, maxIterations });
    const posterior = new Float64Array(this.all.weights.length * k);
    expect(this.all, fit, posterior);
    const labels = hardLabels(posterior, k);
    return {
      k,
      labels,
      centroids: fit.means,
      inertia: inertiaOf(this.#points, this.restrict(labels), fit.means),
      bic: fit.bic,
      bicVariant: `gmm-${covariance}`,
      warnings: fit.converged ? [] : [notConverged("The mixture", k, fit.iterations)],
      details: (order) => ({
        iterations: fit.iterations,
        logLikelihood: fit.logLikelihood,
        weights: order.map((c) => fit.weights[c]),
        covariances: covariance === "tied" ? [...fit.covariances] : blocksOf(fit.covariances, order),
      }),
      posterior: () => posterior,
    };
  }

  #latentClasses(k: number): Fit {
    const { codes, nInit, tolerance, maxIterations } = this.request;
    const { levels } = codes!;
    const digitsOf = ({ values, weights }: Points): Digits => ({
      digits: Uint16Array.from(values, (v, q) => {
        const half = Math.floor(levels[q % levels.length] / 2);
        return Math.round(v * half) + half;
      }),
      levels,
      weights,
    });
    const starts = Array.from(
      { length: nInit },
      () => lloyd(this.#points, plusPlus(this.#points, k, this.rng), { maxIterations: 10 }).labels,
    );
    const fit = latentClasses(digitsOf(this.#points), k, starts, { tolerance, maxIterations });
    const posterior = new Float64Array(this.all.weights.length * k);
    classPosterior(digitsOf(this.all), fit, posterior);
    const labels = hardLabels(posterior, k);
    const centroids = softCentroids(this.#points, fit.responsibilities, k);
    return {
      k,
      labels,
      centroids,
      inertia: inertiaOf(this.#points, this.restrict(labels), centroids),
      bic: fit.bic,
      bicVariant: "latent-class",
      warnings: fit.converged ? [] : [notConverged("The latent class model", k, fit.history.length)],
      details: (order) => ({
        iterations: fit.history.length,
        logLikelihood: fit.logLikelihood,
        weights: order.map((c) => fit.weights[c]),
        digitProbabilities: order.map((c) => [...fit.tables.filter((_, q) => q % k === c)]),
      }),
      posterior: () => posterior,
    };
  }

  #hard(
    labels: Int32Array,
    k: number,
    warnings: string[],
    details: { [key: string]: Json },
    known?: Float64Array,
  ): Fit {
    const own = this.restrict(labels);
    const { centroids: means, support } = centroidsOf(this.#points, own, k);
    const centroids = known ?? means;
    const inertia = inertiaOf(this.#points, own, centroids);
    const clustered = support.reduce((sum, w) => sum + w, 0);
    const { bicVariant } = this.request;
    return {
      k,
      labels,
      centroids,
      inertia,
      bic: k === 0 ? null : sphericalBic(support, inertia, this.#points.dimensions, bicVariant),
      bicVariant: k === 0 ? null : `spherical-${bicVariant}`,
      warnings,
      details: () => details,
      posterior: () =>
        sphericalPosterior(this.all, centroids, inertia / (this.#points.dimensions * Math.max(clustered, 1))),
    };
  }

  /**
   * Labels of all points from those of the fitted ones: a point that was not fitted takes the label of the nearest
   * fitted one; with `core`, of the nearest core point within `eps`, else −1.
   */
  #extend(labels: Int32Array, core?: Uint8Array, eps = Infinity): Int32Array {
    const { values, dimensions: d, weights } = this.all;
    const result = new Int32Array(weights.length).fill(-1);
    this.#rows.forEach((row, i) => result[row] = labels[i]);
    const limit = (eps * (1 + 1e-9)) ** 2;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] > 0) continue;
      let least = Infinity;
      for (let j = 0; j < labels.length; j++) {
        if (core !== undefined && core[j] === 0) continue;
        const squared = squaredDistance(values, i, this.#points.values, j, d);
        if (squared < least && squared <= limit) {
          least = squared;
          result[i] = labels[j];
        }
      }
    }
    return result;
  }
}

/** Values of `[K, …]` as one list a cluster, in the given order. */
function blocksOf(values: Float64Array, order: number[]): number[][] {
  const size = values.length / order.length;
  return order.map((c) => [...values.subarray(c * size, (c + 1) * size)]);
}

/** Means of the points by responsibility, float64 `[K, d]`. */
function softCentroids(points: Points, responsibilities: Float64Array, k: number): Float64Array {
  const { values, dimensions: d, weights } = points;
  const centroids = new Float64Array(k * d), mass = new Float64Array(k);
  for (let i = 0; i < weights.length; i++) {
    for (let c = 0; c < k; c++) {
      const share = weights[i] * responsibilities[i * k + c];
      mass[c] += share;
      for (let t = 0; t < d; t++) centroids[c * d + t] += share * values[i * d + t];
    }
  }
  return centroids.map((sum, q) => sum / Math.max(mass[Math.floor(q / d)], Number.MIN_VALUE));
}

function notConverged(what: string, k: number, iterations: number): string {
  return `${what} with ${k} clusters did not converge in ${iterations} iterations; raise max_iter`;
}
