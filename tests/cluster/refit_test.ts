import assert from "node:assert/strict";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import { refitAgreement } from "../../lib/cluster/refit.ts";
import { Random } from "../../lib/random.ts";
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
