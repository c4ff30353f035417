/** What to cluster and how: the parameters of the `cluster` step as one value. */
import type { Codes } from "../artifacts/codes.ts";
import type { Latents } from "../artifacts/latents.ts";
import type { Split } from "../artifacts/split.ts";
import type { Stretches } from "./fit/adaptive.ts";
import type { BicVariant } from "./fit/bic.ts";
import type { CovarianceType } from "./fit/gaussian.ts";
import type { Linkage } from "./fit/hierarchical.ts";

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
  /** Number of clusters, or `adaptive` from the dwell of codes; or `kRange`; or, for `hierarchical`, `height`. */
  k?: number | "adaptive";
  /** What the dimensions of a code count for in distances of `kmeans`: how persistent they are, or all alike. */
  weigh?: "persistence" | "equal";
  /** Windows on either side that each one is averaged with; none where left out. */
  neighbors?: number;
  /** Continuous windows, for `neighbors` and `adaptive`. */
  stretches?: Stretches;
  /** Least self-transition probability of a stable code, for `adaptive`. */
  stableSelfTransition?: number;
  /** Subject of each window, whom refits draw whole; without them windows are drawn one by one. */
  subjects?: Int32Array;
  /** Refits on bootstrap samples that tell how stable the motifs are; none by default. */
  bootstraps?: number;
  /** Smallest and largest number of clusters to try. */
  kRange?: [number, number];
  criterion: "bic" | "silhouette";
  bicVariant: Exclude<BicVariant, "pelleg-moore">;
  nInit: number;
  /** Most rounds: 300, for `lca` 1000. */
  maxIterations?: number;
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
