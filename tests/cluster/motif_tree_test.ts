import assert from "node:assert/strict";
import { mergeAlike, motifTree } from "../../lib/cluster/motif_tree.ts";
import { Random } from "../../lib/random.ts";

Deno.test("motifTree() joins the nearest motifs first, weighted by their windows", () => {
  const tree = motifTree({
    k: 4,
    dimensions: 1,
    centroids: Float64Array.of(0, 10, 1, 14),
    support: [3, 1, 1, 1],
  });
  assert.deepEqual([...tree.merges], [0, 2, 1, 3, 4, 5]);
  // Mean over the pairs: 3 windows at 0 and 1 at 1, against 1 at 10 and 1 at 14.
  // One without windows counts as one with one.
  const none = motifTree({
    k: 4,
    dimensions: 1,
    centroids: Float64Array.of(0, 10, 1, 14),
    support: [3, 1, 0, 1],
  });
  assert.deepEqual(none, tree);
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

Deno.test("mergeAlike() is average linkage over the means of what was merged before, in any dimension", () => {
  const rng = new Random(8);
  for (let run = 0; run < 200; run++) {
    const all = 3 + rng.below(6), d = 1 + rng.below(3), k = 1 + rng.below(3);
    const positions = Array.from({ length: all }, () => Array.from({ length: d }, () => rng.normal()));
    const support = positions.map(() => rng.below(6));
    // Some went into others before, whose numbers are not in order.
    const roots = rng.shuffle([...positions.keys()]).slice(0, all - 1);
    const target = positions.map((_, c) => roots.includes(c) ? c : roots[0]);
    const weight = (c: number) => Math.max(support[c], 1e-9);
    const places = roots.sort((a, b) => a - b).map((to) => {
      const own = [...positions.keys()].filter((c) => target[c] === to);
      const size = own.reduce((sum, c) => sum + weight(c), 0);
      return {
        to,
        size,
        at: positions[to].map((_, t) => own.reduce((s, c) => s + weight(c) * positions[c][t], 0) / size),
      };
    });
    let branches = places.map((place) => [place]);
    const apart = (a: typeof places, b: typeof places) => {
      let sum = 0, pairs = 0;
      for (const p of a) {
        for (const q of b) {
          sum += p.size * q.size * Math.hypot(...p.at.map((x, t) => x - q.at[t]));
          pairs += p.size * q.size;
        }
      }
      return sum / pairs;
    };
    while (branches.length > k) {
      const pairs = branches.flatMap((a, i) =>
        branches.slice(i + 1).map((b) => ({ a, b, distance: apart(a, b) }))
      );
      const { a, b } = pairs.sort((p, q) => p.distance - q.distance)[0];
      branches = [...branches.filter((c) => c !== a && c !== b), [...a, ...b]];
    }
    const ends = new Map<number, number>(), log: { from: number; to: number; count: number }[] = [];
    for (const branch of branches) {
      const [best] = branch.toSorted((p, q) => q.size - p.size || p.to - q.to);
      for (const { to, size } of branch) {
        ends.set(to, best.to);
        if (to !== best.to) log.push({ from: to, to: best.to, count: Math.round(size) });
      }
    }
    const before = { target: Int32Array.from(target), mergeLog: [], support: Float64Array.from(support) };
    const flat = Float64Array.from(positions.flat());
    const found = mergeAlike(flat, Float64Array.from(support), before, k);
    assert.deepEqual([...found.target], target.map((to) => ends.get(to)), `${run}`);
    assert.deepEqual(found.mergeLog, log.sort((a, b) => a.from - b.from));
  }
});
