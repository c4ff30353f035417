/** From codes or latents of windows to the weighted points that are clustered. */
import { InputError } from "../../errors.ts";
import type { Codes } from "../../artifacts/codes.ts";
import type { ClusteredPoints } from "../../artifacts/motifs.ts";
import type { Split } from "../../artifacts/split.ts";
import { pointsOfCodes } from "./code_points.ts";
import { boundedLatents, checkFinite, checkLoss, coarsen, pointsOfRows } from "./latent_points.ts";
import { neighborMeans } from "./neighbor_means.ts";
import { persistentMetric } from "./persistent_metric.ts";
import type { IndexedPoints } from "./points.ts";
import { sizeOf } from "./points.ts";
import type { ClusterRequest, Method, Space } from "../request.ts";

/** Most points for methods whose cost grows with M, and for those whose cost grows with M². */
const linearLimit = 32768, quadraticLimit = 8192;

/** The part of a request that decides what the points are. */
export type PointsRequest =
  & Pick<
    ClusterRequest,
    | "codes"
    | "latents"
    | "split"
    | "method"
    | "space"
    | "kRange"
    | "criterion"
    | "maxPoints"
    | "weigh"
    | "neighbors"
    | "stretches"
  >
  & {
    /** That there are no windows is no mistake. */
    mayBeNone?: boolean;
  };

export interface Prepared {
  points: IndexedPoints;
  space: Space;
  /** uint8 `[N]`: 1 for windows that shape the clusters; all do where undefined. */
  fit: Uint8Array | undefined;
  /** What the points are. */
  clustered: ClusteredPoints;
  warnings: string[];
}

/** Value of `Split.part` for training windows. */
const trainingPart = 1;

/**
 * The space a request is about. Without `space`, a given number of clusters is formed from codes, and a number that is
 * to be chosen is chosen on latents: on codes, BIC falls with every further cluster that shrinks onto one code.
 */
function spaceOf(request: PointsRequest): Space {
  const { codes, latents, method, space, kRange, criterion } = request;
  if (codes === undefined && latents === undefined) {
    throw new InputError("Cannot cluster: neither codes nor latents are connected");
  }
  if (method === "lca") {
    if (codes === undefined || space === "latent") {
      throw new InputError(
        "Cannot fit latent classes: they are classes of codes, and no codes are clustered",
        {
          hint: "Connect a quantize step and leave out `space: latent`.",
        },
      );
    }
    return "code";
  }
  const chosen = space ??
    (codes === undefined || (kRange !== undefined && latents !== undefined) ? "latent" : "code");
  if ((chosen === "code" ? codes : latents) === undefined) {
    throw new InputError(`Cannot cluster in space ${chosen}: no ${chosen}s are connected`, {
      hint: `Add the step that makes ${chosen}s to \`from\`.`,
    });
  }
  if (chosen === "code" && kRange !== undefined && criterion === "bic" && method !== "dbscan") {
    throw new InputError(
      "Cannot choose k by BIC on codes: components shrink onto single codes and the largest k always wins",
      { hint: "Connect latents, or use `method: lca`, `criterion: silhouette` or a fixed `k`." },
    );
  }
  return chosen;
}

/** Makes the points of a request. */
export function prepare(request: PointsRequest): Prepared {
  const { codes, latents, split } = request;
  const space = spaceOf(request);
  const windows = space === "code" ? codes!.codes.length : latents!.latents.length / latents!.dimensions;
  if (windows === 0 && request.mayBeNone !== true) {
    throw new InputError("Cannot cluster: there are no windows");
  }
  if (codes !== undefined && latents !== undefined) {
    const rows = latents.latents.length / latents.dimensions;
    if (rows !== codes.codes.length) {
      throw new InputError(`Cannot cluster: there are ${rows} latents and ${codes.codes.length} codes`, {
        hint: "Connect latents and codes of the same windows.",
      });
    }
  }
  const fit = trainingRows(split, windows);
  const limit = request.maxPoints ?? limitOf(request.method);
  const warnings: string[] = [];
  let points: IndexedPoints;
  let scale: ClusteredPoints["scale"] = "quantised values";
  const together = togetherOf(request, windows);
  if (space === "code") {
    points = together === undefined
      ? pointsOfCodes(codes!.codes, codes!.levels, fit)
      : pointsOfRows(together(valuesOfCodes(codes!), codes!.levels.length), codes!.levels.length, limit, fit);
    if (request.method !== "lca" && sizeOf(points) > limit) points = coarser(points, limit);
    const { persistence } = codes!;
    if (request.method === "kmeans" && request.weigh === "persistence" && persistence !== undefined) {
      points = { ...points, metric: persistentMetric(persistence, points) };
    }
  } else {
    checkFinite(latents!.latents, latents!.dimensions);
    const bounded = codes !== undefined;
    scale = bounded ? "bounded latents" : "latents as they are";
    const rows = bounded
      ? boundedLatents(latents!.latents, latents!.dimensions, codes.levels)
      : new Float64Array(latents!.latents);
    const d = latents!.dimensions;
    points = pointsOfRows(together === undefined ? rows : together(rows, d), d, limit, fit);
  }
  if (!points.exact) {
    warnings.push(
      `Windows were gathered in ${sizeOf(points)} cells of edge ${points.cell.toPrecision(3)} ` +
        `(root mean square distance ${points.rmsError.toPrecision(3)}); raise max_points for exact points`,
    );
  }
  return {
    points,
    space,
    fit,
    warnings,
    clustered: {
      scale,
      windows,
      fittedWindows: points.weights.reduce((sum, w) => sum + w, 0),
      distinctPoints: sizeOf(points),
      exact: points.exact,
      cell: points.cell,
      rmsError: points.rmsError,
    },
  };
}

/** What makes of each window's values the mean with its neighbours'; undefined where each stands for itself. */
function togetherOf(
  { method, neighbors = 0, stretches }: PointsRequest,
  windows: number,
): ((values: Float64Array, d: number) => Float64Array) | undefined {
  if (neighbors === 0) return undefined;
  if (method === "lca") {
    throw new InputError("Cannot fit latent classes with neighbors: a mean of codes has no digits");
  }
  if (stretches === undefined) {
    throw new InputError(`Cannot average windows with ${neighbors} neighbors: no windows are connected`, {
      hint: "Add the `window` step to `from`: it says which windows follow each other.",
    });
  }
  const covered = stretches.at(-1)?.to ?? 0;
  if (covered !== windows) {
    throw new InputError(`Cannot average windows: ${covered} are connected, the data are of ${windows}`, {
      hint: "Connect the windows that were encoded.",
    });
  }
  return (values, d) => neighborMeans(values, d, stretches, neighbors);
}

/** Quantised values of every window, `[N, d]`. */
function valuesOfCodes({ codes, levels }: Codes): Float64Array {
  const { values, dimensions: d, index } = pointsOfCodes(codes, levels);
  const rows = new Float64Array(index.length * d);
  index.forEach((point, i) => rows.set(values.subarray(point * d, (point + 1) * d), i * d));
  return rows;
}

function limitOf(method: Method): number {
  return method === "kmeans" || method === "gmm" ? linearLimit : quadraticLimit;
}

function trainingRows(split: Split | undefined, windows: number): Uint8Array | undefined {
  if (split === undefined) return undefined;
  if (split.part.length !== windows) {
    throw new InputError(`Cannot cluster: the split has ${split.part.length} windows, the data ${windows}`, {
      hint: "Connect a split of the same windows.",
    });
  }
  const fit = split.part.map((part) => part === trainingPart ? 1 : 0);
  if (!fit.includes(1)) throw new InputError("Cannot cluster: the split has no training windows");
  return fit;
}

/** Codes gathered on a coarser grid, with the index of the windows carried along. */
function coarser(points: IndexedPoints, limit: number): IndexedPoints {
  // Codes outside the fit need a place too, but must not move the points of those inside it.
  const weighted = { ...points, weights: points.weights.map((w) => Math.max(w, 1e-12)) };
  const joined = coarsen(weighted, limit);
  checkLoss(points.values, points.dimensions, sizeOf(joined.points), joined.rmsError);
  const weights = new Float64Array(sizeOf(joined.points));
  joined.index.forEach((cell, i) => weights[cell] += points.weights[i]);
  return {
    ...joined.points,
    weights,
    index: points.index.map((i) => joined.index[i]),
    exact: false,
    cell: joined.cell,
    rmsError: joined.rmsError,
  };
}
