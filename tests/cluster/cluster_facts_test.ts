import assert from "node:assert/strict";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import { halfWidths } from "../../lib/fsq/constants.ts";
import { Random } from "../../lib/random.ts";
import { lineMotifs } from "./make_motifs.ts";
import { codesFrom, requestOf, splitOf } from "./make_request.ts";

const line = (values: number[]) => ({
  latents: Float32Array.from(values),
  dimensions: 1,
  classes: [],
  details: {},
});
const pairs = line([0, 0.1, 0.2, 0.05, 5, 5.1, 5.2, 5.05]);

Deno.test("a mixture on codes adds the variance of a cell to all of its own, on latents a millionth", () => {
  const codes = codesFrom(Uint32Array.of(0, 1, 2, 33, 34, 35, 0, 34), [6, 7]);
  const onCodes = clusterWindows(requestOf({ codes, method: "gmm", k: 2 }), new Random(1));
  // A uniform cell of width 1/half has the variance 1/(12 half²).
  const cell = halfWidths([6, 7]).reduce((sum, half) => sum + (1 / half) ** 2 / 12, 0) / 2;
  assert.ok(onCodes.rule?.kind === "mixture");
  assert.ok(Math.abs(onCodes.rule.regCovar - cell) < 1e-15);
  const onLatents = clusterWindows(requestOf({ latents: pairs, method: "gmm", k: 2 }), new Random(1));
  assert.ok(onLatents.rule?.kind === "mixture" && onLatents.rule.regCovar === 1e-6);
  const asked = clusterWindows(
    requestOf({ latents: pairs, method: "gmm", k: 2, regCovar: 0.25 }),
    new Random(1),
  );
  assert.ok(asked.rule?.kind === "mixture" && asked.rule.regCovar === 0.25);
});

Deno.test("dbscan warns of an eps below the step between codes, and of noise only", () => {
  const codes = codesFrom(Uint32Array.of(0, 1, 2, 3, 0, 1, 2, 3), [8, 5]);
  const step = 1 / Math.max(...halfWidths([8, 5]));
  const told = (eps: number, minSamples = 1) =>
    clusterWindows(requestOf({ codes, method: "dbscan", eps, minSamples }), new Random(1)).warnings
      .filter((warning) => /eps/.test(warning));
  assert.deepEqual(told(step), []);
  for (const rounded of [1e-10, 1e-9]) assert.deepEqual(told(step * (1 - rounded)), []);
  const [below] = told(step * (1 - 1e-6));
  assert.match(below, /is below the smallest step between codes, 0\.250: no code has a neighbour/);
  assert.deepEqual(told(0.5, 9).length, 1);
  assert.match(told(0.5, 9)[0], /No window has 9 neighbours within eps: all are noise/);
  // Other methods have no eps, whatever stands there.
  const coarse = codesFrom(Uint32Array.of(0, 1, 2, 4, 5, 8), [3, 3]);
  assert.deepEqual(clusterWindows(requestOf({ codes: coarse, k: 2, eps: 0.1 }), new Random(1)).warnings, []);
  // Latents have no lattice.
  const free = requestOf({ latents: pairs, method: "dbscan", eps: 1e-9, minSamples: 1 });
  assert.deepEqual(clusterWindows(free, new Random(1)).warnings, []);
});

Deno.test("clusterWindows() tells what it fits, and refits only where it is asked to", () => {
  const heard: [number, string][] = [];
  const hear = (fraction: number, message: string) => void heard.push([fraction, message]);
  const request = requestOf({ latents: pairs, kRange: [1, 2], criterion: "silhouette" });
  const plain = clusterWindows(request, new Random(1), hear);
  assert.deepEqual(heard, [[0, "kmeans: 1 clusters"], [0.5, "kmeans: 2 clusters"]]);
  assert.equal(plain.stability, undefined);
  assert.deepEqual(plain.details.criterion, "silhouette");
  heard.length = 0;
  const none = clusterWindows(requestOf({ latents: pairs, k: 2, bootstraps: 0 }), new Random(1), hear);
  assert.deepEqual([none.stability, none.hitBoundary, heard.length], [undefined, false, 1]);
  heard.length = 0;
  const refitted = clusterWindows(requestOf({ latents: pairs, k: 2, bootstraps: 2 }), new Random(1), hear);
  assert.deepEqual(heard.slice(1), [[0, "bootstrap 1/2"], [0.5, "bootstrap 2/2"]]);
  assert.equal(refitted.stability?.drawn, "windows");
  assert.equal(refitted.stability?.jaccard.length, 2);
  const people = Int32Array.from(pairs.latents, (_, i) => i % 4);
  const drawn = clusterWindows(
    requestOf({ latents: pairs, k: 2, bootstraps: 2, subjects: people }),
    new Random(1),
  );
  assert.equal(drawn.stability?.drawn, "subjects");
  heard.length = 0;
  clusterWindows(requestOf({ latents: pairs, method: "dbscan", minSamples: 2 }), new Random(1), hear);
  assert.deepEqual(heard, [[0, "dbscan: density"]]);
});

Deno.test("a refit that draws fewer distinct points than there are clusters forms as many as it can", () => {
  const three = line([0, 0, 0, 0, 0, 0, 5, 9]);
  const { stability } = clusterWindows(requestOf({ latents: three, k: 3, bootstraps: 12 }), new Random(2));
  assert.equal(stability?.jaccard.length, 3);
  assert.ok(stability!.jaccard.every((share) => share >= 0 && share <= 1));
});

Deno.test("enforceSupport() measures where motifs lie on the counted windows that have one", () => {
  // Motif 2 lies at 4 by all windows, at 6.5 by the counted ones, which is nearer to motif 1 at 9 than to 0 at 0.
  const labels = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, -1, -1],
    places = [0, 0, 0, 0, 9, 9, 9, 9, 6.5, 1.5, 100, -100];
  const part = Uint8Array.from(labels, (_, i) => i === 9 ? 3 : 1);
  const motifs = lineMotifs(labels, places);
  const counted = enforceSupport({ motifs, split: splitOf(part), minSupport: 0.1 });
  assert.deepEqual(counted.mergeLog, [{ from: 2, to: 1, count: 1 }]);
  assert.deepEqual([counted.details.minWindows, counted.details.countedWindows], [0.1 * 11, 11]);
  assert.deepEqual(enforceSupport({ motifs, minSupport: 0.2 }).mergeLog, [{ from: 2, to: 0, count: 2 }]);
  assert.equal(enforceSupport({ motifs, minSupport: 2 / 12 }).k, 3);
  // In two dimensions; the second decides, and the first window counts.
  const flat = (rows: number[][]) => ({
    latents: Float32Array.from(rows.flat()),
    dimensions: 2,
    classes: [],
    details: {},
  });
  const latents = flat(labels.map((m, i) => i === 0 ? [3, 40] : [[0, 0], [3, 10], [3, 9], [50, 50]].at(m)!));
  const plane = enforceSupport({ motifs, latents, minSupport: 0.2 });
  // Motif 0 lies at (0.75, 10): 2.25 + 1 away; motif 1 at (3, 10): 1 away.
  assert.deepEqual(plane.mergeLog, [{ from: 2, to: 1, count: 2 }]);
  const nearer = flat(labels.map((m, i) => i === 0 ? [12, 36] : [[0, 0], [3, 11], [3, 9], [50, 50]].at(m)!));
  assert.deepEqual(enforceSupport({ motifs, latents: nearer, minSupport: 0.2 }).mergeLog[0].to, 0);
  // A motif without counted windows takes the place of the nearest one in both dimensions.
  const hidden = splitOf(Uint8Array.from(labels, (m) => m === 2 ? 3 : 1));
  const lost = enforceSupport({ motifs, latents, split: hidden, minSupport: 0.2 });
  assert.deepEqual(lost.mergeLog, [{ from: 2, to: 0, count: 0 }]);
});
