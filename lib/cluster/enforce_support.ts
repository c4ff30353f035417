/** Motifs with enough support each: small ones merged into their nearest neighbour. */
import type { Codes } from "../artifacts/codes.ts";
import type { Latents } from "../artifacts/latents.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { Split } from "../artifacts/split.ts";
import { InputError } from "../errors.ts";
import { boundedLatents, checkFinite } from "./points/latent_points.ts";
import { mergeMotifs } from "./merge.ts";
import { squaredDistance } from "./points/points.ts";
import { mergeAlike } from "./motif_tree.ts";
import { mergeSmall } from "./support.ts";

export interface SupportRequest {
  motifs: Motifs;
  /** Where given, distances between motifs are measured on latents, bounded where `codes` are given too. */
  latents?: Latents;
  codes?: Codes;
  /** Where given, only training windows count. */
  split?: Split;
  /** Least share of the windows, in [0, 1]. */
  minSupport: number;
  /** Motifs that are left at most: the most alike become one, along their dendrogram. */
  mergeTo?: number;
}

/**
 * Merges motifs that hold strictly less than `minSupport` of the windows (see {@linkcode mergeSmall}), adds up their
 * posteriors and renumbers by descending support. Then, where `mergeTo` asks for fewer, merges the most alike. Windows
 * labelled −1 stay −1 and count as windows, not as a motif.
 * The input is not modified; `details.mapping` gives the new number of each old motif.
 */
export function enforceSupport(request: SupportRequest): Motifs {
  const { motifs, split, minSupport, mergeTo } = request;
  const { k } = motifs;
  const n = motifs.labels.length;
  if (split !== undefined && split.part.length !== n) {
    throw new InputError(
      `Cannot enforce support: the split has ${split.part.length} windows, the motifs ${n}`,
    );
  }
  const counts = (i: number) => split === undefined || split.part[i] === 1;
  if (mergeTo !== undefined && motifs.rule === undefined && request.latents === undefined) {
    throw new InputError(
      "Cannot merge the most alike motifs: their labels were made elsewhere, so they have no places",
      { hint: "Connect latents, in which motifs can be near to each other." },
    );
  }
  const { rows, d, space } = geometry(request);
  const sums = new Float64Array(k * d), support = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (!counts(i)) continue;
    total++;
    const c = motifs.labels[i];
    if (c < 0) continue;
    support[c]++;
    for (let t = 0; t < d; t++) sums[c * d + t] += rows.values[rows.index(i) * d + t];
  }
  const positions = positionsOf(sums, support, motifs, d);
  const small = mergeSmall(positions, support, minSupport * total);
  const few = small.mergeLog.length;
  const { target, mergeLog } = mergeTo === undefined ? small : mergeAlike(positions, support, small, mergeTo);
  const { motifs: merged, toNew } = mergeMotifs(motifs, target);
  const warnings = [...motifs.warnings];
  if (few > 0) warnings.push(`${few} of ${k} motifs had too few windows and were merged`);
  return {
    ...merged,
    mergeLog,
    warnings,
    details: {
      // What the fit says of itself is about the old k.
      ...(merged.k < k ? {} : motifs.details),
      minSupport,
      ...(mergeTo === undefined ? {} : { mergeTo }),
      minWindows: minSupport * total,
      countedWindows: total,
      mergeSpace: space,
      mapping: toNew,
      mergedFrom: k,
    },
  };
}

/** Where motifs lie: rows of positions and which row is a window's. */
function geometry({ motifs, latents, codes }: SupportRequest) {
  if (latents === undefined) {
    const rows = { values: motifs.pointValues, index: (i: number) => motifs.points[i] };
    return { rows, d: motifs.dimensions, space: motifs.space };
  }
  const d = latents.dimensions;
  if (latents.latents.length / d !== motifs.labels.length) {
    throw new InputError(
      `Cannot enforce support: there are ${
        latents.latents.length / d
      } latents and ${motifs.labels.length} motif labels`,
      { hint: "Connect latents and motifs of the same windows." },
    );
  }
  checkFinite(latents.latents, d);
  const values = codes === undefined ? latents.latents : boundedLatents(latents.latents, d, codes.levels);
  return {
    rows: { values, index: (i: number) => i },
    d,
    space: codes === undefined ? "latent" : "bounded latent",
  };
}

/**
 * Centroids by motif. One that holds no counted window has no position in latents: it gets that of the motif whose
 * centroid is nearest in the space they were clustered in, and is so merged into it.
 */
function positionsOf(sums: Float64Array, support: Float64Array, motifs: Motifs, d: number): Float64Array {
  const positions = sums.map((sum, q) => sum / support[Math.floor(q / d)]);
  const held = [...support.keys()].filter((c) => support[c] > 0);
  for (const c of [...support.keys()].filter((c) => support[c] === 0)) {
    const distance = (other: number) =>
      squaredDistance(motifs.centroids, c, motifs.centroids, other, motifs.dimensions);
    if (held.length === 0) positions.fill(0, c * d, c * d + d);
    else {
      const nearest = held.reduce((best, other) => distance(other) < distance(best) ? other : best);
      positions.copyWithin(c * d, nearest * d, nearest * d + d);
    }
  }
  return positions;
}
