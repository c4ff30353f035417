import assert from "node:assert/strict";
import { sphericalBic } from "../../../lib/cluster/fit/bic.ts";
import { centroidsOf, inertiaOf } from "../../../lib/cluster/points/points.ts";
import { selectK } from "../../../lib/cluster/judge/select_k.ts";
import { toy, toyPoints } from "../vectors.ts";

const at = (k: number, bic: number | null, silhouette: number | null) => ({
  k,
  bic,
  silhouette,
  inertia: null,
});

Deno.test("T030 sphericalBic() of the toy of eight codes in its named variants", () => {
  const { centroids, support } = centroidsOf(toyPoints, toy.labels, 3);
  const sse = inertiaOf(toyPoints, toy.labels, centroids);
  assert.ok(Math.abs(sse - 1.9646825397) < 1e-10);
  assert.ok(Math.abs(sphericalBic(support, sse, 3, "mle") - 29.8806074) < 1e-7);
  assert.ok(Math.abs(sphericalBic(support, sse, 3, "corrected") - 30.4435886) < 1e-7);
  assert.ok(Math.abs(sphericalBic(support, sse, 3, "pelleg-moore") - 70.1353471) < 1e-7);
});

Deno.test("sphericalBic() stays finite without spread", () => {
  assert.ok(Number.isFinite(sphericalBic([4, 4], 0, 3)));
  assert.ok(Number.isFinite(sphericalBic([1, 1], 0, 3, "corrected")));
});

Deno.test("T032 selectK() takes the smallest BIC and the smaller k on ties", () => {
  const chosen = selectK([at(2, 90, 0.9), at(3, 50, 0.1), at(4, 70, 0.2)], "bic");
  assert.deepEqual([chosen.k, chosen.reason, chosen.hitBoundary, chosen.deltaBic], [3, "bic", false, 20]);
  assert.match(chosen.warnings.join(), /silhouette 0.10, but 2 clusters reach 0.90/);
  assert.equal(selectK([at(2, 90, null), at(3, 50, null), at(4, 50, null), at(5, 60, null)], "bic").k, 3);
});

Deno.test("T032 selectK() reports a choice at the boundary", () => {
  const chosen = selectK([at(4, 90, 0.5), at(5, 60, 0.5), at(6, 30, 0.5)], "bic");
  assert.equal(chosen.k, 6);
  assert.ok(chosen.hitBoundary);
  assert.match(chosen.warnings[0], /k = 6 is the edge of the range 4 to 6/);
  assert.ok(selectK([at(4, 10, 0.5), at(5, 60, 0.5), at(6, 90, 0.5)], "bic").hitBoundary);
});

Deno.test("T033 selectK() lets silhouette decide where BIC is flat", () => {
  const chosen = selectK(
    [at(3, 80, 0.9), at(4, 50.5, 0.3), at(5, 50, 0.2), at(6, 51.9, 0.6), at(7, 70, 0.1)],
    "bic",
  );
  assert.deepEqual([chosen.k, chosen.reason, chosen.hitBoundary], [6, "silhouette", false]);
  assert.match(chosen.warnings[0], /BIC is flat/);
});

Deno.test("selectK() calls a difference of BIC below 2 flat, and no larger one", () => {
  const among = (delta: number) =>
    selectK([at(3, 90, 0), at(4, 50, 0.1), at(5, 50 + delta, 0.2), at(6, 99, 0)], "bic");
  assert.deepEqual([among(1.99).k, among(1.99).reason], [5, "silhouette"]);
  assert.deepEqual([among(2).k, among(2).reason], [4, "bic"]);
  assert.equal(among(1.5).deltaBic, 1.5);
});

Deno.test("selectK() doubts BIC where another silhouette is higher by more than 0.1", () => {
  const warned = (other: number) =>
    selectK([at(3, 90, other), at(4, 50, 0.5), at(5, 80, 0.2)], "bic").warnings.some((w) =>
      /Gaussian/.test(w)
    );
  assert.deepEqual([warned(0.6), warned(0.61)], [false, true]);
});

Deno.test("selectK() by silhouette skips candidates where it is undefined", () => {
  const chosen = selectK([at(1, 10, null), at(2, 20, 0.4), at(3, 30, 0.4), at(4, 5, 0.1)], "silhouette");
  assert.deepEqual([chosen.k, chosen.reason], [2, "silhouette"]);
  assert.throws(() => selectK([at(1, 10, null)], "silhouette"), /no candidate has a silhouette/);
});
