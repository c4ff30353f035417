import assert from "node:assert/strict";
import type { Motifs } from "../../../lib/artifacts/motifs.ts";
import { commonMotifs } from "../../../lib/metrics/drift/motif_identity.ts";

const rule = { kind: "centroid", centroids: [0, 1], variance: 1 };
const of = (labels: number[], more: object = {}) =>
  ({ labels: Int32Array.from(labels), k: 2, ...more }) as unknown as Motifs;

Deno.test("commonMotifs() numbers names of both sides alike, in the order in which they come, and keeps noise", () => {
  const common = commonMotifs(
    of([0, 1, -1, 0], { names: ["rest", "run"] }),
    of([0, -1, 1, 2], { names: ["eat", "run", "rest"], k: 3 }),
  );
  assert.deepEqual(common.names, ["rest", "run", "eat"]);
  assert.deepEqual([[...common.reference], [...common.current]], [[0, 1, -1, 0], [2, -1, 1, 0]]);
});

Deno.test("commonMotifs() of one fit keeps its numbers, of others there are none in common", () => {
  const a = of([0, 1], { rule, clusters: [0, 1] }), b = of([1, -1], { rule, clusters: [0, 1], k: 3 });
  assert.deepEqual(commonMotifs(a, b), { reference: a.labels, current: b.labels, names: [0, 1, 2] });
  assert.deepEqual(commonMotifs(b, a).names, [0, 1, 2]);
  const named = { ...a, names: ["x", "y"] };
  assert.deepEqual([commonMotifs(named, b).names, commonMotifs(b, named).names], [["x", "y"], ["x", "y"]]);
  const refused = /have no names to match them by/;
  assert.throws(() => commonMotifs(a, of([1], { rule, clusters: [1, 0] })), refused);
  assert.throws(
    () => commonMotifs(a, of([1], { rule: { ...rule, variance: 2 }, clusters: [0, 1] })),
    refused,
  );
  assert.throws(() => commonMotifs(of([0]), of([0])), refused);
  assert.throws(() => commonMotifs(a, of([0])), refused);
  assert.throws(() => commonMotifs(of([0], { names: ["x"] }), of([0])), refused);
});
