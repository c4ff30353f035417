/** Artifacts of a small, fully known run: what the steps after clustering take. */
import type { Codes } from "../../lib/artifacts/codes.ts";
import type { Latents } from "../../lib/artifacts/latents.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { Part, type Split } from "../../lib/artifacts/split.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";
import { makeWindows } from "../temporal/fixtures.ts";

/** Six subjects of 300 samples; labels change every 100 samples. The last `tests` subjects are for test. */
export function judgementWindows(): Windows {
  return makeWindows(
    Array.from({ length: 6 }, (_, i) => ({ subject: `s${i + 1}`, samples: 300 })),
    { label: (r, start) => (Math.floor(start / 100) + r) % 3 },
  );
}

/** The last two subjects are the test part. */
export function judgementSplit(windows: Windows): Split {
  const part = Uint8Array.from(
    windows.recording,
    (r) => (r >= 4 ? Part.test : r === 3 ? Part.validation : Part.train),
  );
  return {
    part,
    rule: "by subject, fixed",
    leaks: false,
    sharesSubjects: false,
    groups: { train: ["s1", "s2", "s3"], validation: ["s4"], test: ["s5", "s6"] },
    details: {},
  };
}

/** Motifs whose distinct points are the clusters; every `jitter`-th window is wrong. */
export function judgementMotifs(windows: Windows, jitter = 7): Motifs {
  const labels = windows.labels.map((label, i) => (i % jitter === 3 ? (label + 1) % 3 : label));
  const posterior = Float32Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 0.8 : 0.1));
  return {
    labels,
    k: 3,
    points: Uint32Array.from(labels),
    posterior,
    centroids: Float64Array.of(-1, 0, 1),
    dimensions: 1,
    pointValues: Float64Array.of(-1, 0, 1),
    pointWeights: Float64Array.from([0, 1, 2], (k) => labels.filter((l) => l === k).length),
    rule: { kind: "centroid", centroids: [-1, 0, 1], variance: 0.1 },
    clusters: [0, 1, 2],
    method: "kmeans",
    space: "code",
    support: [0, 1, 2].map((k) => labels.filter((l) => l === k).length),
    inertia: 0,
    bic: null,
    bicVariant: null,
    silhouette: 0.9,
    silhouetteError: null,
    reason: "given",
    curve: [],
    hitBoundary: false,
    mergeLog: [],
    warnings: [],
    details: {},
  };
}

/** Logits that are right except on every `jitter`-th window. */
export function judgementLatents(windows: Windows, jitter = 9): Latents {
  const n = windows.labels.length;
  const logits = new Float32Array(3 * n);
  windows.labels.forEach((label, i) => logits[3 * i + (i % jitter === 2 ? (label + 2) % 3 : label)] = 2);
  return {
    latents: new Float32Array(n),
    dimensions: 1,
    logits,
    classes: ["sit", "walk", "run"],
    details: {},
  };
}

/** One code per label, with a second code for some windows of label 0. */
export function judgementCodes(windows: Windows): Codes {
  const codes = Uint32Array.from(windows.labels, (label, i) => (label === 0 && i % 2 === 0 ? 7 : label));
  const counts = new Map<number, number>();
  for (const c of codes) counts.set(c, (counts.get(c) ?? 0) + 1);
  return {
    codes,
    levels: [4, 4],
    variant: "fsq/v1-offset-atanh",
    counts: [...counts].sort((a, b) => a[0] - b[0]),
    codebookSize: 16,
    utilization: counts.size / 16,
    expectedUtilization: 1,
    entropyBits: 0,
    perplexity: 1,
  };
}
