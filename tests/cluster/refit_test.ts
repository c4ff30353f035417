import assert from "node:assert/strict";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import type { CovarianceType } from "../../lib/cluster/fit/gaussian.ts";
import { refitAgreement } from "../../lib/cluster/refit.ts";
import { Random } from "../../lib/random.ts";
import { lineMotifs } from "./make_motifs.ts";
import { requestOf, someLatents } from "./make_request.ts";

const { latents } = someLatents(900, 6, 2, 0.15);

Deno.test("motifs agree wholly with a refit to their own windows", () => {
  for (
    const request of [
      { method: "kmeans" as const },
      { method: "gmm" as const },
      { method: "gmm" as const, regCovar: 0.05 },
      { method: "gmm" as const, covariance: "diag" as const },
      { method: "gmm" as const, covariance: "tied" as const, regCovar: 0 },
    ]
  ) {
    const motifs = clusterWindows(requestOf({ latents, k: 6, ...request }), new Random(1));
    assert.deepEqual(refitAgreement(motifs, new Random(9)), { ari: 1, n: 900 }, JSON.stringify(request));
  }
});

Deno.test("motifs that were merged agree wholly with a refit too", () => {
  // Clusters of 40 to 400 windows.
  const some = [400, 300, 200, 60, 50, 40].flatMap((size, g) =>
    Array.from({ length: size }, (_, i) => (g + 6 * i) % 900)
  );
  const picked = new Float32Array(some.length * 3);
  some.forEach((row, i) => picked.set(latents.latents.subarray(row * 3, row * 3 + 3), i * 3));
  for (const method of ["kmeans", "gmm"] as const) {
    const motifs = clusterWindows(
      requestOf({ latents: { ...latents, latents: picked }, k: 6, method }),
      new Random(1),
    );
    const merged = enforceSupport({ motifs, minSupport: 0.1 });
    assert.ok(merged.k < 6);
    assert.equal(merged.bicVariant, null);
    assert.equal(refitAgreement(merged, new Random(9)).ari, 1);
  }
});

Deno.test("as many distinct points as clusters are not refitted, one more is", () => {
  const motifs = clusterWindows(requestOf({ latents, k: 6, method: "kmeans" }), new Random(1));
  const one = [0, 1, 2, 3, 4, 5].map((motif) => motifs.labels.indexOf(motif));
  assert.deepEqual(refitAgreement(motifs, new Random(2), [...one, ...one]), {
    ari: null,
    n: 12,
    reason: "6 distinct points for 6 clusters",
  });
  const another = motifs.labels.lastIndexOf(0);
  assert.equal(refitAgreement(motifs, new Random(2), [...one, another]).ari, 1);
});

const pairs = { labels: [0, 0, 1, 1], places: [0, 1, 10, 11] };

Deno.test("the agreement is the adjusted Rand index over the windows drawn, as often as they were drawn", () => {
  const agreed = (labels: number[], rows?: number[]) =>
    refitAgreement(lineMotifs(labels, [...pairs.places, 500].slice(0, labels.length)), new Random(1), rows);
  assert.deepEqual(agreed(pairs.labels), { ari: 1, n: 4 });
  assert.deepEqual(agreed([0, 0, 1, 1, -1]), { ari: 1, n: 4 });
  // No pair is together in both, two in each: (0 − 4/6) / (2 − 4/6).
  assert.ok(Math.abs(agreed([0, 1, 0, 1]).ari! + 1 / 2) < 1e-12);
  // The first window thrice: 3 of 15 pairs are together in both, 7 in each: (3 − 49/15) / (7 − 49/15).
  const thrice = agreed([0, 1, 0, 1], [0, 0, 0, 1, 2, 3]);
  assert.ok(Math.abs(thrice.ari! + 1 / 14) < 1e-12);
  assert.equal(thrice.n, 6);
});

Deno.test("nothing is refitted to one motif, to as many points as clusters, and by a method that has more settings", () => {
  const reason = (labels: number[], more: Partial<Motifs> = {}, rows?: number[]) =>
    refitAgreement(lineMotifs(labels, pairs.places.slice(0, labels.length), more), new Random(1), rows);
  assert.deepEqual(reason([0, 0, 0]), { ari: null, n: 3, reason: "3 distinct points for 1 clusters" });
  assert.deepEqual(reason([0, 1, 1], {}, [0, 2, 2]), {
    ari: null,
    n: 3,
    reason: "2 distinct points for 2 clusters",
  });
  assert.deepEqual(reason([0, 0, 1]), { ari: 1, n: 3 });
  assert.deepEqual(reason([0, 0, 1], { clusters: [0, 1, 1] }), {
    ari: null,
    n: 3,
    reason: "3 distinct points for 3 clusters",
  });
  assert.deepEqual(reason(pairs.labels, { method: "dbscan" }), {
    ari: null,
    n: 4,
    reason: "dbscan is not refitted",
  });
});

Deno.test("a mixture is refitted with the covariances and the least variance of its fit", () => {
  // A narrow group beside a wide one, which clusters of one width cut at 3.5.
  const places = [0, 0.1, 0.2, 0.3, 1, 2, 3, 4, 5, 6, 7, 8];
  const refitted = (method: "kmeans" | "gmm", covariance?: CovarianceType, regCovar = 1e-6) => {
    const parts = { weights: [0.5, 0.5], means: [0, 4], covariances: [1, 1] };
    const rule = covariance && { kind: "mixture" as const, covariance, regCovar, ...parts };
    const labels = places.map((place) => place < 0.5 ? 0 : 1);
    return refitAgreement(lineMotifs(labels, places, { method, rule }), new Random(1)).ari!;
  };
  assert.deepEqual([refitted("gmm"), refitted("gmm", "full"), refitted("gmm", "spherical")], [1, 1, 1]);
  // Groups of 4 and 8 against 7 and 5, the former within the 7: 19 of 66 pairs are together in both, 34 and 31 in each.
  const cut = (19 - 34 * 31 / 66) / (32.5 - 34 * 31 / 66);
  for (const ari of [refitted("kmeans"), refitted("gmm", "tied")]) assert.ok(Math.abs(ari - cut) < 1e-12);
  assert.equal(refitted("gmm", "full", 30), 0);
});

Deno.test("clusters found anew join the motif that most of their windows have, the first on ties", () => {
  const merged = (labels: number[], places: number[], rows?: number[]) => {
    const motifs = lineMotifs(labels, places, { clusters: [0, 1, 0] });
    return refitAgreement(motifs, new Random(1), rows).ari!;
  };
  // What lies at both ends is one motif, as no two clusters are.
  assert.equal(merged([0, 0, 1, 1, 0, 0], [0, 1, 10, 11, 20, 21]), 1);
  const [labels, places] = [[0, 1, 0, 0, 1, 1, 1], [0, 0.5, 10, 11, 20, 21, 22]];
  // The first cluster joins motif 0: 6 of 21 pairs are together in both, 9 in each.
  assert.ok(Math.abs(merged(labels, places) - (6 - 81 / 21) / (9 - 81 / 21)) < 1e-12);
  // Its window of motif 1 counts twice: 11 of 28 pairs are together in both, 13 and 16 in each.
  const twice = merged(labels, places, [0, 1, 1, 2, 3, 4, 5, 6]);
  assert.ok(Math.abs(twice - (11 - 13 * 16 / 28) / (14.5 - 13 * 16 / 28)) < 1e-12);
});
