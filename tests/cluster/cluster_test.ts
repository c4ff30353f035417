import assert from "node:assert/strict";
import { agreement } from "../../lib/cluster/judge/agreement.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { Random } from "../../lib/random.ts";
import { codesFrom, codesOf, requestOf, someLatents, splitOf } from "./make_request.ts";

const { latents, truth } = someLatents(1200, 6);
const codes = codesOf(latents, [8, 6, 5]);

/** What holds for all motifs. */
function checkMotifs(motifs: Motifs, n: number): void {
  const { labels, k, posterior, centroids, pointValues, points, support, dimensions } = motifs;
  const m = pointValues.length / dimensions;
  assert.equal(labels.length, n);
  assert.equal(posterior.length, m * k);
  assert.equal(centroids.length, k * dimensions);
  assert.equal(support.length, k);
  const counts = new Array(k).fill(0);
  for (const label of labels) if (label >= 0) counts[label]++;
  assert.deepEqual(support, counts);
  for (let c = 1; c < k; c++) assert.ok(support[c] <= support[c - 1]);
  assert.ok(points.every((p) => p < m));
  for (let i = 0; i < m && k > 0; i++) {
    const sum = posterior.slice(i * k, i * k + k).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
  }
}

Deno.test("T029 clusterWindows() by lca chooses the number of behaviours from codes alone", () => {
  // Independence within classes tells behaviours apart only with enough digits: five here.
  const rng = new Random(1);
  const centers = Array.from({ length: 30 }, () => rng.normal());
  const wide = Float32Array.from(
    { length: 1200 * 5 },
    (_, q) => centers[truth[Math.floor(q / 5)] * 5 + q % 5] + 0.25 * rng.normal(),
  );
  const five = codesOf({ latents: wide, dimensions: 5, classes: [], details: {} }, [8, 6, 5, 5, 4]);
  const motifs = clusterWindows(
    requestOf({ codes: five, method: "lca", kRange: [2, 10], nInit: 8 }),
    new Random(3),
  );
  checkMotifs(motifs, 1200);
  assert.equal(motifs.k, 6);
  assert.equal(motifs.space, "code");
  assert.equal(motifs.bicVariant, "latent-class");
  assert.ok(!motifs.hitBoundary);
  assert.ok(agreement(truth, motifs.labels).ari > 0.98);
  assert.throws(
    () => clusterWindows(requestOf({ latents, method: "lca", k: 3 }), new Random(3)),
    /Cannot fit latent classes/,
  );
});

Deno.test("T024 T025 T027 clusterWindows() finds separated behaviours by every method and in both spaces", () => {
  for (const method of ["kmeans", "gmm", "hierarchical"] as const) {
    for (const space of ["code", "latent"] as const) {
      const motifs = clusterWindows(requestOf({ codes, latents, method, space, k: 6 }), new Random(1));
      checkMotifs(motifs, 1200);
      assert.equal(motifs.space, space);
      assert.equal(motifs.reason, "given");
      assert.ok(agreement(truth, motifs.labels).ari > 0.99, `${method} ${space}`);
      assert.ok(motifs.silhouette! > 0.6);
      assert.match(motifs.bicVariant!, method === "gmm" ? /^gmm-full$/ : /^spherical-mle$/);
      if (method === "kmeans") {
        motifs.points.forEach((p, i) => {
          const row = motifs.posterior.slice(p * 6, p * 6 + 6);
          assert.equal(row[motifs.labels[i]], Math.max(...row));
        });
      }
    }
  }
});

Deno.test("T026 clusterWindows() by dbscan finds its own number and leaves outliers at −1", () => {
  const far = { ...latents, latents: latents.latents.slice() };
  far.latents.set([0, 0, 0], 0);
  const motifs = clusterWindows(
    requestOf({ latents: far, method: "dbscan", eps: 0.25, minSamples: 8 }),
    new Random(1),
  );
  checkMotifs(motifs, 1200);
  assert.equal(motifs.k, 6);
  assert.equal(motifs.labels[0], -1);
  assert.equal(motifs.reason, "density");
});

Deno.test("T026 clusterWindows() by dbscan reports all noise and an eps below the lattice step", () => {
  const motifs = clusterWindows(
    requestOf({ codes, method: "dbscan", eps: 0.1, minSamples: 10_000 }),
    new Random(1),
  );
  checkMotifs(motifs, 1200);
  assert.equal(motifs.k, 0);
  assert.ok(motifs.labels.every((label) => label === -1));
  assert.match(motifs.warnings.join("\n"), /all are noise/);
  assert.match(motifs.warnings.join("\n"), /eps = 0.1 is below the smallest step between codes, 0.250/);
});

Deno.test("T027 clusterWindows() cuts a dendrogram by height without k", () => {
  const request = requestOf({ codes, method: "hierarchical", linkage: "single", height: 0.6 });
  const motifs = clusterWindows(request, new Random(1));
  assert.equal(motifs.k, 6);
  assert.equal(motifs.reason, "height");
});

Deno.test("T029 clusterWindows() chooses k on latents, keeps the curve and is deterministic", () => {
  for (const [method, criterion] of [["kmeans", "bic"], ["gmm", "bic"], ["kmeans", "silhouette"]] as const) {
    const request = requestOf({ codes, latents, method, kRange: [2, 12], criterion, nInit: 5 });
    const motifs = clusterWindows(request, new Random(4));
    checkMotifs(motifs, 1200);
    assert.equal(motifs.k, 6, `${method} ${criterion}`);
    assert.equal(motifs.space, "latent");
    assert.deepEqual(motifs.curve.map((c) => c.k), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.ok(motifs.curve.every((c) => c.bic !== null && c.inertia !== null && c.silhouette !== null));
    assert.ok(!motifs.hitBoundary);
    assert.deepEqual(clusterWindows(request, new Random(4)), motifs);
  }
});

Deno.test("T029 T032 clusterWindows() reports a chosen k at the boundary", () => {
  const motifs = clusterWindows(requestOf({ latents, kRange: [2, 4] }), new Random(1));
  assert.equal(motifs.k, 4);
  assert.ok(motifs.hitBoundary);
  assert.match(motifs.warnings.join("\n"), /edge of the range 2 to 4/);
});

Deno.test("T029 T110 clusterWindows() tries at most one cluster fewer than distinct points and says so", () => {
  const few = codesFrom(Uint32Array.from({ length: 60 }, (_, i) => i % 5), [4, 4]);
  const motifs = clusterWindows(
    requestOf({ codes: few, kRange: [2, 24], criterion: "silhouette" }),
    new Random(1),
  );
  assert.deepEqual(motifs.curve.map((c) => c.k), [2, 3, 4]);
  assert.match(motifs.warnings.join("\n"), /up to 4, not 24: there are only 5 distinct points/);
  assert.throws(
    () => clusterWindows(requestOf({ codes: few, kRange: [8, 24], criterion: "silhouette" }), new Random(1)),
    { name: "InputError", message: /from 8 to 24: 5 distinct points allow at most 4 clusters/ },
  );
});

Deno.test("clusterWindows() refuses k above the number of distinct points", () => {
  const few = codesFrom(Uint32Array.from({ length: 60 }, (_, i) => i % 5), [4, 4]);
  assert.throws(() => clusterWindows(requestOf({ codes: few, k: 6 }), new Random(1)), {
    name: "InputError",
    message: /Cannot form 6 clusters: there are only 5 distinct points/,
  });
});

Deno.test("clusterWindows() makes one motif of one distinct code", () => {
  const one = codesFrom(new Uint32Array(40).fill(7), [4, 4]);
  for (
    const request of [{ k: 1 }, { kRange: [2, 9] as [number, number], criterion: "silhouette" as const }]
  ) {
    for (const method of ["kmeans", "gmm", "hierarchical"] as const) {
      const motifs = clusterWindows(requestOf({ codes: one, method, ...request }), new Random(1));
      checkMotifs(motifs, 40);
      assert.equal(motifs.k, 1);
      assert.equal(motifs.silhouette, null);
      if ("kRange" in request) assert.equal(motifs.reason, "single-point");
    }
  }
});

Deno.test("T029 clusterWindows() refuses to choose k by BIC on codes", () => {
  assert.throws(() => clusterWindows(requestOf({ codes, kRange: [4, 24] }), new Random(1)), {
    name: "InputError",
    message: /Cannot choose k by BIC on codes/,
  });
});

Deno.test("clusterWindows() refuses missing inputs and wrong sizes with the remedy", () => {
  assert.throws(() => clusterWindows(requestOf({ k: 2 }), new Random(1)), /neither codes nor latents/);
  assert.throws(
    () => clusterWindows(requestOf({ codes, space: "latent", k: 2 }), new Random(1)),
    /no latents are connected/,
  );
  assert.throws(
    () => clusterWindows(requestOf({ codes, k: 2, split: splitOf(new Uint8Array(7)) }), new Random(1)),
    /the split has 7 windows, the data 1200/,
  );
  assert.throws(
    () => clusterWindows(requestOf({ codes, k: 2, split: splitOf(new Uint8Array(1200)) }), new Random(1)),
    /no training windows/,
  );
  const broken = { ...latents, latents: latents.latents.slice() };
  broken.latents[10] = NaN;
  assert.throws(
    () => clusterWindows(requestOf({ latents: broken, k: 2 }), new Random(1)),
    /window 3 has NaN/,
  );
});

Deno.test("clusterWindows() fits on training windows only and assigns every window", () => {
  const part = Uint8Array.from(truth, (_, i) => i < 600 ? 1 : 3);
  const half = (from: number, to: number) => ({
    ...latents,
    latents: latents.latents.slice(from * 3, to * 3),
  });
  for (const method of ["kmeans", "gmm", "hierarchical", "dbscan"] as const) {
    const k = method === "dbscan" ? {} : { k: 6 };
    const request = { method, eps: 0.3, minSamples: 8, ...k };
    const motifs = clusterWindows(requestOf({ latents, split: splitOf(part), ...request }), new Random(1));
    const alone = clusterWindows(requestOf({ latents: half(0, 600), ...request }), new Random(1));
    checkMotifs(motifs, 1200);
    assert.equal(motifs.inertia, alone.inertia);
    assert.equal(motifs.bic, alone.bic);
    assert.equal(agreement(alone.labels, motifs.labels.slice(0, 600)).ari, 1);
    assert.ok(agreement(truth, motifs.labels).ari > 0.97);
    assert.equal(motifs.clustered!.fittedWindows, 600);
  }
});

Deno.test("clusterWindows() says when latents were gathered on a grid", () => {
  const motifs = clusterWindows(requestOf({ latents, k: 6, maxPoints: 300 }), new Random(1));
  checkMotifs(motifs, 1200);
  assert.equal(motifs.clustered!.exact, false);
  assert.match(motifs.warnings[0], /gathered in \d+ cells/);
  assert.ok(agreement(truth, motifs.labels).ari > 0.99);
});

Deno.test("clusterWindows() gives codes more than max_points a coarser grid", () => {
  const motifs = clusterWindows(
    requestOf({ codes, k: 6, maxPoints: 30, method: "hierarchical" }),
    new Random(1),
  );
  checkMotifs(motifs, 1200);
  assert.ok(motifs.pointValues.length / 3 <= 30);
  assert.equal(motifs.clustered!.exact, false);
});

Deno.test("clusterWindows() scores latents of many dimensions pair by pair where a grid is too coarse for them", () => {
  const rng = new Random(6);
  const wide = Float32Array.from(
    { length: 5000 * 10 },
    (_, q) => (Math.floor(q / 10) % 2 === 0 ? -2 : 2) + rng.normal(),
  );
  const request = requestOf({
    latents: { latents: wide, dimensions: 10, classes: [], details: {} },
    k: 2,
    nInit: 1,
  });
  const motifs = clusterWindows(request, new Random(1));
  assert.equal(motifs.clustered!.exact, true);
  assert.ok(motifs.silhouette! > 0.5);
});

Deno.test("clusterWindows() refuses latents and codes of different windows", () => {
  const fewer = codesFrom(codes.codes.slice(1), codes.levels);
  assert.throws(() => clusterWindows(requestOf({ latents, codes: fewer, k: 2 }), new Random(1)), {
    name: "InputError",
    message: /there are 1200 latents and 1199 codes/,
  });
});

Deno.test("motifs are made of counts: they are the same, to the last bit, whatever order the windows come in", () => {
  const order = new Random(9).shuffle(Uint32Array.from({ length: 1200 }, (_, i) => i));
  const part = Uint8Array.from(order, (row) => row % 5 === 0 ? 3 : 1);
  const turned = codesFrom(order.map((row) => codes.codes[row]), codes.levels);
  for (const more of [{}, { method: "gmm" }, { method: "hierarchical" }, { method: "lca" }] as const) {
    const fit = (own: typeof codes, split: Uint8Array) =>
      clusterWindows(requestOf({ k: 5, codes: own, split: splitOf(split), ...more }), new Random(2));
    const plain = fit(codes, Uint8Array.from({ length: 1200 }, (_, row) => row % 5 === 0 ? 3 : 1));
    const { labels, points, ...motifs } = fit(turned, part);
    const { labels: known, points: _, ...expected } = plain;
    assert.deepEqual(motifs, expected);
    assert.deepEqual(labels, Int32Array.from(order, (row) => known[row]));
    assert.equal(points.length, 1200);
  }
});
