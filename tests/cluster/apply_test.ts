import assert from "node:assert/strict";
import { applyToWindows } from "../../lib/cluster/apply.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import { Random } from "../../lib/random.ts";
import { codesFrom, codesOf, requestOf, someLatents } from "./make_request.ts";

const { latents } = someLatents(900, 5, 1, 0.3);
const codes = codesOf(latents, [8, 6, 5]);

Deno.test("applyToWindows() gives the windows of the fit the labels and posteriors of the fit", () => {
  for (const method of ["kmeans", "gmm", "hierarchical", "dbscan", "lca"] as const) {
    for (const space of ["code", "latent"] as const) {
      if (method === "lca" && space === "latent") continue;
      const k = method === "dbscan" ? {} : { k: 9 };
      const request = requestOf({ codes, latents, method, space, eps: 0.3, minSamples: 10, ...k });
      const fitted = clusterWindows(request, new Random(1));
      for (const motifs of [fitted, enforceSupport({ motifs: fitted, minSupport: 0.08 })]) {
        const applied = applyToWindows(motifs, { codes, latents });
        assert.deepEqual(applied.labels, motifs.labels, `${method} ${space}`);
        assert.deepEqual(applied.posterior, motifs.posterior);
        assert.deepEqual(applied.support, motifs.support);
        assert.equal(applied.reason, "applied");
      }
    }
  }
});

Deno.test("applyToWindows() gives a code that was never seen the motif of the nearest seen one", () => {
  const seen = codesFrom(Uint32Array.of(0, 0, 0, 7, 7, 7, 7), [8, 6, 5]);
  const fitted = clusterWindows(requestOf({ codes: seen, k: 2 }), new Random(1));
  const applied = applyToWindows(fitted, { codes: codesFrom(Uint32Array.of(1, 6, 7), [8, 6, 5]) });
  assert.deepEqual([...applied.labels], [1, 0, 0]);
  assert.deepEqual(applied.details.applied, { points: 3, knownPoints: 1 });
  assert.deepEqual(applied.support, [2, 1]);
});

Deno.test("applyToWindows() refuses windows of another space or scale", () => {
  const fitted = clusterWindows(requestOf({ codes, latents, space: "latent", k: 3 }), new Random(1));
  assert.throws(() => applyToWindows(fitted, { codes }), /no latents are connected/);
  assert.throws(
    () => applyToWindows(fitted, { latents }),
    /motifs of bounded latents to latents as they are/,
  );
  const two = codesFrom(Uint32Array.of(1, 2), [8, 6]);
  const onCodes = clusterWindows(requestOf({ codes, k: 3 }), new Random(1));
  assert.throws(() => applyToWindows(onCodes, { codes: two }), /they have 3 dimensions, the windows 2/);
});
