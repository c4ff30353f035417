/** Motifs: clusters of codes or latents. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Json } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, readNpyRows, writeNpy } from "./npy.ts";
import { freeObject, objectOf, readJson } from "./read_json.ts";
import { writeJson } from "./write_json.ts";

/** One candidate number of clusters. */
export interface Candidate {
  k: number;
  bic: number | null;
  silhouette: number | null;
  inertia: number | null;
}

/**
 * How a point gets its cluster, so that windows seen later are labelled as held-out windows of the fit are. Clusters
 * have the numbers of the fit; `Motifs.clusters` says which motif each became. Values are rows one after the other.
 */
export type FittedRule =
  /** k-means: the nearest of the centroids `[K, d]`; posteriors of spherical Gaussians of one variance. */
  | { kind: "centroid"; centroids: number[]; variance: number }
  /** Gaussian mixture: the largest posterior. */
  | {
    kind: "mixture";
    covariance: "full" | "tied" | "diag" | "spherical";
    /** What was added to every variance. */
    regCovar: number;
    weights: number[];
    means: number[];
    covariances: number[];
  }
  /** Latent classes of code digits, tables `[ΣL, K]`: the largest posterior. */
  | { kind: "classes"; levels: number[]; weights: number[]; tables: number[] }
  /**
   * Hierarchical and DBSCAN: the label of the nearest of the anchors `[A, d]`; none beyond `eps`. Posteriors as for
   * `centroid`.
   */
  | {
    kind: "neighbor";
    anchors: number[];
    labels: number[];
    eps: number | null;
    centroids: number[];
    variance: number;
  };

/** How far clusters depend on the sample: refits on bootstrap samples of the windows. */
export interface Stability {
  /** Refits. */
  n: number;
  /** Adjusted Rand index of each refit with the reference on all points, ascending. */
  ari: number[];
  median: number;
  min: number;
  max: number;
  /** Mean over refits of the largest Jaccard index of each cluster with a cluster of the refit (Hennig 2007). */
  jaccard: number[];
  /** Clusters with a mean Jaccard index of at least 0.75. */
  stable: number;
  /** What was drawn for a refit: whole people, or windows one by one. */
  drawn?: "subjects" | "windows";
}

/** What labelled windows cover: a point further than `radius` from every anchor `[A, d]` is no known motif. */
export interface Covered {
  anchors: number[];
  radius: number;
}

/** The points that motifs were made of. */
export interface ClusteredPoints {
  /** What their coordinates are; motifs are applied only to points on the same scale. */
  scale: "quantised values" | "bounded latents" | "latents as they are";
  windows: number;
  /** Windows that shaped the clusters. */
  fittedWindows: number;
  distinctPoints: number;
  /** Otherwise windows were gathered in cells of edge `cell`, at this root mean square distance. */
  exact: boolean;
  cell: number;
  rmsError: number;
}

export interface Motifs {
  /** int32 `[N]`, −1 noise. Ids are dense, ordered by descending support. */
  labels: Int32Array;
  /** Number of clusters K. */
  k: number;
  /** uint32 `[N]`: index of each window's distinct point. */
  points: Uint32Array;
  /** float32 `[M, K]`: posterior of each cluster at each of the M distinct points; rows sum to 1. */
  posterior: Float32Array;
  /** float64 `[K, d]` in the clustered space (`space`). */
  centroids: Float64Array;
  /** Dimensions d of the clustered space. */
  dimensions: number;
  /** float64 `[M, d]`: the distinct points in the clustered space. */
  pointValues: Float64Array;
  /** float64 `[M]`: windows of each distinct point that shaped the clusters; 0 for points that were only assigned. */
  pointWeights: Float64Array;
  /** How new points are labelled; absent where labels were made elsewhere, and only their own windows have one. */
  rule?: FittedRule;
  /** Motif of each cluster of the rule; merged clusters share one. */
  clusters?: number[];
  method: string;
  /** `code`: quantised values in [−1, 1]; `latent`: bounded latents. */
  space: "code" | "latent";
  /** Windows on either side that a point is the mean with, within a recording; absent where each window stands alone. */
  neighbors?: number;
  /** Where labels named the motifs: how far from labelled windows a point may lie; beyond, it has no motif. */
  covered?: Covered;
  /** Windows by cluster. */
  support: number[];
  /** What motifs are called, where labels came with names: what identifies them beside other windows' motifs. */
  names?: string[];
  inertia: number | null;
  bic: number | null;
  /** Name of the BIC variant, e.g. `spherical-mle`. */
  bicVariant: string | null;
  silhouette: number | null;
  /**
   * Where the silhouette was measured on a sample of points: half the width of its 95 % interval; `null` where it is
   * exact.
   */
  silhouetteError: number | null;
  /** How k was chosen: `given`, `bic`, `silhouette`. */
  reason: string;
  curve: Candidate[];
  /** The chosen k lies at the edge of the range searched. */
  hitBoundary: boolean;
  /** Merges by `enforce-support`, in order; ids are those before relabelling. */
  mergeLog: { from: number; to: number; count: number }[];
  /** Of the clusters before any merge, where refits were asked for. */
  stability?: Stability;
  /** Absent where labels were made elsewhere. */
  clustered?: ClusteredPoints;
  warnings: string[];
  /** For people: how the fit went, what merging was told. */
  details: { [key: string]: Json };
}

const number = z.number();
const numbers = z.array(number);
const ruleSchema: z.ZodType<FittedRule> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("centroid"), centroids: numbers, variance: number }),
  z.object({
    kind: z.literal("mixture"),
    covariance: z.enum(["full", "tied", "diag", "spherical"]),
    regCovar: number,
    weights: numbers,
    means: numbers,
    covariances: numbers,
  }),
  z.object({ kind: z.literal("classes"), levels: numbers, weights: numbers, tables: numbers }),
  z.object({
    kind: z.literal("neighbor"),
    anchors: numbers,
    labels: numbers,
    eps: number.nullable(),
    centroids: numbers,
    variance: number,
  }),
]);
const motifsSchema = () =>
  objectOf<Omit<Motifs, "labels" | "points" | "posterior" | "centroids" | "pointValues" | "pointWeights">>({
    k: z.int().min(0),
    dimensions: z.int().min(1),
    method: z.string(),
    space: z.enum(["code", "latent"]),
    rule: ruleSchema.optional(),
    clusters: numbers.optional(),
    neighbors: z.int().min(1).optional(),
    covered: objectOf<Covered>({ anchors: numbers, radius: number }).optional(),
    support: numbers,
    names: z.array(z.string()).optional(),
    inertia: number.nullable(),
    bic: number.nullable(),
    bicVariant: z.string().nullable(),
    silhouette: number.nullable(),
    silhouetteError: number.nullable(),
    reason: z.string(),
    curve: z.array(objectOf<Candidate>({
      k: number,
      bic: number.nullable(),
      silhouette: number.nullable(),
      inertia: number.nullable(),
    })),
    hitBoundary: z.boolean(),
    mergeLog: z.array(z.object({ from: number, to: number, count: number })),
    stability: objectOf<Stability>({
      n: number,
      ari: numbers,
      median: number,
      min: number,
      max: number,
      jaccard: numbers,
      stable: number,
      drawn: z.enum(["subjects", "windows"]).optional(),
    }).optional(),
    clustered: objectOf<ClusteredPoints>({
      scale: z.enum(["quantised values", "bounded latents", "latents as they are"]),
      windows: number,
      fittedWindows: number,
      distinctPoints: number,
      exact: z.boolean(),
      cell: number,
      rmsError: number,
    }).optional(),
    warnings: z.array(z.string()),
    details: freeObject,
  });

/**
 * Files: `labels.npy`, `points.npy`, `posterior.npy`, `centroids.npy`, `point_values.npy`, `point_weights.npy`,
 * `motifs.json`.
 */
export const Motifs: ArtifactType<Motifs> = {
  name: "Motifs",
  version: 2,
  summary: "Clusters of codes or latents",
  async write(dir, { labels, points, posterior, centroids, pointValues, pointWeights, ...json }) {
    await writeNpy(join(dir, "labels.npy"), labels);
    await writeNpy(join(dir, "points.npy"), points);
    await writeNpy(join(dir, "posterior.npy"), posterior, [pointValues.length / json.dimensions, json.k]);
    await writeNpy(join(dir, "centroids.npy"), centroids, [json.k, json.dimensions]);
    await writeNpy(join(dir, "point_values.npy"), pointValues, [
      pointValues.length / json.dimensions,
      json.dimensions,
    ]);
    await writeNpy(join(dir, "point_weights.npy"), pointWeights);
    await writeJson(dir, "motifs.json", json, motifsSchema, "Motifs");
    await writeHeader(dir, {
      type: "Motifs",
      version: 2,
      meta: { method: json.method, k: json.k, windows: labels.length },
    });
  },
  shards: "whole",
  async read(dir) {
    const { windows, ...facts } = await MotifFacts.read(dir);
    return {
      labels: (await readNpy(join(dir, "labels.npy"), Int32Array, [windows])).data,
      points: (await readNpy(join(dir, "points.npy"), Uint32Array, [windows])).data,
      ...facts,
    };
  },
};

/** What motifs are without those of single windows, and of how many windows they are. */
export type MotifFacts = Omit<Motifs, "labels" | "points"> & { windows: number };

/** Reads the Motifs in a folder but for the label and the point of each window. */
export const MotifFacts: Pick<ArtifactType<MotifFacts>, "name" | "read"> = {
  name: "Motifs",
  async read(dir) {
    await readHeader(dir, "Motifs", 2);
    const json = await readJson(dir, "motifs.json", motifsSchema, "Motifs");
    const { k, dimensions: d } = json;
    const windows = readNpyRows(join(dir, "labels.npy"), Int32Array, [], 0, 0).rows;
    const pointValues = await readNpy(join(dir, "point_values.npy"), Float64Array, [null, d]);
    return {
      windows,
      posterior: (await readNpy(join(dir, "posterior.npy"), Float32Array, [pointValues.shape[0]!, k])).data,
      centroids: (await readNpy(join(dir, "centroids.npy"), Float64Array, [k, d])).data,
      pointValues: pointValues.data,
      pointWeights:
        (await readNpy(join(dir, "point_weights.npy"), Float64Array, [pointValues.shape[0]!])).data,
      ...json,
    };
  },
};
