/** `cluster`: windows to motifs, from their codes or latents. */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import type { ParamProblem } from "../workflow/step.ts";
import { defineStep, optional } from "./define.ts";
import { readIfThere } from "./shared/read_if_there.ts";
import { camelKeys } from "../text/camel_keys.ts";

const count = (what: string) => z.number().int().min(1).describe(what);

const params = z.strictObject({
  method: z.enum(["kmeans", "gmm", "dbscan", "hierarchical", "lca", "assign"]).default("kmeans").describe(
    "How to cluster: kmeans for compact motifs of similar size, gmm for overlapping ones of different shape, dbscan " +
      "for outliers (label −1) without a given number, hierarchical for a dendrogram cut by k or height, lca for latent " +
      "classes of code digits, whose BIC can choose k from codes alone, assign to label " +
      "windows with the motifs on port fitted instead of finding new ones.",
  ),
  k: z.union([z.number().int().min(1), z.literal("adaptive")]).optional().describe(
    "Number of clusters, or adaptive: 1.3 for each code that dwells (needs codes and windows), within 4 to 24; give " +
      "k_range instead to have it chosen.",
  ),
  k_range: z.tuple([z.number().int().min(1), z.number().int().min(1)]).optional().describe(
    "Smallest and largest number of clusters to try; the whole curve is kept, and a choice at the edge is reported.",
  ),
  criterion: z.enum(["bic", "silhouette"]).default("bic").describe(
    "What chooses k within k_range: the smallest BIC (silhouette where BIC is flat, ΔBIC < 2), or the largest silhouette.",
  ),
  bic_variant: z.enum(["mle", "corrected"]).default("mle").describe(
    "Estimate of the shared variance in the BIC of hard clusterings: SSE/(dN) or SSE/(d(N − K)).",
  ),
  space: z.enum(["code", "latent"]).optional().describe(
    "What to cluster: quantised values of codes, or latents (bounded as the quantiser does where codes are connected). " +
      "Without it, codes for a given k and latents for a k that is chosen, because BIC on codes always wants more clusters.",
  ),
  weigh: z.enum(["persistence", "equal"]).default("persistence").describe(
    "What the dimensions of a code count for in kmeans: how persistent they were found by objective: discover, in units of " +
      "their deviation among the windows of the fit, or their values as they are. Of codes that were learnt by labels, and " +
      "of latents, always as they are.",
  ),
  neighbors: z.int().min(0).max(64).default(0).describe(
    "Windows on either side that each window is averaged with before motifs are formed, never across a recording, a gap or " +
      "a part of the split (needs windows); what lasts longer than a few windows is told apart better, and an answer " +
      "would come as many hops later, so that packages and streams do not name such motifs.",
  ),
  n_init: count(
    "Seeded k-means++ starts, of which the best is kept; gmm also starts from as many others (whitened points, random " +
      "responsibilities) and keeps the likeliest mixture, lca starts from each.",
  ).default(10),
  max_iter: count(
    "Most rounds of k-means (300), or of expectation-maximisation for gmm (300) and lca (1000).",
  ).optional(),
  tol: z.number().min(0).optional().describe(
    "When to stop: movement of centres as a share of the mean variance for kmeans (1e-4), gain of the mean " +
      "log-likelihood for gmm (1e-3) and lca (1e-6).",
  ),
  covariance: z.enum(["full", "tied", "diag", "spherical"]).default("full").describe(
    "Form of the covariances of gmm.",
  ),
  reg_covar: z.number().min(0).optional().describe(
    "Added to every variance of gmm: 1e-6 on latents, the variance of a uniform cell on codes, whose lattice would " +
      "otherwise let components shrink onto single codes.",
  ),
  linkage: z.enum(["ward", "average", "complete", "single"]).default("ward").describe(
    "How hierarchical measures the distance between clusters.",
  ),
  height: z.number().min(0).optional().describe(
    "Height at which hierarchical cuts the dendrogram, instead of k.",
  ),
  eps: z.number().positive().default(0.5).describe("Radius of a neighbourhood of dbscan."),
  min_samples: count("Windows within eps, itself included, that make a core point of dbscan.").default(5),
  stable_self_transition: z.number().min(0).max(1).default(0.8).describe(
    "Least probability that a code is followed by itself for it to count as stable in k: adaptive; depends on the hop.",
  ),
  bootstraps: z.number().int().min(0).default(0).describe(
    "Refits on resampled people (on resampled windows where no `windows` are connected, which flatters) that tell how " +
      "stable the motifs are: adjusted Rand index with median and range, and the Jaccard index of each motif.",
  ),
  max_points: z.number().int().min(16).optional().describe(
    "Most distinct points to work on; beyond it latents are gathered on a grid and the result says so. 32768 for kmeans " +
      "and gmm, 8192 for dbscan and hierarchical.",
  ),
});

/** Problems with how the number of clusters is given. */
function checkNumber({ method, k, k_range, height, neighbors }: z.output<typeof params>) {
  const problems: ParamProblem[] = [];
  if (neighbors > 0 && (method === "assign" || method === "lca")) {
    const why = method === "assign"
      ? "assign averages as many windows as the fitted motifs did"
      : "latent classes are of single codes, a mean of which has no digits";
    problems.push({ path: ["neighbors"], message: why });
  }
  const given = { k, k_range, height };
  const ways = (["k", "k_range", "height"] as const).filter((way) => given[way] !== undefined);
  if (method === "dbscan" || method === "assign") {
    const instead = method === "dbscan"
      ? "finds its own number of clusters"
      : "keeps the clusters it is given";
    for (const way of ways) problems.push({ path: [way], message: `${method} ${instead}` });
    return problems;
  }
  if (ways.length === 0) {
    const wanted = method === "hierarchical" ? "`k`, `k_range` or `height`" : "`k` or `k_range`";
    problems.push({ path: ["k"], message: `${method} needs ${wanted}` });
  } else if (ways.length > 1) {
    problems.push({ path: [ways[1]], message: `only one of ${ways.join(", ")} may be given` });
  }
  if (height !== undefined && method !== "hierarchical") {
    problems.push({ path: ["height"], message: `is for hierarchical, not ${method}` });
  }
  if (k_range !== undefined && k_range[0] > k_range[1]) {
    const message = `the first must not exceed the second, got [${k_range}]`;
    problems.push({ path: ["k_range"], message });
  }
  return problems;
}

export default defineStep({
  type: "cluster",
  summary: "Cluster windows into motifs by their codes or latents",
  inputs: {
    codes: optional(Codes),
    latents: optional(Latents),
    split: optional(Split),
    windows: optional(Windows),
    fitted: optional(Motifs),
  },
  params,
  outputs: { motifs: Motifs },
  random: true,
  check: checkNumber,
  needs: ({ method, k, space, neighbors }) => [
    ...(method === "assign"
      ? [{ path: ["method"], ports: ["fitted"], why: "assign needs motifs to assign" }]
      : []),
    ...(method === "lca" ? [{ path: ["method"], ports: ["codes"], why: "lca finds classes of codes" }] : []),
    ...(space === undefined
      ? [{ path: [], ports: ["codes", "latents"], why: "there is nothing to cluster" }]
      : [{ path: ["space"], ports: [`${space}s`], why: `space ${space} is that of ${space}s` }]),
    ...(k === "adaptive"
      ? ["codes", "windows"].map((port) => ({
        path: ["k"],
        ports: [port],
        why: "k adapts to how long codes last",
      }))
      : []),
    ...(neighbors > 0 && method !== "assign"
      ? [{
        path: ["neighbors"],
        ports: ["windows"],
        why: "neighbors averages windows that follow each other",
      }]
      : []),
  ],
  notLive: ({ space, method, neighbors }) =>
    neighbors > 0
      ? [{
        path: ["neighbors"],
        message: "neighbors makes motifs that need windows to come, so that no package names them",
        hint: "leave neighbors out, and let smooth join what follows each other",
      }]
      : space === "latent" && (method === "hierarchical" || method === "dbscan")
      ? [{
        path: ["method"],
        message: `clusters of latents by ${method} have no centres, so that a package cannot name them`,
        hint: "kmeans and gmm have, and with space: code every method makes motifs that hosts look up",
      }]
      : space === "latent"
      ? [{
        path: ["space"],
        message: "space: latent makes motifs that the C code does not name",
        hint: "space: code makes motifs that it looks up",
        targets: ["c"],
      }]
      : [],
  map: ({ method }) => method === "assign" ? { whole: ["fitted"] } : undefined,
  async merge({ shards, inputDirs, params, warn, write }) {
    const { joinApplied } = await import("../cluster/apply.ts");
    const fitted = await Motifs.read(inputDirs.fitted!);
    const windows = fitted.neighbors === undefined
      ? undefined
      : await readIfThere(Windows, inputDirs.windows);
    const request = {
      ...await followed(windows),
      codes: await readIfThere(Codes, inputDirs.codes),
      latents: await readIfThere(Latents, inputDirs.latents),
      split: await readIfThere(Split, inputDirs.split),
      maxPoints: params.max_points,
    };
    const motifs = joinApplied(
      fitted,
      request,
      await Promise.all(shards.motifs.map((dir) => Motifs.read(dir))),
    );
    if (motifs === undefined) return undefined;
    motifs.warnings.forEach(warn);
    await write("motifs", motifs);
    return {};
  },
  async run({ inputs, params, rng, shard, progress, warn }) {
    const { fitted, ...own } = inputs;
    if (params.method === "assign") {
      const { applyToWindows } = await import("../cluster/apply.ts");
      if (fitted === undefined) {
        throw new InputError("Cannot assign windows: no motifs are connected to port `fitted`");
      }
      // A split is of all windows; what it says of them is told when all are there.
      const request = shard === undefined ? own : { ...own, split: undefined, mayBeNone: true };
      const motifs = applyToWindows(fitted, {
        ...request,
        ...await followed(own.windows),
        maxPoints: params.max_points,
      });
      for (const warning of motifs.warnings) warn(warning);
      return { motifs };
    }
    const { clusterWindows } = await import("../cluster/cluster.ts");
    const { windows, ...data } = own;
    const motifs = clusterWindows(
      {
        ...data,
        ...await followed(windows),
        subjects: windows === undefined ? undefined : subjectsOf(windows),
        ...camelKeys(params),
        method: params.method,
        maxIterations: params.max_iter,
        tolerance: params.tol,
      },
      rng,
      (fraction, message) => progress({ fraction, message }),
    );
    for (const warning of motifs.warnings) warn(warning);
    return { motifs };
  },
});

/** Which windows follow each other, where windows are connected. */
async function followed(windows: Windows | undefined) {
  if (windows === undefined) return {};
  const { stretchesOf } = await import("../temporal/stretches.ts");
  return { stretches: stretchesOf(windows) };
}

/** Subject of each window, as a number. */
function subjectsOf({ recording, recordings: { recordings } }: Windows): Int32Array {
  const names = new Map([...new Set(recordings.map(({ subject }) => subject))].map((name, i) => [name, i]));
  const subjectOf = Int32Array.from(recordings, ({ subject }) => names.get(subject)!);
  return recording.map((r) => subjectOf[r]);
}
