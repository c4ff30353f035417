/** Motifs that were found in other windows, given to new ones. */
import type { Codes } from "../artifacts/codes.ts";
import type { Latents } from "../artifacts/latents.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import { InputError } from "../errors.ts";
import type { IndexedPoints, Points } from "./points/points.ts";
import { sizeOf, squaredDistance } from "./points/points.ts";
import { prepare } from "./points/prepare.ts";

/** Windows to label, in the space that the motifs were clustered in. */
export interface ApplyRequest {
  codes?: Codes;
  latents?: Latents;
  maxPoints?: number;
}

/**
 * Labels windows with motifs that were fitted elsewhere. The windows that the motifs were fitted on get exactly the
 * labels and posteriors that they have there.
 *
 * @throws InputError where the space or scale of the motifs is not that of the windows.
 */
export function applyToWindows(fitted: Motifs, request: ApplyRequest): Motifs {
  const { points, details, warnings } = prepare({
    ...request,
    space: fitted.space,
    method: "kmeans",
    criterion: "silhouette",
    maxPoints: request.maxPoints ?? Math.max(fitted.pointValues.length / fitted.dimensions, 32768),
  });
  const { scale } = fitted.details;
  if (scale !== undefined && scale !== details.scale) {
    throw new InputError(`Cannot apply motifs of ${scale} to ${details.scale}`, {
      hint: "Connect the same kinds of inputs as when the motifs were made.",
    });
  }
  const motifs = applyMotifs(fitted, points);
  return { ...motifs, warnings, details: { ...motifs.details, ...details } };
}

/**
 * Assigns points to fitted motifs. A point that was among the fitted ones gets exactly its label and posterior, merges
 * by `enforce-support` included, so that windows which shaped the motifs are labelled as when they were fitted; any
 * other point gets those of the nearest fitted point (the first on ties). Ids are those of `fitted`, whatever the new
 * support; a motif without new windows has support 0.
 *
 * @param points New points in the space and on the scale that the motifs were clustered in.
 * @throws InputError where spaces have different dimensions.
 */
export function applyMotifs(fitted: Motifs, points: IndexedPoints): Motifs {
  const { k, dimensions: d } = fitted;
  if (points.dimensions !== d) {
    throw new InputError(
      `Cannot apply motifs: they have ${d} dimensions, the windows ${points.dimensions}`,
      { hint: "Encode the windows with the model that the motifs were made with." },
    );
  }
  const known: Points = {
    values: fitted.pointValues,
    dimensions: d,
    weights: new Float64Array(fitted.pointValues.length / d),
  };
  const labels = labelsOfPoints(fitted, sizeOf(known));
  const m = sizeOf(points);
  const own = new Int32Array(m);
  const posterior = new Float32Array(m * k);
  let seen = 0;
  for (let p = 0; p < m; p++) {
    const { at, squared } = nearest(points, p, known);
    own[p] = labels[at];
    posterior.set(fitted.posterior.subarray(at * k, at * k + k), p * k);
    if (squared === 0) seen++;
  }
  const support = new Array<number>(k).fill(0);
  for (const p of points.index) if (own[p] >= 0) support[own[p]]++;
  return {
    ...fitted,
    labels: Int32Array.from(points.index, (p) => own[p]),
    points: points.index,
    posterior,
    pointValues: points.values,
    support,
    reason: "applied",
    warnings: [],
    details: { ...fitted.details, applied: { points: m, knownPoints: seen } },
  };
}

/** The label of each fitted point; where its windows disagree (imported labels), the most frequent one. */
export function labelsOfPoints(
  { labels, points, k }: Pick<Motifs, "labels" | "points" | "k">,
  m: number,
): Int32Array {
  const counts = new Float64Array(m * (k + 1));
  labels.forEach((label, n) => counts[points[n] * (k + 1) + label + 1]++);
  return Int32Array.from({ length: m }, (_, p) => {
    const row = counts.subarray(p * (k + 1), (p + 1) * (k + 1));
    return row.indexOf(row.reduce((most, count) => Math.max(most, count), 0)) - 1;
  });
}

function nearest(points: Points, row: number, known: Points): { at: number; squared: number } {
  let at = 0, least = Infinity;
  for (let j = 0; j < known.weights.length; j++) {
    const squared = squaredDistance(points.values, row, known.values, j, points.dimensions);
    if (squared < least) {
      least = squared;
      at = j;
      if (squared === 0) break;
    }
  }
  return { at, squared: least };
}
