import assert from "node:assert/strict";
import { applyToWindows, joinApplied } from "../../lib/cluster/apply.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import { Random } from "../../lib/random.ts";
import { motifsOfLabels } from "../../lib/cluster/given_labels.ts";
import { codesFrom, codesOf, requestOf, someLatents, splitOf } from "./make_request.ts";

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
  assert.deepEqual(applied.details.applied, { points: 3, known: 1 });
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

/** Latents on a line, one window each, as they are. */
function line(values: number[]) {
  return { latents: Float32Array.from(values), dimensions: 1, classes: [], details: {} };
}

Deno.test("applyToWindows() labels new windows as held-out windows of the fit, by every method", () => {
  const { latents: all } = someLatents(1200, 4, 3, 0.6);
  const part = Uint8Array.from({ length: 1200 }, (_, i) => i % 3 === 0 ? 3 : 1);
  const rows = (wanted: number) =>
    all.latents.filter((_, q) => part[Math.floor(q / all.dimensions)] === wanted);
  for (const method of ["kmeans", "gmm", "hierarchical", "dbscan"] as const) {
    const size = method === "dbscan" ? { eps: 0.25, minSamples: 8 } : { k: 6 };
    const fitted = clusterWindows(
      requestOf({ latents: all, split: splitOf(part), method, space: "latent", ...size }),
      new Random(2),
    );
    const supported = enforceSupport({ motifs: fitted, split: splitOf(part), minSupport: 0.12 });
    const alone = clusterWindows(
      requestOf({ latents: { ...all, latents: rows(1) }, method, space: "latent", ...size }),
      new Random(2),
    );
    const merged = enforceSupport({ motifs: alone, minSupport: 0.12 });
    for (const [whole, own] of [[fitted, alone], [supported, merged]]) {
      const applied = applyToWindows(own, { latents: { ...all, latents: rows(3) } });
      const heldOut = whole.labels.filter((_, i) => part[i] === 3);
      // The same partition; numbers go by support, and more windows may be in another order.
      const pairs = new Set(heldOut.map((label, i) => label * 100 + applied.labels[i]));
      assert.equal(pairs.size, new Set(heldOut).size, method);
      assert.equal(new Set(applied.labels).size, new Set(heldOut).size, method);
    }
  }
});

Deno.test("applyToWindows() goes by the centroid, not by the nearest window of the fit", () => {
  const seen = [...new Array(9).fill(0), 4, ...new Array(4).fill(10)];
  const fitted = clusterWindows(requestOf({ latents: line(seen), space: "latent", k: 2 }), new Random(1));
  const applied = applyToWindows(fitted, { latents: line([6]) });
  assert.equal(applied.labels[0], fitted.labels.at(-1));
});

Deno.test("applyToWindows() keeps outliers of DBSCAN outliers, and rules on after it was applied", () => {
  const seen = [
    ...Array.from({ length: 20 }, (_, i) => i / 20),
    ...Array.from({ length: 20 }, (_, i) => 5 + i / 20),
  ];
  const request = requestOf({
    latents: line(seen),
    method: "dbscan",
    space: "latent",
    eps: 0.2,
    minSamples: 3,
  });
  const fitted = clusterWindows(request, new Random(1));
  const once = applyToWindows(fitted, { latents: line([2.5, 0.42, 5.51, -9]) });
  assert.deepEqual([...once.labels], [-1, 0, 1, -1]);
  assert.deepEqual([...applyToWindows(once, { latents: line([0.6, 3, 5.3]) }).labels], [0, -1, 1]);
});

Deno.test("applyToWindows() passes no quality of the fit off as that of the new windows", () => {
  const request = requestOf({ codes, latents, space: "latent", kRange: [2, 5], bootstraps: 2 });
  const applied = applyToWindows(clusterWindows(request, new Random(1)), { codes, latents });
  const { silhouette, bic, curve, hitBoundary } = applied;
  assert.deepEqual({ silhouette, bic, curve, hitBoundary }, {
    silhouette: null,
    bic: null,
    curve: [],
    hitBoundary: false,
  });
  assert.equal(applied.stability, undefined);
});

Deno.test("applyToWindows() refuses labels that were made elsewhere", () => {
  const given = motifsOfLabels(Int32Array.of(0, 1, 1), ["rest", "run"]);
  assert.throws(() => applyToWindows(given, { latents: line([1, 2]) }), /made elsewhere/);
});

Deno.test("joinApplied() of shards, an empty one among them, is what all windows are given at once", () => {
  const fewLatents = someLatents(300, 5, 7, 0.3).latents;
  const few = { latents: fewLatents, codes: codesOf(fewLatents, [8, 6, 5]) };
  const bounds = [0, 250, 250, 251, 900];
  const shards = bounds.slice(1).map((to, i) => ({
    codes: codesFrom(codes.codes.slice(bounds[i], to), [8, 6, 5]),
    latents: { ...latents, latents: latents.latents.slice(3 * bounds[i], 3 * to) },
    mayBeNone: true,
  }));
  for (const method of ["kmeans", "gmm", "hierarchical", "dbscan", "lca"] as const) {
    for (const space of ["code", "latent"] as const) {
      if (method === "lca" && space === "latent") continue;
      const k = method === "dbscan" ? {} : { k: 6 };
      const fitted = clusterWindows(
        requestOf({ ...few, method, space, eps: 0.3, minSamples: 10, ...k }),
        new Random(1),
      );
      const own = shards.map((shard) => applyToWindows(fitted, shard));
      const all = { codes, latents };
      assert.deepEqual(joinApplied(fitted, all, own), applyToWindows(fitted, all), `${method} ${space}`);
    }
  }
});

Deno.test("joinApplied() leaves windows with more distinct points than may be worked on to one call for all", () => {
  const fitted = clusterWindows(requestOf({ codes, latents, space: "latent", k: 3 }), new Random(1));
  const all = { codes, latents, maxPoints: 800 };
  const halves = [[0, 450], [450, 900]].map(([from, to]) =>
    applyToWindows(fitted, {
      codes: codesFrom(codes.codes.slice(from, to), [8, 6, 5]),
      latents: { ...latents, latents: latents.latents.slice(3 * from, 3 * to) },
      maxPoints: 800,
    })
  );
  assert.equal(joinApplied(fitted, all, halves), undefined);
});
