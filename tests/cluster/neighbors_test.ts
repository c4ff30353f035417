/** Motifs of windows that are averaged with those around them. */
import assert from "node:assert/strict";
import { applyToWindows } from "../../lib/cluster/apply.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { enforceSupport } from "../../lib/cluster/enforce_support.ts";
import type { ClusterRequest } from "../../lib/cluster/request.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { Random } from "../../lib/random.ts";
import { MotifLookup } from "../../lib/stream/motif_lookup.ts";
import { codesFrom, requestOf, splitOf } from "./make_request.ts";

const levels = [5, 5];
const rng = new Random(7);
// Two behaviours of 20 windows each in turn, whose codes lie on either side of the middle in three windows of four.
const truth = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 20) % 2);
const digits = Array.from(truth, (t) => [rng.below(4) === 0 ? 3 - 2 * t : 1 + 2 * t, rng.below(5)]);
const codes = codesFrom(Uint32Array.from(digits, ([a, b]) => a + 5 * b), levels);
const stretches = [{ from: 0, to: 200 }, { from: 200, to: 400 }];
const of = (more: Partial<ClusterRequest>) =>
  clusterWindows(requestOf({ codes, k: 2, stretches, ...more }), new Random(1));

/** Share of windows that have the motif of their behaviour. */
function right(labels: Int32Array): number {
  const same = labels.reduce((sum, label, i) => sum + Number(label === truth[i]), 0) / labels.length;
  return Math.max(same, 1 - same);
}

Deno.test("what lasts is told apart by windows with their neighbors, where single ones do not tell", () => {
  assert.ok(right(of({}).labels) < 0.8);
  const motifs = of({ neighbors: 4 });
  assert.ok(right(motifs.labels) > 0.85, `${right(motifs.labels)}`);
  assert.deepEqual([motifs.neighbors, of({}).neighbors], [4, undefined]);
  // The points are the means themselves, one for each window.
  const quantizer = new Quantizer(levels);
  const at = (i: number, t: number) => quantizer.valuesOf(codes.codes[i])[t];
  for (const [i, from, to] of [[0, 0, 5], [100, 96, 105], [199, 195, 200], [200, 200, 205]]) {
    for (const t of [0, 1]) {
      let sum = 0;
      for (let j = from; j < to; j++) sum += at(j, t);
      assert.ok(Math.abs(motifs.pointValues[2 * motifs.points[i] + t] - sum / (to - from)) < 1e-12);
    }
  }
});

Deno.test("other windows are averaged with their own neighbors, and those of the fit get what they had", () => {
  const motifs = of({ neighbors: 4 });
  const again = applyToWindows(motifs, { codes, stretches });
  assert.deepEqual([again.labels, again.neighbors], [motifs.labels, 4]);
  const half = codesFrom(codes.codes.slice(200), levels);
  const own = applyToWindows(motifs, { codes: half, stretches: [{ from: 0, to: 200 }] });
  assert.deepEqual(own.labels, motifs.labels.slice(200));
  const merged = enforceSupport({ motifs: of({ k: 5, neighbors: 4 }), minSupport: 0.25 });
  assert.equal(merged.neighbors, 4);
});

Deno.test("no window of the training part is averaged with windows that judge", () => {
  const part = Uint8Array.from(truth, (_, i) => i % 200 < 100 ? 1 : 3);
  const fit = of({ neighbors: 4, split: splitOf(part) });
  const others = codesFrom(codes.codes.map((code, i) => part[i] === 3 ? 24 - code : code), levels);
  const moved = of({ codes: others, neighbors: 4, split: splitOf(part) });
  assert.deepEqual(moved.rule, fit.rule);
  part.forEach((p, i) => p === 1 && assert.equal(moved.labels[i], fit.labels[i], `window ${i}`));
});

Deno.test("latents are averaged as codes are, before or after the bound", () => {
  const latents = {
    latents: Float32Array.from({ length: 800 }, (_, i) => digits[i >> 1][i % 2] - 2),
    dimensions: 2,
    classes: [],
    details: {},
  };
  for (const own of [undefined, codes]) {
    const motifs = of({ latents, codes: own, space: "latent", neighbors: 4 });
    assert.ok(right(motifs.labels) > 0.85, `${right(motifs.labels)}`);
    const given = applyToWindows(motifs, { latents, codes: own, stretches });
    assert.deepEqual(given.labels, motifs.labels);
  }
});

Deno.test("neighbors are refused where nobody knows them", () => {
  assert.throws(
    () => of({ neighbors: 2, stretches: undefined }),
    /Cannot average windows with 2 neighbors: no windows are connected/,
  );
  assert.throws(
    () => of({ neighbors: 2, stretches: [{ from: 0, to: 9 }] }),
    /Cannot average windows: 9 are connected, the data are of 400/,
  );
  assert.throws(() => of({ neighbors: 2, method: "lca" }), /a mean of codes has no digits/);
  const motifs = of({ neighbors: 2 });
  assert.throws(() => applyToWindows(motifs, { codes }), /no windows are connected/);
  assert.throws(
    () => new MotifLookup(motifs, levels),
    /Cannot apply motifs to single windows: they are of windows averaged with 2 on either side/,
  );
});
