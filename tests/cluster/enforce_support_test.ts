import assert from "node:assert/strict";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import { Random } from "../../lib/random.ts";
import { codesOf, requestOf, someLatents, splitOf } from "./make_request.ts";

/** Motifs on a line: one distinct point a motif, `counts` windows each, noise at the end. */
function lineMotifs(positions: number[], counts: number[], noise = 0): Motifs {
  const labels = [
    ...counts.flatMap((n, c) => new Array<number>(n).fill(c)),
    ...new Array<number>(noise).fill(-1),
  ];
  const k = counts.length;
  const posterior = new Float32Array(k * k);
  for (let c = 0; c < k; c++) posterior[c * k + c] = 1;
  return {
    labels: Int32Array.from(labels),
    k,
    points: Uint32Array.from(labels, (label) => Math.max(label, 0)),
    posterior,
    centroids: Float64Array.from(positions),
    dimensions: 1,
    pointValues: Float64Array.from(positions),
    method: "kmeans",
    space: "code",
    support: counts,
    inertia: 0,
    bic: null,
    bicVariant: null,
    silhouette: null,
    reason: "given",
    curve: [],
    hitBoundary: false,
    mergeLog: [],
    warnings: [],
    details: {},
  };
}

Deno.test("T035 T039 enforceSupport() merges strictly below the share and logs it", () => {
  const motifs = lineMotifs([0, 5, 1, 9], [600, 391, 5, 4]);
  const before = structuredClone(motifs);
  const result = enforceSupport({ motifs, minSupport: 0.005 });
  assert.deepEqual(motifs, before);
  assert.equal(result.k, 3);
  assert.deepEqual(result.mergeLog, [{ from: 3, to: 1, count: 4 }]);
  assert.deepEqual(result.support, [600, 395, 5]);
  assert.deepEqual(result.details.mapping, [0, 1, 2, 1]);
  assert.equal(result.labels.length, 1000);
  assert.deepEqual([...result.posterior], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]);
  assert.match(result.warnings[0], /1 of 4 motifs/);
});

Deno.test("T038 enforceSupport() renumbers by descending support and keeps −1", () => {
  const result = enforceSupport({ motifs: lineMotifs([0, 5, 5.5], [50, 45, 8], 7), minSupport: 0.1 });
  assert.deepEqual(result.support, [53, 50]);
  assert.deepEqual(result.details.mapping, [1, 0, 0]);
  assert.equal(result.labels.filter((label) => label === -1).length, 7);
  assert.ok(Math.abs(result.centroids[0] - (45 * 5 + 8 * 5.5) / 53) < 1e-12);
});

Deno.test("T037 enforceSupport() gives one motif where all are small, and takes empty input", () => {
  assert.equal(enforceSupport({ motifs: lineMotifs([0, 1, 2], [4, 4, 4]), minSupport: 0.9 }).k, 1);
  const empty = enforceSupport({ motifs: lineMotifs([], []), minSupport: 0.1 });
  assert.equal(empty.k, 0);
  assert.equal(empty.labels.length, 0);
  const noise = enforceSupport({ motifs: lineMotifs([], [], 3), minSupport: 0.1 });
  assert.deepEqual([...noise.labels], [-1, -1, -1]);
});

Deno.test("T036 enforceSupport() measures distances on latents where they are connected", () => {
  const motifs = lineMotifs([0, 5, 1], [50, 45, 2]);
  assert.equal(enforceSupport({ motifs, minSupport: 0.1 }).mergeLog[0].to, 0);
  const latents = {
    latents: Float32Array.from(motifs.labels, (label) => [0, 5, 4][label]),
    dimensions: 1,
    classes: [],
    details: {},
  };
  const result = enforceSupport({ motifs, latents, minSupport: 0.1 });
  assert.equal(result.mergeLog[0].to, 1);
  assert.equal(result.details.mergeSpace, "latent");
  latents.latents[3] = Infinity;
  assert.throws(() => enforceSupport({ motifs, latents, minSupport: 0.1 }), /window 3 has Infinity/);
});

Deno.test("enforceSupport() counts training windows only where a split is connected", () => {
  const motifs = lineMotifs([0, 5, 6], [50, 45, 20]);
  const part = Uint8Array.from(motifs.labels, (label) => label === 2 ? 3 : 1);
  const result = enforceSupport({ motifs, split: splitOf(part), minSupport: 0.05 });
  assert.deepEqual(result.mergeLog, [{ from: 2, to: 1, count: 0 }]);
  assert.deepEqual(result.support, [65, 50]);
});

Deno.test("T035 enforceSupport() after clusterWindows() leaves every motif supported", () => {
  const { latents } = someLatents(3000, 7, 5, 0.4);
  const codes = codesOf(latents, [8, 6, 5]);
  const motifs = clusterWindows(requestOf({ codes, k: 40 }), new Random(2));
  const result = enforceSupport({ motifs, latents, codes, minSupport: 0.03 });
  assert.ok(result.k < 40 && result.k > 1);
  assert.ok(result.support.every((count) => count >= 0.03 * 3000));
  assert.equal(result.support.reduce((a, b) => a + b, 0), 3000);
  assert.equal(result.mergeLog.length, 40 - result.k);
  assert.deepEqual(enforceSupport({ motifs: result, latents, codes, minSupport: 0.03 }).mergeLog, []);
});
