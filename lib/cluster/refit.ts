/** Would the motifs be found again in other recordings? A clustering fitted anew, compared with the one that is known. */
import type { Motifs } from "../artifacts/motifs.ts";
import type { Random } from "../random.ts";
import { agreement } from "./judge/agreement.ts";
import { labelsOfPoints } from "./apply.ts";
import { gmmFromStarts } from "./fit/gmm_starts.ts";
import { scaledBy } from "./fit/fit.ts";
import { kmeans } from "./fit/kmeans.ts";
import { fitted } from "./points/points.ts";

/** How far a refit agrees. */
export interface RefitAgreement {
  /** Adjusted Rand index of the refit with the given labels over windows; `null` where nothing can be refitted. */
  ari: number | null;
  /** Windows that have a motif. */
  n: number;
  /** Why there is no index. */
  reason?: string;
}

const methods = ["kmeans", "gmm"] as const;

/**
 * Fits as many clusters anew, by the same method, to the windows of `motifs` alone, and compares them with the labels
 * that the windows have: 1 when the new windows would lead to the same motifs. Motifs that were merged afterwards are
 * refitted as before the merge; each new cluster then joins the motif that most of its windows have. The other methods
 * depend on settings that motifs do not carry (`eps`, linkage, digits).
 *
 * @param rows The windows to refit to, some perhaps several times; all where left out.
 */
export function refitAgreement(
  motifs: Motifs,
  rng: Random,
  rows: Iterable<number> = motifs.labels.keys(),
): RefitAgreement {
  const { pointValues: values, dimensions, points, labels, k, rule } = motifs;
  const method = methods.find((name) => name === motifs.method);
  const weights = new Float64Array(values.length / dimensions);
  let n = 0;
  for (const row of rows) {
    if (labels[row] < 0) continue;
    weights[points[row]]++;
    n++;
  }
  const clusters = motifs.clusters?.length ?? k;
  const distinct = weights.reduce((sum, w) => sum + (w > 0 ? 1 : 0), 0);
  if (method === undefined) return { ari: null, n, reason: `${motifs.method} is not refitted` };
  if (k < 2 || distinct <= clusters) {
    return { ari: null, n, reason: `${distinct} distinct points for ${clusters} clusters` };
  }
  const { points: drawn, rows: at } = fitted({ values, dimensions, weights });
  // k-means whose dimensions count unequally is a mixture of equal components.
  const metric = method === "kmeans" && rule?.kind === "mixture"
    ? rule.covariances.slice(0, dimensions).map((variance) => Math.sqrt(rule.covariances[0] / variance))
    : undefined;
  const near = metric === undefined ? drawn : scaledBy(drawn, metric);
  const fit = method === "kmeans" ? kmeans(near, clusters, rng) : gmmFromStarts(drawn, clusters, rng, {
    nInit: 10,
    maxIterations: 300,
    ...(rule?.kind === "mixture" ? { covariance: rule.covariance, regCovar: rule.regCovar } : {}),
  });
  const all = labelsOfPoints(motifs, weights.length);
  const known = Int32Array.from(at, (row) => all[row]);
  const found = clusters === k ? fit.labels : joined(fit.labels, known, drawn.weights);
  return { ari: agreement(known, found, drawn.weights).ari, n };
}

/** Each label replaced by the one of `known` that most of its weight has. */
function joined(labels: Int32Array, known: Int32Array, weights: Float64Array): Int32Array {
  const shares = new Map<number, Map<number, number>>();
  labels.forEach((label, i) => {
    const own = shares.get(label) ?? new Map<number, number>();
    shares.set(label, own.set(known[i], (own.get(known[i]) ?? 0) + weights[i]));
  });
  const motifOf = new Map(
    [...shares].map(([label, own]) => [label, [...own].reduce((a, b) => b[1] > a[1] ? b : a)[0]]),
  );
  return labels.map((label) => motifOf.get(label)!);
}
