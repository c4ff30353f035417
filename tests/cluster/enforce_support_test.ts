import assert from "node:assert/strict";
import type { Latents } from "../../lib/artifacts/latents.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { Part } from "../../lib/artifacts/split.ts";
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
    pointWeights: Float64Array.from(counts),
    method: "kmeans",
    space: "code",
    support: counts,
    inertia: 0,
    bic: null,
    bicVariant: null,
    silhouette: null,
    silhouetteError: null,
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

Deno.test("enforceSupport() merges a motif without counted windows into the nearest of the fit, also into the first", () => {
  // On the line of the fit motif 2 is nearest to motif 0; in latents motif 0 lies at 10 and motif 1 at 0.
  const motifs = lineMotifs([0, 5, 1], [50, 40, 10]);
  const latents = {
    latents: Float32Array.from(motifs.labels, (label) => [10, 0, 0.1][label]),
    dimensions: 1,
    classes: [],
    details: {},
  };
  const split = splitOf(Uint8Array.from(motifs.labels, (label) => (label === 2 ? Part.test : Part.train)));
  const result = enforceSupport({ motifs, latents, split, minSupport: 0.05 });
  assert.deepEqual([result.details.mapping, result.k], [[0, 1, 0], 2]);
  // Equally near: the first of them.
  const between = enforceSupport({
    motifs: { ...motifs, centroids: Float64Array.of(0, 2, 1) },
    latents,
    split,
    minSupport: 0.05,
  });
  assert.deepEqual(between.details.mapping, [0, 1, 0]);
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

Deno.test("enforceSupport() measures the merged clustering anew, and keeps nothing of the old k", () => {
  const { latents } = someLatents(700, 5, 4, 0.5);
  const codes = codesOf(latents, [8, 6, 5]);
  const request = requestOf({ codes, latents, space: "latent", k: 7, bootstraps: 3 });
  const fitted = clusterWindows(request, new Random(3));
  const merged = enforceSupport({ motifs: fitted, minSupport: 0.12 });
  assert.ok(merged.k > 1 && merged.k < 7);
  // By the definition, over all windows.
  const d = merged.dimensions;
  const at = (i: number) => merged.pointValues.subarray(merged.points[i] * d, merged.points[i] * d + d);
  const n = merged.labels.length;
  const means = Array.from({ length: merged.k }, (_, c) => {
    const own = [...merged.labels.keys()].filter((i) => merged.labels[i] === c);
    return Array.from({ length: d }, (_, t) => own.reduce((sum, i) => sum + at(i)[t], 0) / own.length);
  });
  const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Math.hypot(...Array.from(a, (value, t) => value - b[t]));
  let inertia = 0, silhouette = 0;
  for (let i = 0; i < n; i++) {
    inertia += distance(at(i), means[merged.labels[i]]) ** 2;
    const sums = new Array(merged.k).fill(0);
    for (let j = 0; j < n; j++) sums[merged.labels[j]] += distance(at(i), at(j));
    const own = merged.labels[i];
    const a = sums[own] / (merged.support[own] - 1);
    const b = Math.min(
      ...sums.filter((_, c) => c !== own).map((sum, c) => sum / merged.support[c < own ? c : c + 1]),
    );
    silhouette += (b - a) / Math.max(a, b) / n;
  }
  assert.ok(Math.abs(merged.inertia! - inertia) < 1e-6 * inertia, `${merged.inertia} ${inertia}`);
  assert.ok(Math.abs(merged.silhouette! - silhouette) < 1e-9);
  assert.equal(merged.bic, null);
  assert.equal(merged.stability, undefined);
  assert.equal(enforceSupport({ motifs: fitted, minSupport: 1 }).silhouette, null);
  assert.deepEqual(enforceSupport({ motifs: fitted, minSupport: 0 }).silhouette, fitted.silhouette);
});

Deno.test("enforceSupport() keeps the name of the motif that others are merged into", () => {
  const named = { ...lineMotifs([0, 5, 1], [50, 45, 2]), names: ["rest", "run", "sit"] };
  assert.deepEqual(enforceSupport({ motifs: named, minSupport: 0.1 }).names, ["rest", "run"]);
});

Deno.test("enforceSupport() merges the most alike motifs to the number asked for, and none whose places nobody knows", async () => {
  const { latents } = someLatents(400, 6, 2, 0.1);
  const motifs = await clusterWindows(requestOf({ latents, k: 6, space: "latent" }), new Random(1), () => {});
  const merged = enforceSupport({ motifs, minSupport: 0, mergeTo: 2 });
  assert.equal(merged.k, 2);
  assert.equal(merged.mergeLog.length, 4);
  assert.equal(merged.support.reduce((a, b) => a + b), 400);
  assert.deepEqual(enforceSupport({ motifs, minSupport: 0, mergeTo: 6 }).labels, motifs.labels);
  const { rule: _, ...given } = motifs;
  assert.throws(() => enforceSupport({ motifs: given, minSupport: 0, mergeTo: 2 }), /made elsewhere/);
});

/** Six windows in the plane, the last without a motif. */
function planeMotifs(): Motifs {
  const places = [[0, 0], [0, 2], [9, 1], [9, 3], [4, 9], [20, 20]];
  const posterior = Float32Array.from(
    { length: 18 },
    (_, i) => Number(i % 3 === [0, 0, 1, 1, 2, 2][Math.floor(i / 3)]),
  );
  return {
    ...lineMotifs([0, 0, 0], [2, 2, 1], 1),
    points: Uint32Array.of(0, 1, 2, 3, 4, 5),
    posterior,
    dimensions: 2,
    centroids: Float64Array.of(0, 1, 9, 2, 4, 9),
    pointValues: Float64Array.from(places.flat()),
    pointWeights: Float64Array.of(1, 1, 1, 1, 1, 0),
    details: { old: true },
  };
}

Deno.test("enforceSupport() measures in the plane, counts all windows, and tells its settings", () => {
  // The third motif is nearer to the first by x, to the second by both.
  const merged = enforceSupport({ motifs: planeMotifs(), minSupport: 0.25 });
  assert.deepEqual(merged.mergeLog, [{ from: 2, to: 1, count: 1 }]);
  assert.deepEqual(merged.details, {
    minSupport: 0.25,
    minWindows: 1.5,
    countedWindows: 6,
    mergeSpace: "code",
    mapping: [1, 0, 0],
    mergedFrom: 3,
  });
  assert.deepEqual(merged.warnings, ["1 of 3 motifs had too few windows and were merged"]);
  const kept = enforceSupport({ motifs: planeMotifs(), minSupport: 1 / 6 });
  assert.deepEqual([kept.details.old, kept.details.mapping, kept.warnings], [true, [0, 1, 2], []]);
  const two = enforceSupport({
    motifs: { ...planeMotifs(), rule: {} as Motifs["rule"] },
    minSupport: 0,
    mergeTo: 2,
  });
  assert.deepEqual([two.details.mergeTo, two.details.old, two.k, two.warnings], [2, undefined, 2, []]);
});

Deno.test("enforceSupport() takes latents as they are, or bounded where codes are given, of the same windows", () => {
  const motifs = planeMotifs();
  // The third motif lies at 4, the others at 0 and 10; bounded, 4 and 10 are nearly the same.
  const latentsOf = (values: number[], dimensions = 1): Latents => ({
    latents: Float32Array.from(values),
    dimensions,
    classes: [],
    details: {},
  });
  const latents = latentsOf([0, 0, 10, 10, 4, 0]);
  const codes = codesOf(latents, [5]);
  const target = (more: object) => {
    const { mergeLog, details } = enforceSupport({ motifs, minSupport: 0.25, ...more });
    return [mergeLog[0].to, details.mergeSpace];
  };
  assert.deepEqual(target({ latents }), [0, "latent"]);
  assert.deepEqual(target({ latents, codes }), [1, "bounded latent"]);
  assert.throws(() => target({ latents: latentsOf([0, 0]) }), /there are 2 latents and 6 motif labels/);
  assert.throws(
    () => target({ split: splitOf(Uint8Array.of(1, 1)) }),
    /the split has 2 windows, the motifs 6/,
  );
  // The third motif has no counted window: it is nearest to the second of the fit, which lies at (10, 10) here.
  const plane = latentsOf([0, 0, 0, 0, 10, 10, 10, 10, 0, 0, 0, 0], 2);
  const split = splitOf(Uint8Array.of(1, 1, 1, 1, 3, 1));
  assert.deepEqual(target({ latents: plane, split }), [1, "latent"]);
  const nothing = enforceSupport({
    motifs,
    latents: plane,
    split: splitOf(new Uint8Array(6)),
    minSupport: 0.5,
    mergeTo: 1,
  });
  assert.deepEqual([nothing.k, nothing.details.countedWindows], [1, 0]);
});
