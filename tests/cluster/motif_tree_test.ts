import assert from "node:assert/strict";
import { mergeAlike, motifTree } from "../../lib/cluster/motif_tree.ts";

Deno.test("motifTree() joins the nearest motifs first, weighted by their windows", () => {
  const tree = motifTree({
    k: 4,
    dimensions: 1,
    centroids: Float64Array.of(0, 10, 1, 14),
    support: [3, 1, 1, 1],
  });
  assert.deepEqual([...tree.merges], [0, 2, 1, 3, 4, 5]);
  // Mean over the pairs: 3 windows at 0 and 1 at 1, against 1 at 10 and 1 at 14.
  assert.deepEqual([...tree.heights], [1, 4, (3 * 10 + 3 * 14 + 9 + 13) / 8]);
});

Deno.test("mergeAlike() cuts the dendrogram of what is left, and each branch keeps its largest motif", () => {
  const positions = Float64Array.of(0, 10, 1, 14, 30), support = Float64Array.of(3, 1, 5, 2, 4);
  const before = { target: Int32Array.of(0, 1, 2, 3, 4), mergeLog: [], support };
  const { target, mergeLog } = mergeAlike(positions, support, before, 3);
  assert.deepEqual([...target], [2, 3, 2, 3, 4]);
  assert.deepEqual(mergeLog, [{ from: 0, to: 2, count: 3 }, { from: 1, to: 3, count: 1 }]);
  // What was merged before goes along, and the log goes on.
  const merged = { target: Int32Array.of(0, 3, 2, 3, 4), mergeLog: [{ from: 1, to: 3, count: 1 }], support };
  const further = mergeAlike(positions, support, merged, 2);
  assert.deepEqual([...further.target], [2, 2, 2, 2, 4]);
  assert.equal(further.mergeLog.length, 3);
  assert.equal(mergeAlike(positions, support, merged, 4), merged);
});
