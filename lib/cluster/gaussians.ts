/** The rule of a fit as Gaussians that any host evaluates: one formula for k-means and for mixtures of every form. */
import type { FittedRule } from "../artifacts/motifs.ts";
import { inverseCholesky } from "./fit/gaussian.ts";

/**
 * Clusters `c` score a point x by `offsets[c] − ½ ‖W_c (x − means[c])‖²`; the largest score is the label (the first on
 * ties), and the softmax of the scores the posterior.
 */
export interface Gaussians {
  /** `[C]`. */
  offsets: number[];
  /** `[C, d]`. */
  means: number[];
  /** `[C, d, d]`, row-major. */
  whitening: number[];
}

/** Least variance, as in the posterior of a fit without spread. */
const floor = 1e-12;

/** Undefined for rules that are none of Gaussians: classes of digits, and nearest neighbours. */
export function gaussiansOf(rule: FittedRule, d: number): Gaussians | undefined {
  if (rule.kind === "centroid") {
    const edge = 1 / Math.sqrt(Math.max(rule.variance, floor));
    const means = [...rule.centroids];
    const clusters = means.length / d;
    return {
      offsets: new Array(clusters).fill(0),
      means,
      whitening: Array.from({ length: clusters }, () => diagonal(new Array(d).fill(edge))).flat(),
    };
  }
  if (rule.kind !== "mixture") return undefined;
  const factors = rule.weights.map((_, c) => factorOf(rule, c, d));
  return {
    // What all clusters share, d/2 log 2π, changes no posterior.
    offsets: rule.weights.map((weight, c) =>
      factors[c].reduce((sum, value, i) => i % (d + 1) === 0 ? sum + Math.log(value) : sum, Math.log(weight))
    ),
    means: [...rule.means],
    whitening: factors.flat(),
  };
}

/** A matrix W with Wᵀ W the inverse of the covariance of one component. */
function factorOf(
  { covariance, covariances }: Extract<FittedRule, { kind: "mixture" }>,
  c: number,
  d: number,
) {
  if (covariance === "full" || covariance === "tied") {
    const start = covariance === "tied" ? 0 : c * d * d;
    return [...inverseCholesky(Float64Array.from(covariances.slice(start, start + d * d)), d)];
  }
  const variances = covariance === "diag"
    ? covariances.slice(c * d, (c + 1) * d)
    : new Array(d).fill(covariances[c]);
  return diagonal(variances.map((variance) => 1 / Math.sqrt(variance)));
}

function diagonal(values: number[]): number[] {
  return values.flatMap((value, i) => values.map((_, j) => i === j ? value : 0));
}
