/** Gaussian mixtures from several starts: EM stays near where it begins, and k-means begins with round clusters. */
import type { Random } from "../../random.ts";
import type { Points } from "../points/points.ts";
import { centroidsOf, rowsOf, sizeOf, totalWeight } from "../points/points.ts";
import { inverseCholesky } from "./gaussian.ts";
import type { GmmFit, GmmOptions } from "./gmm.ts";
import { gmm } from "./gmm.ts";
import { kmeans } from "./kmeans.ts";

/** Rounds of each start before the best one is carried on (short runs of EM, Biernacki et al. 2003). */
const SHORT = 30;
/** Most points that the short runs look at. */
const SAMPLE = 4096;

/**
 * The likeliest of the mixtures that EM reaches from k-means, from k-means in the shape that clusters share,
 * and from random responsibilities. Elongated clusters side by side, which k-means cuts across, are found by the others. A start other
 * than k-means counts only where each component holds twice the points that its covariance needs: a mixture's
 * likelihood grows without bound on a component that shrinks onto a few.
 *
 * @param options `nInit` starts of k-means, and as many of EM.
 */
export function gmmFromStarts(
  points: Points,
  k: number,
  rng: Random,
  { nInit, ...options }: GmmOptions & { nInit: number },
): GmmFit {
  const fit = gmm(points, k, kmeans(points, k, rng, { nInit }).labels, options);
  if (k === 1 || nInit < 2) return fit;
  const own = rng.fork(`mixtures of ${k}`);
  const sample = sampleOf(points, own);
  if (sizeOf(sample) < k) return fit;
  let best: GmmFit | undefined;
  for (let start = 1; start < nInit; start++) {
    const from = (start % 2 === 1 ? bySharedShape(sample, k, own) : undefined) ??
      randomResponsibilities(sizeOf(sample), k, own);
    // A gain below the tolerance does not end a short run: random responsibilities begin on a plateau.
    const short = unlessSingular(() =>
      gmm(sample, k, from, { ...options, tolerance: 0, maxIterations: SHORT })
    );
    if (short === undefined || !holds(short, sample)) continue;
    if (best === undefined || short.logLikelihood > best.logLikelihood) best = short;
  }
  if (best === undefined) return fit;
  const other = unlessSingular(() => gmm(points, k, best, options));
  if (other === undefined) return fit;
  const gain = (other.logLikelihood - fit.logLikelihood) / totalWeight(points);
  return gain > (options.tolerance ?? 1e-3) && holds(other, points) ? other : fit;
}

/** `undefined` where a covariance is not positive definite: another start may well do. */
function unlessSingular<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether every component holds more rows than twice the d + 1 points that span its covariance. */
function holds({ weights }: GmmFit, points: Points): boolean {
  return weights.every((weight) => weight * totalWeight(points) > 2 * (points.dimensions + 1));
}

function sampleOf(points: Points, rng: Random): Points {
  const m = sizeOf(points);
  if (m <= SAMPLE) return points;
  const rows = Array.from({ length: m }, (_, i) => i);
  rng.shuffle(rows);
  return rowsOf(points, rows.slice(0, SAMPLE).sort((a, b) => a - b));
}

/** Rounds of measuring the shape that clusters share. */
const SHAPES = 5;

/** k-means on points scaled to unit covariance, then on points scaled to that within the clusters it found, and so on. */
function bySharedShape(points: Points, k: number, rng: Random): Int32Array | undefined {
  let labels: Int32Array = new Int32Array(sizeOf(points));
  for (let round = 0; round < SHAPES; round++) {
    const scaled = whitened(points, labels, round === 0 ? 1 : k);
    if (scaled === undefined) return round === 0 ? undefined : labels;
    labels = kmeans(scaled, k, rng, { nInit: 1 }).labels;
  }
  return labels;
}

/** Points scaled so that their covariance within clusters is one; none where it is singular. */
function whitened(points: Points, labels: Int32Array, k: number): Points | undefined {
  const { values, dimensions: d, weights } = points;
  const { centroids } = centroidsOf(points, labels, k), total = totalWeight(points);
  const covariance = new Float64Array(d * d), diff = new Float64Array(d);
  for (let i = 0; i < weights.length; i++) {
    for (let t = 0; t < d; t++) diff[t] = values[i * d + t] - centroids[labels[i] * d + t];
    for (let q = 0; q < d * d; q++) {
      covariance[q] += weights[i] / total * diff[Math.floor(q / d)] * diff[q % d];
    }
  }
  const inverse = unlessSingular(() => inverseCholesky(covariance, d));
  if (inverse === undefined) return undefined;
  const out = new Float64Array(values.length);
  for (let i = 0; i < weights.length; i++) {
    for (let r = 0; r < d; r++) {
      for (let t = 0; t <= r; t++) out[i * d + r] += inverse[r * d + t] * values[i * d + t];
    }
  }
  return { values: out, dimensions: d, weights };
}

/** float64 `[M, k]`, rows uniform on the simplex. */
function randomResponsibilities(m: number, k: number, rng: Random): Float64Array {
  const out = new Float64Array(m * k);
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += out[i * k + c] = -Math.log(1 - rng.uniform());
    for (let c = 0; c < k; c++) out[i * k + c] /= sum;
  }
  return out;
}
