/** Clusters windows into motifs: points, fits, choice of k, and the labels broadcast back to the windows. */
import type { Candidate, Motifs, Stability } from "../artifacts/motifs.ts";
import { halfWidths } from "../fsq/constants.ts";
import type { Random } from "../random.ts";
import { assemble, supportOrder } from "./assemble.ts";
import type { Candidates } from "./fit/candidates.ts";
import { candidatesOf } from "./fit/candidates.ts";
import type { Fit } from "./fit/fit.ts";
import { Fitter } from "./fit/fit.ts";
import { withinParts } from "./points/neighbor_means.ts";
import { prepare, type Prepared } from "./points/prepare.ts";
import type { ClusterRequest, Space } from "./request.ts";
import { silhouetteOf } from "./judge/score.ts";
import { selectK } from "./judge/select_k.ts";
import { bootstrapStability, drawSubjects } from "./judge/stability.ts";

type Progress = (fraction: number, message: string) => void;

/**
 * Clusters the windows of a request.
 *
 * One distinct point gives one cluster with a warning; no core point (DBSCAN) gives K = 0 and labels −1.
 *
 * @param rng Randomness of the starts.
 * @param progress Called with the share done and what is being fitted.
 * @throws InputError for data that cannot be clustered as asked.
 */
export function clusterWindows(request: ClusterRequest, rng: Random, progress: Progress = () => {}): Motifs {
  const prepared = prepare({ ...request, ...cutByParts(request) });
  const { points, space } = prepared;
  const settled = { ...request, regCovar: request.regCovar ?? uniformCellVariance(request, space) };
  const fitter = new Fitter(points, settled, rng);
  const candidates = candidatesOf(request, prepared, fitter);
  const score = silhouetteOf(fitter, space);
  const fits: Fit[] = [];
  const curve: Candidate[] = [];
  const errors: (number | null)[] = [];
  for (const [i, k] of candidates.ks.entries()) {
    progress(i / candidates.ks.length, `${request.method}: ${k === null ? "density" : `${k} clusters`}`);
    const fit = fitter.fit(k);
    fits.push(fit);
    const { value, error } = score(fit);
    errors.push(error);
    curve.push({ k: fit.k, bic: fit.bic, silhouette: value, inertia: fit.inertia });
  }
  const choice = choose(request, candidates, curve);
  const fit = fits[choice.at];
  const ranking = supportOrder(points, fit);
  const refits = request.bootstraps !== undefined && request.bootstraps > 0 && fit.k > 0;
  const stability = refits
    ? { stability: stabilityOf(fit, ranking.order, fitter, settled, prepared, rng, progress) }
    : {};
  return assemble(points, fit, ranking, {
    method: request.method,
    space,
    silhouette: curve[choice.at].silhouette,
    silhouetteError: errors[choice.at],
    reason: choice.reason,
    curve,
    hitBoundary: choice.hitBoundary,
    mergeLog: [],
    warnings: [
      ...prepared.warnings,
      ...candidates.warnings,
      ...choice.warnings,
      ...densityWarnings(request, space, fit),
      ...fit.warnings,
    ],
    ...stability,
    ...(request.neighbors ? { neighbors: request.neighbors } : {}),
    clustered: prepared.clustered,
    details: { ...candidates.details, ...choice.details, ...fit.details },
  });
}

/** What follows each other within a part: no training window is averaged with those that judge. */
function cutByParts({ stretches, split }: ClusterRequest): Pick<ClusterRequest, "stretches"> {
  return stretches === undefined || split === undefined ? {} : { stretches: withinParts(stretches, split) };
}

interface Choice {
  /** Position of the chosen candidate. */
  at: number;
  reason: string;
  hitBoundary: boolean;
  warnings: string[];
  details: Motifs["details"];
}

function choose(request: ClusterRequest, { reason }: Candidates, curve: Candidate[]): Choice {
  if (reason !== "range") return { at: 0, reason, hitBoundary: false, warnings: [], details: {} };
  const { k, deltaBic, ...rest } = selectK(curve, request.criterion);
  return {
    at: curve.findIndex((c) => c.k === k),
    ...rest,
    details: { criterion: request.criterion, deltaBic },
  };
}

/** Refits with resampled windows; the motifs themselves do not depend on it. */
function stabilityOf(
  fit: Fit,
  order: number[],
  fitter: Fitter,
  request: ClusterRequest,
  { points, fit: fitted }: Prepared,
  rng: Random,
  progress: Progress,
): Stability {
  const { subjects } = request;
  const draw = subjects && drawSubjects(points.index, subjects, fitted, fitter.all.weights.length);
  const own = rng.fork("bootstrap");
  let done = 0;
  const refit = (weights: Float64Array) => {
    progress(done++ / request.bootstraps!, `bootstrap ${done}/${request.bootstraps}`);
    const sample = new Fitter({ ...fitter.all, weights }, request, own);
    // A sample can hold fewer distinct points than there are clusters.
    return sample.fit(request.method === "dbscan" ? null : Math.min(fit.k, sample.points.weights.length))
      .labels;
  };
  const stability = bootstrapStability(
    fitter.all.weights,
    fit.labels,
    fit.k,
    refit,
    request.bootstraps!,
    own,
    draw,
  );
  return {
    ...stability,
    drawn: draw === undefined ? "windows" : "subjects",
    jaccard: order.map((c) => stability.jaccard[c]),
  };
}

/** What is added to the variances of mixtures: scikit-learn's 1e-6, on the lattice of codes the variance of a cell. */
function uniformCellVariance({ codes }: ClusterRequest, space: Space): number {
  if (space === "latent") return 1e-6;
  const { levels } = codes!;
  return halfWidths(levels).reduce((sum, width) => sum + 1 / (12 * width ** 2), 0) / levels.length;
}

function densityWarnings(request: ClusterRequest, space: Space, fit: Fit): string[] {
  if (request.method !== "dbscan") return [];
  const warnings: string[] = [];
  if (fit.k === 0) {
    warnings.push(`No window has ${request.minSamples} neighbours within eps: all are noise`);
  }
  const step = space === "code" ? 1 / Math.max(...halfWidths(request.codes!.levels)) : 0;
  if (request.eps < step * (1 - 1e-9)) {
    warnings.push(
      `eps = ${request.eps} is below the smallest step between codes, ${
        step.toPrecision(3)
      }: no code has a neighbour`,
    );
  }
  return warnings;
}
