/** How far clusters depend on the sample: refits on bootstrap samples, compared with the clustering of all windows. */
import type { Stability } from "../../artifacts/motifs.ts";
import type { Random } from "../../random.ts";
import { agreement } from "./agreement.ts";

/** Clusters whose mean Jaccard index is at least this are called stable (Hennig 2007). */
const STABLE_JACCARD = 0.75;

/**
 * Refits a clustering on bootstrap samples.
 *
 * @param weights float64 `[M]`: windows by point that shaped the reference; 0 for points outside the fit.
 * @param reference int32 `[M]`: labels of the reference clustering of `k` clusters.
 * @param refit Labels `[M]` of all points from a fit with other weights.
 * @param draw Weights of a sample; by default windows are drawn one by one, so that neighbouring and overlapping windows
 * count as independent: the result is then an upper bound of the stability over new people.
 */
export function bootstrapStability(
  weights: Float64Array,
  reference: Int32Array,
  k: number,
  refit: (weights: Float64Array) => Int32Array,
  refits: number,
  rng: Random,
  draw: (rng: Random) => Float64Array = () => resample(weights, rng),
): Stability {
  const ari: number[] = [];
  const jaccard = new Array<number>(k).fill(0);
  for (let b = 0; b < refits; b++) {
    const labels = refit(draw(rng));
    ari.push(agreement(reference, labels, weights).ari);
    bestJaccard(reference, labels, weights, k).forEach((value, c) => jaccard[c] += value / refits);
  }
  ari.sort((a, b) => a - b);
  const middle = (ari.length - 1) / 2;
  return {
    n: refits,
    ari,
    median: (ari[Math.floor(middle)] + ari[Math.ceil(middle)]) / 2,
    min: ari[0],
    max: ari[ari.length - 1],
    jaccard,
    stable: jaccard.filter((value) => value >= STABLE_JACCARD).length,
  };
}

/**
 * A multinomial sample of as many rows as the weights add up to.
 *
 * @param weights Whole numbers.
 */
export function resample(weights: Float64Array, rng: Random): Float64Array {
  const ends = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((w, i) => ends[i] = total += w);
  const drawn = new Float64Array(weights.length);
  for (let n = 0; n < total; n++) {
    const at = rng.uniform() * total;
    let low = 0, high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > at) high = middle;
      else low = middle + 1;
    }
    drawn[low]++;
  }
  return drawn;
}

/** The largest Jaccard index of each reference cluster with any other cluster, noise left out of both. */
function bestJaccard(reference: Int32Array, labels: Int32Array, weights: Float64Array, k: number): number[] {
  const other = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const both = new Float64Array(k * other), first = new Float64Array(k), second = new Float64Array(other);
  for (let i = 0; i < weights.length; i++) {
    if (reference[i] >= 0) first[reference[i]] += weights[i];
    if (labels[i] >= 0) second[labels[i]] += weights[i];
    if (reference[i] >= 0 && labels[i] >= 0) both[reference[i] * other + labels[i]] += weights[i];
  }
  return Array.from(first, (size, c) => {
    let best = 0;
    for (let o = 0; o < other; o++) {
      const shared = both[c * other + o];
      const union = size + second[o] - shared;
      if (union > 0) best = Math.max(best, shared / union);
    }
    return best;
  });
}

/**
 * A drawer of whole subjects, as many as there are, each with all its windows.
 *
 * @param points Point of each window.
 * @param subjects Subject of each window.
 * @param fitted Whether a window shaped the clusters; all did where absent.
 * @param count Number of points.
 * @returns `undefined` for fewer than two subjects, who cannot be drawn.
 */
export function drawSubjects(
  points: ArrayLike<number>,
  subjects: ArrayLike<number>,
  fitted: ArrayLike<number> | undefined,
  count: number,
): ((rng: Random) => Float64Array) | undefined {
  const own = new Map<number, number[]>();
  for (let i = 0; i < points.length; i++) {
    if (fitted !== undefined && fitted[i] === 0) continue;
    const rows = own.get(subjects[i]);
    if (rows === undefined) own.set(subjects[i], [points[i]]);
    else rows.push(points[i]);
  }
  const people = [...own.values()];
  if (people.length < 2) return undefined;
  return (rng) => {
    const weights = new Float64Array(count);
    for (let i = 0; i < people.length; i++) for (const p of people[rng.below(people.length)]) weights[p]++;
    return weights;
  };
}
