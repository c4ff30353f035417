import assert from "node:assert/strict";
import { candidatesOf } from "../../../lib/cluster/fit/candidates.ts";
import { Fitter } from "../../../lib/cluster/fit/fit.ts";
import { prepare } from "../../../lib/cluster/points/prepare.ts";
import type { ClusterRequest } from "../../../lib/cluster/request.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom, requestOf } from "../make_request.ts";

/** Six distinct codes, in runs of ten, with one code that is never followed by itself. */
const sequence = Uint32Array.from({ length: 60 }, (_, i) => i % 10 === 9 ? 63 : Math.floor(i / 12));
const codes = codesFrom(sequence, [4, 4, 4]);
const of = (changes: Partial<ClusterRequest>) => {
  const request = requestOf({ codes, criterion: "silhouette", ...changes });
  const prepared = prepare(request);
  return candidatesOf(request, prepared, new Fitter(prepared.points, request, new Random(1)));
};

Deno.test("candidatesOf() takes the number that is given, up to that of distinct points", () => {
  assert.deepEqual(of({ k: 6 }), { ks: [6], reason: "given", details: {}, warnings: [] });
  assert.throws(() => of({ k: 7 }), /Cannot form 7 clusters: there are only 6 distinct points/);
});

Deno.test("candidatesOf() tries every number of a range that leaves clusters of more than a point", () => {
  assert.deepEqual(of({ kRange: [2, 5] }), {
    ks: [2, 3, 4, 5],
    reason: "range",
    details: { range: [2, 5] },
    warnings: [],
  });
  const cut = of({ kRange: [3, 9] });
  assert.deepEqual([cut.ks, cut.details, cut.warnings], [
    [3, 4, 5],
    { range: [3, 5] },
    ["k was tried up to 5, not 9: there are only 6 distinct points"],
  ]);
  assert.deepEqual(of({ kRange: [5, 9] }).ks, [5]);
  assert.throws(
    () => of({ kRange: [6, 9] }),
    /Cannot choose k from 6 to 9: 6 distinct points allow at most 5 clusters/,
  );
  const one = of({ codes: codesFrom(new Uint32Array(9), [4, 4, 4]), kRange: [2, 5] });
  assert.deepEqual([one.ks, one.reason, one.warnings.length], [[1], "single-point", 1]);
});

Deno.test("candidatesOf() leaves the number to density, takes it from a height, or asks for one", () => {
  assert.deepEqual(of({ method: "dbscan", k: 3 }), {
    ks: [null],
    reason: "density",
    details: {},
    warnings: [],
  });
  const low = of({ method: "hierarchical", height: 0 }), high = of({ method: "hierarchical", height: 1e9 });
  assert.deepEqual([low.ks, high.ks, low.reason], [[6], [1], "height"]);
  assert.throws(() => of({ method: "hierarchical" }), /by hierarchical: neither k nor k_range is given/);
  assert.throws(() => of({ method: "kmeans", height: 1 }), /by kmeans: neither k nor k_range is given/);
});

Deno.test("candidatesOf() adapts to the codes that last, and says where that ends at an edge", () => {
  const stretches = [{ from: 0, to: 60, recording: 0 }];
  const none = of({ k: "adaptive", stretches, stableSelfTransition: 0.99 });
  assert.deepEqual([none.ks, none.reason, none.details.stableCodes], [[4], "adaptive", 0]);
  assert.match(none.warnings[0], /^Adaptive k = 4 is the edge of its range 4 to 24: 0 codes are stable$/);
  const some = of({ k: "adaptive", stretches, stableSelfTransition: 0.75 });
  assert.deepEqual([some.details.meanDwellSteps, some.details.stableSelfTransition], [4, 0.75]);
  assert.equal(some.details.stableCodes, 5);
  assert.deepEqual([some.ks, some.warnings.length], [[5], 1]);
  assert.match(some.warnings[0], /k = 5 is the most that 6 distinct points allow/);
  assert.equal(of({ k: "adaptive", stretches }).details.stableSelfTransition, 0.8);
  assert.throws(() => of({ k: "adaptive" }), /codes and windows must both be connected/);
});
