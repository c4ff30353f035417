import assert from "node:assert/strict";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import cluster from "../../lib/steps/cluster.ts";
import { codesOf, someLatents } from "../cluster/make_request.ts";
import { runStep } from "./run_step.ts";

const { latents } = someLatents(400, 4, 1, 0.2);
const codes = codesOf(latents, [4, 4, 4]);

/** Messages of the definition's own check. */
const check = (given: object) => cluster.check!(cluster.params.parse(given)).map(({ message }) => message);

Deno.test("T137 cluster turns codes into motifs that survive the disk, the same for the same seed", async () => {
  const { outputs } = await runStep(cluster, { codes, latents }, { method: "kmeans", k: 7 });
  const again = await runStep(cluster, { codes, latents }, { method: "kmeans", k: 7 });
  assert.equal(outputs.motifs.k, 7);
  assert.equal(outputs.motifs.space, "code");
  assert.deepEqual(again.outputs, outputs);
  const dir = await Deno.makeTempDir();
  await Motifs.write(dir, outputs.motifs);
  assert.deepEqual(await Motifs.read(dir), outputs.motifs);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("cluster writes motifs even when all windows are noise", async () => {
  const { outputs, warnings } = await runStep(cluster, { codes }, { method: "dbscan", min_samples: 1000 });
  assert.equal(outputs.motifs.k, 0);
  assert.match(warnings.join(), /all are noise/);
  const dir = await Deno.makeTempDir();
  await Motifs.write(dir, outputs.motifs);
  assert.deepEqual(await Motifs.read(dir), outputs.motifs);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("T138 cluster takes the research template's gmm with k chosen by BIC", async () => {
  const given = { method: "gmm", k_range: [2, 8], criterion: "bic", covariance: "full", n_init: 3 };
  const { outputs: { motifs } } = await runStep(cluster, { codes, latents }, given);
  assert.equal(motifs.k, 4);
  assert.equal(motifs.space, "latent");
  assert.equal(motifs.curve.length, 7);
});

Deno.test("T140 cluster checks that exactly one way to the number of clusters is given", () => {
  assert.deepEqual(check({ k: 3 }), []);
  assert.deepEqual(check({ k: "adaptive" }), []);
  assert.deepEqual(check({ method: "hierarchical", height: 0.5 }), []);
  assert.deepEqual(check({ method: "dbscan" }), []);
  assert.deepEqual(check({}), ["kmeans needs `k` or `k_range`"]);
  assert.deepEqual(check({ k: 3, k_range: [2, 4] }), ["only one of k, k_range may be given"]);
  assert.deepEqual(check({ k_range: [5, 2] }), ["the first must not exceed the second, got [5,2]"]);
  assert.deepEqual(check({ method: "dbscan", k: 3 }), ["dbscan finds its own number of clusters"]);
  assert.deepEqual(check({ k: 3, height: 1 }), [
    "only one of k, height may be given",
    "is for hierarchical, not kmeans",
  ]);
});

Deno.test("cluster assigns windows to the motifs it is given", async () => {
  const { outputs: { motifs } } = await runStep(cluster, { codes }, { k: 5 });
  const again = await runStep(cluster, { codes, fitted: motifs }, { method: "assign" });
  assert.deepEqual(again.outputs.motifs.labels, motifs.labels);
  await assert.rejects(
    runStep(cluster, { codes }, { method: "assign" }),
    /no motifs are connected to port `fitted`/,
  );
  assert.deepEqual(check({ method: "assign", k: 3 }), ["assign keeps the clusters it is given"]);
  assert.deepEqual(check({ method: "assign", neighbors: 1 }), [
    "assign averages as many windows as the fitted motifs did",
  ]);
  assert.deepEqual(check({ method: "lca", k: 3, neighbors: 1 }), [
    "latent classes are of single codes, a mean of which has no digits",
  ]);
});

Deno.test("T107 cluster adapts k to the dwell of codes in continuous windows", async () => {
  const n = codes.codes.length;
  const windows = {
    recording: new Int32Array(n),
    start: Int32Array.from({ length: n }, (_, i) => i * 50),
    hop: 50,
    length: 100,
    recordings: { recordings: [{ gaps: [] }] },
  };
  const { outputs, warnings } = await runStep(cluster, { codes, windows }, { k: "adaptive" });
  assert.equal(outputs.motifs.k, 4);
  assert.match(warnings.join(), /0 codes are stable/);
});

Deno.test("cluster refuses unknown and impossible parameters", () => {
  assert.ok(!cluster.params.safeParse({ k: 3, clusters: 4 }).success);
  assert.ok(!cluster.params.safeParse({ k: 0 }).success);
  assert.ok(!cluster.params.safeParse({ k: 3, covariance: "round" }).success);
});
