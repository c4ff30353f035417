/** What to cluster and how: the parameters of the `cluster` step as one value. */
import type { Codes } from "../artifacts/codes.ts";
import type { Latents } from "../artifacts/latents.ts";
import type { Split } from "../artifacts/split.ts";
import type { BicVariant } from "./bic.ts";
import type { CovarianceType } from "./gaussian.ts";
import type { Linkage } from "./hierarchical.ts";

export type Method = "kmeans" | "gmm" | "dbscan" | "hierarchical" | "lca";
export type Space = "code" | "latent";

export interface ClusterRequest {
  /** At least one of codes and latents, of the same windows. */
  codes?: Codes;
  latents?: Latents;
  /** Where given, only training windows shape the clusters; every window is then assigned. */
  split?: Split;
  method: Method;
  space?: Space;
  /** Number of clusters; or `kRange`; or, for `hierarchical`, `height`. */
  k?: number;
  /** Smallest and largest number of clusters to try. */
  kRange?: [number, number];
  criterion: "bic" | "silhouette";
  bicVariant: Exclude<BicVariant, "pelleg-moore">;
  nInit: number;
  maxIterations: number;
  tolerance?: number;
  covariance: CovarianceType;
  regCovar?: number;
  linkage: Linkage;
  height?: number;
  eps: number;
  minSamples: number;
  /** Most distinct points to work on. */
  maxPoints?: number;
}
