/** Small artifacts and requests for the tests of clustering. */
import type { Codes } from "../../lib/artifacts/codes.ts";
import type { Latents } from "../../lib/artifacts/latents.ts";
import type { Split } from "../../lib/artifacts/split.ts";
import type { ClusterRequest } from "../../lib/cluster/request.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { codeStatistics } from "../../lib/fsq/statistics.ts";
import { Random } from "../../lib/random.ts";

/** Latents of `groups` well separated behaviours in three dimensions. */
export function someLatents(
  n: number,
  groups: number,
  seed = 1,
  spread = 0.12,
): { latents: Latents; truth: Int32Array } {
  const rng = new Random(seed);
  const corner = (g: number, t: number) =>
    (Math.floor(g / 2 ** t) % 2 === 0 ? -0.9 : 0.9) + (g >= 8 ? 0.3 : 0);
  const truth = Int32Array.from({ length: n }, (_, i) => i % groups);
  const latents = new Float32Array(n * 3);
  for (let i = 0; i < n; i++) {
    for (let t = 0; t < 3; t++) latents[i * 3 + t] = corner(truth[i], t) + spread * rng.normal();
  }
  return { latents: { latents, dimensions: 3, classes: [], details: {} }, truth };
}

/** Codes of latents. */
export function codesOf({ latents }: Latents, levels: number[]): Codes {
  const quantizer = new Quantizer(levels);
  return codesFrom(quantizer.codes(latents), levels);
}

/** Codes as an artifact. */
export function codesFrom(codes: Uint32Array, levels: number[]): Codes {
  const { codebookSize, variant } = new Quantizer(levels);
  return { codes, levels, variant, ...codeStatistics(codes, codebookSize) };
}

/** A split by row. */
export function splitOf(part: Uint8Array): Split {
  return {
    part,
    rule: "test",
    leaks: false,
    sharesSubjects: false,
    groups: { train: [], validation: [], test: [] },
    details: {},
  };
}

/** A request with the defaults of the step. */
export function requestOf(request: Partial<ClusterRequest>): ClusterRequest {
  return {
    method: "kmeans",
    criterion: "bic",
    bicVariant: "mle",
    nInit: 10,
    covariance: "full",
    linkage: "ward",
    eps: 0.5,
    minSamples: 5,
    ...request,
  };
}
