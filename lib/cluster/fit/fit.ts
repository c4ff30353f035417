/** One clustering of weighted points by any method, in one form. */
import type { Json } from "../../artifacts/artifact.ts";
import type { FittedRule } from "../../artifacts/motifs.ts";
import type { Random } from "../../random.ts";
import { cut } from "./cut.ts";
import { dbscan } from "./dbscan.ts";
import { gmmFromStarts } from "./gmm_starts.ts";
import type { Dendrogram } from "./hierarchical.ts";
import { dendrogram } from "./hierarchical.ts";
import { kmeans, plusPlus } from "./kmeans.ts";
import { latentClasses } from "./latent_classes.ts";
import { lloyd } from "./lloyd.ts";
import type { IndexedPoints, Points } from "../points/points.ts";
import { centroidsOf, fitted, inertiaOf, rowsOf, totalWeight } from "../points/points.ts";
import { sphericalPosterior } from "./posterior.ts";
import { assignByRule } from "./rule.ts";
import { placeDigits } from "../points/code_points.ts";
import type { ClusterRequest } from "../request.ts";
import { sphericalBic } from "./bic.ts";

/** A clustering: fitted on the points of positive weight, extended to all points. */
export interface Fit {
  k: number;
  /** int32 `[M]`, −1 noise. */
  labels: Int32Array;
  /** float64 `[K, d]`. */
  centroids: Float64Array;
  /** How any point gets its cluster. */
  rule: FittedRule;
  inertia: number;
  bic: number | null;
  bicVariant: string | null;
  warnings: string[];
  /** Further facts. */
  details: { [key: string]: Json };
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
        return this.#neighbor(cut(this.tree, k!), k!, [...this.#rows.keys()], null, {
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
    const anchors = [...core.keys()].filter((i) => core[i] === 1);
    const fit = this.#neighbor(labels, k, anchors, eps, {
      corePoints: anchors.length,
      noiseShare: this.#points.weights.reduce((sum, w, i) => sum + (labels[i] < 0 ? w : 0), 0) /
        totalWeight(this.#points),
    });
    return { ...fit, bic: null, bicVariant: null };
  }

  /** Labels of the fitted points, handed on by anchors to points that were not fitted. */
  #neighbor(
    labels: Int32Array,
    k: number,
    anchors: number[],
    eps: number | null,
    details: { [key: string]: Json },
  ): Fit {
    const all = new Int32Array(this.all.weights.length).fill(-1);
    this.#rows.forEach((row, i) => all[row] = labels[i]);
    const { centroids } = centroidsOf(this.#points, labels, k);
    const rule = (variance: number): FittedRule => ({
      kind: "neighbor",
      anchors: [...rowsOf(this.#points, anchors).values],
      labels: anchors.map((i) => labels[i]),
      eps,
      centroids: [...centroids],
      variance,
    });
    // The fit's own labels stand: a border point of DBSCAN may lie nearer to a core point of another cluster.
    const others = Uint32Array.from(this.all.weights.keys().filter((row) => this.all.weights[row] === 0));
    const handed = assignByRule(rule(0), rowsOf(this.all, others)).labels;
    others.forEach((row, i) => all[row] = handed[i]);
    return this.#hard(all, k, [], details, centroids, rule);
  }

  #kmeans(k: number): Fit {
    const { metric } = this.all;
    return metric === undefined ? this.#equalKmeans(k) : this.#weighedKmeans(k, metric);
  }

  /**
   * k-means where dimensions count by `metric`. Its rule is a mixture of equal normal components, whose posterior is largest
   * at the centre that is nearest in that metric, so that all that knows mixtures knows it.
   */
  #weighedKmeans(k: number, metric: readonly number[]): Fit {
    const d = this.#points.dimensions;
    const points = scaledBy(this.#points, metric);
    const fit = kmeans(points, k, this.rng, this.request);
    const means = fit.centroids.map((x, i) => x / metric[i % d]);
    const variance = Math.max(1e-12, fit.inertia / (d * Math.max(1, totalWeight(points))));
    const rule: FittedRule = {
      kind: "mixture",
      covariance: "diag",
      regCovar: 0,
      weights: Array.from({ length: k }, () => 1 / k),
      means: [...means],
      covariances: Array.from({ length: k * d }, (_, i) => variance / metric[i % d] ** 2),
    };
    const { labels, posterior } = assignByRule(rule, this.all);
    const own = this.restrict(labels);
    const { bicVariant } = this.request;
    return {
      k,
      labels,
      centroids: means,
      rule,
      inertia: inertiaOf(this.#points, own, means),
      bic: sphericalBic(centroidsOf(points, own, k).support, fit.inertia, d, bicVariant),
      bicVariant: `spherical-${bicVariant}`,
      warnings: fit.converged ? [] : [notConverged("k-means", k, fit.iterations)],
      details: { iterations: fit.iterations, metric: [...metric] },
      posterior: () => posterior,
    };
  }

  #equalKmeans(k: number): Fit {
    const fit = kmeans(this.#points, k, this.rng, this.request);
    const rule = (variance: number): FittedRule => ({
      kind: "centroid",
      centroids: [...fit.centroids],
      variance,
    });
    const { labels } = assignByRule(rule(0), this.all);
    const warnings = fit.converged ? [] : [notConverged("k-means", k, fit.iterations)];
    return this.#hard(labels, k, warnings, { iterations: fit.iterations }, fit.centroids, rule);
  }

  #gmm(k: number): Fit {
    const { covariance, regCovar = 1e-6, tolerance, maxIterations = 300, nInit } = this.request;
    const options = { covariance, regCovar, tolerance, maxIterations, nInit };
    const fit = gmmFromStarts(this.#points, k, this.rng, options);
    const rule: FittedRule = {
      kind: "mixture",
      covariance,
      regCovar,
      weights: [...fit.weights],
      means: [...fit.means],
      covariances: [...fit.covariances],
    };
    const { labels, posterior } = assignByRule(rule, this.all);
    return {
      k,
      labels,
      centroids: fit.means,
      rule,
      inertia: inertiaOf(this.#points, this.restrict(labels), fit.means),
      bic: fit.bic,
      bicVariant: `gmm-${covariance}`,
      warnings: fit.converged ? [] : [notConverged("The mixture", k, fit.iterations)],
      details: { iterations: fit.iterations, logLikelihood: fit.logLikelihood },
      posterior: () => posterior,
    };
  }

  #latentClasses(k: number): Fit {
    const { codes, nInit, tolerance, maxIterations } = this.request;
    const { levels } = codes!;
    const { values, weights } = this.#points;
    const digits = { digits: placeDigits(values, levels), levels, weights };
    const starts = Array.from(
      { length: nInit },
      () => lloyd(this.#points, plusPlus(this.#points, k, this.rng), { maxIterations: 10 }).labels,
    );
    const fit = latentClasses(digits, k, starts, { tolerance, maxIterations });
    const rule: FittedRule = {
      kind: "classes",
      levels: [...levels],
      weights: [...fit.weights],
      tables: [...fit.tables],
    };
    const { labels, posterior } = assignByRule(rule, this.all);
    const centroids = softCentroids(this.#points, fit.responsibilities, k);
    return {
      k,
      labels,
      centroids,
      rule,
      inertia: inertiaOf(this.#points, this.restrict(labels), centroids),
      bic: fit.bic,
      bicVariant: "latent-class",
      warnings: fit.converged ? [] : [notConverged("The latent class model", k, fit.history.length)],
      details: { iterations: fit.history.length, logLikelihood: fit.logLikelihood },
      posterior: () => posterior,
    };
  }

  #hard(
    labels: Int32Array,
    k: number,
    warnings: string[],
    details: { [key: string]: Json },
    centroids: Float64Array,
    ruleOf: (variance: number) => FittedRule,
  ): Fit {
    const own = this.restrict(labels);
    const { support } = centroidsOf(this.#points, own, k);
    const inertia = inertiaOf(this.#points, own, centroids);
    const clustered = support.reduce((sum, w) => sum + w, 0);
    const { bicVariant } = this.request;
    const variance = inertia / (this.#points.dimensions * Math.max(clustered, 1));
    return {
      k,
      labels,
      centroids,
      rule: ruleOf(variance),
      inertia,
      bic: sphericalBic(support, inertia, this.#points.dimensions, bicVariant),
      bicVariant: `spherical-${bicVariant}`,
      warnings,
      details,
      posterior: () => sphericalPosterior(this.all, centroids, variance),
    };
  }
}

/** Points whose dimensions are stretched. */
export function scaledBy<T extends Points>(points: T, factors: readonly number[]): T {
  return { ...points, values: points.values.map((x, i) => x * factors[i % points.dimensions]) };
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
