/** Clusters windows into motifs: points, fits, choice of k, and the labels broadcast back to the windows. */
import type { Candidate, Motifs } from "../artifacts/motifs.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import { clustersAt } from "./cut.ts";
import type { Fit } from "./fit.ts";
import { Fitter } from "./fit.ts";
import { coarsen } from "./latent_points.ts";
import type { IndexedPoints } from "./points.ts";
import { sizeOf } from "./points.ts";
import { prepare } from "./prepare.ts";
import type { ClusterRequest, Space } from "./request.ts";
import { selectK } from "./select_k.ts";
import { silhouette } from "./silhouette.ts";

/** Most points that are compared pair by pair; more are gathered on a coarser grid for the silhouette alone. */
const silhouetteLimit = { code: 20000, latent: 4096 };

/**
 * Clusters the windows of a request.
 *
 * One distinct point gives one cluster with a warning; no core point (DBSCAN) gives K = 0 and labels −1.
 *
 * @param rng Randomness of the starts.
 * @param progress Called with the number of clusters being fitted.
 * @throws InputError for data that cannot be clustered as asked.
 */
export function clusterWindows(
  request: ClusterRequest,
  rng: Random,
  progress: (fraction: number, message: string) => void = () => {},
): Motifs {
  const { points, space, details, warnings } = prepare(request);
  const { regCovar = uniformCellVariance(request, space) } = request;
  const fitter = new Fitter(points, { ...request, regCovar }, rng);
  const candidates = candidatesOf(request, fitter);
  const fits = new Map<number, Fit>();
  const curve: Candidate[] = [];
  const score = silhouetteOf(fitter, space);
  for (const [i, k] of candidates.entries()) {
    progress(i / candidates.length, `${request.method}: ${k === null ? "density" : `${k} clusters`}`);
    const fit = k === null ? fitter.dbscan() : fitter.fit(k);
    fits.set(fit.k, fit);
    curve.push({ k: fit.k, bic: fit.bic, silhouette: score(fit), inertia: fit.inertia });
  }
  let chosen = fits.get(curve[0].k)!;
  let reason = request.method === "dbscan" ? "density" : request.k !== undefined ? "given" : "height";
  let hitBoundary = false;
  if (request.kRange !== undefined && request.method !== "dbscan") {
    if (sizeOf(fitter.points) === 1) {
      reason = "single-point";
      warnings.push("All windows lie on one point: they form one motif");
    } else {
      const selection = selectK(curve, request.criterion);
      chosen = fits.get(selection.k)!;
      ({ reason, hitBoundary } = selection);
      warnings.push(...selection.warnings);
      details.criterion = request.criterion;
      details.deltaBic = selection.deltaBic;
      details.range = [curve[0].k, curve.at(-1)!.k];
      if (curve.at(-1)!.k < request.kRange[1]) {
        warnings.push(
          `k was tried up to ${curve.at(-1)!.k}, not ${request.kRange[1]}: ` +
            `there are only ${sizeOf(fitter.points)} distinct points`,
        );
      }
    }
  }
  if (chosen.k === 0) {
    warnings.push(`No window has ${request.minSamples} neighbours within eps: all are noise`);
  }
  if (request.method === "dbscan" && space === "code") {
    const step = Math.min(...request.codes!.levels.map((level) => 1 / Math.floor(level / 2)));
    if (request.eps < step * (1 - 1e-9)) {
      warnings.push(
        `eps = ${request.eps} is below the smallest step between codes, ${
          step.toPrecision(3)
        }: no code has a neighbour`,
      );
    }
  }
  warnings.push(...chosen.warnings);
  Object.assign(details, chosen.details);
  return assemble(points, chosen, {
    method: request.method,
    space,
    silhouette: curve.find((c) => c.k === chosen.k)!.silhouette,
    reason,
    curve,
    hitBoundary,
    mergeLog: [],
    warnings,
    details,
  });
}

/** What is added to the variances of mixtures: scikit-learn's 1e-6, on the lattice of codes the variance of a cell. */
function uniformCellVariance({ codes }: ClusterRequest, space: Space): number {
  if (space === "latent") return 1e-6;
  return codes!.levels.reduce((sum, level) => sum + 1 / (12 * Math.floor(level / 2) ** 2), 0) /
    codes!.levels.length;
}

/** Numbers of clusters to fit; `null` where the method finds its own. */
function candidatesOf(request: ClusterRequest, fitter: Fitter): (number | null)[] {
  const { method, k, kRange, height } = request;
  const m = sizeOf(fitter.points);
  if (method === "dbscan") return [null];
  if (k !== undefined) {
    if (k > m) {
      throw new InputError(`Cannot form ${k} clusters: there are only ${m} distinct points`, {
        hint: "Lower `k`, use more levels, or look for a collapsed codebook.",
      });
    }
    return [k];
  }
  if (kRange === undefined) {
    if (method !== "hierarchical" || height === undefined) {
      throw new InputError(`Cannot cluster by ${method}: neither k nor k_range is given`);
    }
    return [clustersAt(fitter.tree, height)];
  }
  if (m === 1) return [1];
  const [min, max] = kRange;
  const last = Math.min(max, m - 1);
  if (min > last) {
    throw new InputError(
      `Cannot choose k from ${min} to ${max}: ${m} distinct points allow at most ${m - 1} clusters`,
      { hint: "Lower the range, use more levels, or look for a collapsed codebook." },
    );
  }
  return Array.from({ length: last - min + 1 }, (_, i) => min + i);
}

/** Silhouette of a fit on the points that shaped it, gathered where they are many; null where it is undefined. */
function silhouetteOf(fitter: Fitter, space: Space): (fit: Fit) => number | null {
  const { points, index } = coarsen(fitter.points, silhouetteLimit[space]);
  const cells = sizeOf(points);
  return (fit) => {
    const labels = fitter.restrict(fit.labels);
    // A cell that clusters share becomes one point for each of them.
    const parts = new Map<number, { cell: number; label: number; weight: number }>();
    labels.forEach((label, i) => {
      if (label < 0) return;
      const key = label * cells + index[i];
      const part = parts.get(key) ?? { cell: index[i], label, weight: 0 };
      part.weight += fitter.points.weights[i];
      parts.set(key, part);
    });
    const shares = [...parts.values()];
    const present = new Set(shares.map((part) => part.label)).size;
    if (present < 2 || present >= shares.length) return null;
    const d = points.dimensions;
    const values = new Float64Array(shares.length * d);
    shares.forEach(({ cell }, i) => values.set(points.values.subarray(cell * d, cell * d + d), i * d));
    const weights = Float64Array.from(shares, (part) => part.weight);
    return silhouette(
      { values, dimensions: d, weights },
      Int32Array.from(shares, (part) => part.label),
      fit.k,
    );
  };
}

/** Numbers clusters by descending support in windows and broadcasts them. */
function assemble(
  points: IndexedPoints,
  fit: Fit,
  facts: Pick<
    Motifs,
    | "method"
    | "space"
    | "silhouette"
    | "reason"
    | "curve"
    | "hitBoundary"
    | "mergeLog"
    | "warnings"
    | "details"
  >,
): Motifs {
  const { k } = fit;
  const d = points.dimensions;
  const windows = new Float64Array(sizeOf(points));
  for (const i of points.index) windows[i]++;
  const byCluster = new Array<number>(k).fill(0);
  fit.labels.forEach((label, i) => label >= 0 && (byCluster[label] += windows[i]));
  const order = Array.from({ length: k }, (_, c) => c).sort((a, b) => byCluster[b] - byCluster[a] || a - b);
  const rank = new Int32Array(k);
  order.forEach((old, id) => rank[old] = id);
  const labels = fit.labels.map((label) => label < 0 ? -1 : rank[label]);
  const soft = fit.posterior();
  const posterior = new Float32Array(soft.length);
  const centroids = new Float64Array(k * d);
  order.forEach((old, id) => {
    for (let i = 0; i < labels.length; i++) posterior[i * k + id] = soft[i * k + old];
    centroids.set(fit.centroids.subarray(old * d, old * d + d), id * d);
  });
  return {
    labels: Int32Array.from(points.index, (i) => labels[i]),
    k,
    points: points.index,
    posterior,
    centroids,
    dimensions: d,
    pointValues: points.values,
    support: order.map((old) => byCluster[old]),
    inertia: fit.inertia,
    bic: fit.bic,
    bicVariant: fit.bicVariant,
    ...facts,
  };
}
