import assert from "node:assert/strict";
import fc from "fast-check";
import { relabel } from "../../lib/cluster/relabel.ts";
import { mergeSmall } from "../../lib/cluster/support.ts";
import { Random } from "../../lib/random.ts";

Deno.test("T039 mergeSmall() keeps a cluster of exactly the threshold", () => {
  const merge = (count: number) =>
    mergeSmall(Float64Array.of(0, 1), Float64Array.of(1000 - count, count), 0.005 * 1000);
  assert.deepEqual([...merge(5).target], [0, 1]);
  assert.deepEqual([...merge(4).target], [0, 0]);
  // 0.07 · 100 is a little above 7 in binary.
  assert.deepEqual(mergeSmall(Float64Array.of(0, 1), Float64Array.of(93, 7), 0.07 * 100).mergeLog, []);
});

Deno.test("T036 mergeSmall() takes the smallest first and the nearest large one, with centroids recomputed", () => {
  // 2 (smallest) goes to 1, which moves from 4 to about 4.3; 3 then lies nearer to 1 than to 0.
  const { target, mergeLog } = mergeSmall(Float64Array.of(0, 4, 7.4, 2.1), Float64Array.of(50, 20, 2, 3), 5);
  assert.deepEqual(mergeLog, [{ from: 2, to: 1, count: 2 }, { from: 3, to: 0, count: 3 }]);
  assert.deepEqual([...target], [0, 1, 1, 0]);
  const near = mergeSmall(Float64Array.of(0, 4, 4, 2.01), Float64Array.of(50, 20, 2, 3), 5);
  assert.deepEqual(near.mergeLog.map(({ from, to }) => [from, to]), [[2, 1], [3, 1]]);
});

Deno.test("mergeSmall() takes the smaller number where sizes or distances are equal", () => {
  const between = mergeSmall(Float64Array.of(0, 4, 2), Float64Array.of(50, 50, 2), 5);
  assert.deepEqual(between.mergeLog, [{ from: 2, to: 0, count: 2 }]);
  const equal = mergeSmall(Float64Array.of(0, 9, 1, 8), Float64Array.of(50, 50, 3, 3), 5);
  assert.deepEqual(equal.mergeLog, [{ from: 2, to: 0, count: 3 }, { from: 3, to: 1, count: 3 }]);
});

Deno.test("T037 mergeSmall() ends with one cluster where all are small, and takes none and one", () => {
  const all = mergeSmall(Float64Array.of(0, 1, 2, 3), Float64Array.of(10, 10, 10, 10), 30);
  assert.equal(new Set(all.target).size, 1);
  assert.deepEqual([...mergeSmall(Float64Array.of(0), Float64Array.of(3), 5).target], [0]);
  assert.deepEqual([...mergeSmall(new Float64Array(), new Float64Array(), 5).target], []);
});

Deno.test("T035 mergeSmall() leaves every cluster with enough support, keeps the total and its input", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 60 })), { minLength: 1 }),
      fc.integer({ min: 0, max: 40 }),
      (clusters, threshold) => {
        const positions = Float64Array.from(clusters, ([x]) => x),
          support = Float64Array.from(clusters, ([, n]) => n);
        const before = [positions.slice(), support.slice()];
        const { target, support: after, mergeLog } = mergeSmall(positions, support, threshold);
        assert.deepEqual([positions, support], before);
        const survivors = new Set(target);
        assert.equal(survivors.size + mergeLog.length, clusters.length);
        if (survivors.size > 1) { for (const c of survivors) assert.ok(after[c] >= threshold); }
        const gathered = new Float64Array(clusters.length);
        target.forEach((to, from) => gathered[to] += support[from]);
        assert.deepEqual(gathered, after);
        assert.deepEqual(mergeSmall(positions, support, threshold).mergeLog, mergeLog);
      },
    ),
  );
});

Deno.test("T038 relabel() numbers by descending support, the smaller old id first on ties, and keeps −1", () => {
  const { labels, mapping, support } = relabel(Int32Array.of(5, 5, 9, 2));
  assert.deepEqual([...labels], [0, 0, 2, 1]);
  assert.deepEqual([...mapping], [[5, 0], [2, 1], [9, 2]]);
  assert.deepEqual(support, [2, 1, 1]);
  assert.deepEqual([...relabel(Int32Array.of(-1, 7, -1)).labels], [-1, 0, -1]);
  assert.deepEqual([...relabel(new Int32Array()).labels], []);
  assert.throws(() => relabel(Int32Array.of(-2)), /label −2|below −1/);
});

Deno.test("mergeSmall() moves the center of what grew, which decides the next merge, in the plane too", () => {
  // The third lies nearer to the second than to the first, and draws it up; only so the last is nearer to it as well.
  const centroids = Float64Array.of(10, 0, 0, 0, 2, 8, 5.05, 3), support = Float64Array.of(10, 10, 2, 3);
  const { target, mergeLog } = mergeSmall(centroids, support, 4);
  assert.deepEqual(mergeLog, [{ from: 2, to: 1, count: 2 }, { from: 3, to: 1, count: 3 }]);
  assert.deepEqual([...target], [0, 1, 1, 1]);
});

/** The merges by their description, with every center taken anew from all that went into it. */
function merges(
  positions: number[][],
  support: number[],
  threshold: number,
): [from: number, to: number, count: number][] {
  const members = new Map(support.map((_, c) => [c, [c]])), log: [number, number, number][] = [];
  const sizeOf = (c: number) => members.get(c)!.reduce((sum, m) => sum + support[m], 0);
  const centerOf = (c: number) =>
    positions[c].map((own, t) => {
      const total = sizeOf(c);
      return total === 0
        ? own
        : members.get(c)!.reduce((sum, m) => sum + support[m] * positions[m][t], 0) / total;
    });
  while (members.size > 1) {
    const small = [...members.keys()].filter((c) => sizeOf(c) < threshold).sort((a, b) =>
      sizeOf(a) - sizeOf(b) || a - b
    );
    if (small.length === 0) break;
    const [from] = small, others = [...members.keys()].filter((c) => c !== from);
    const large = others.filter((c) => sizeOf(c) >= threshold);
    const apart = (c: number) => Math.hypot(...centerOf(c).map((x, t) => x - centerOf(from)[t]));
    const [to] = (large.length > 0 ? large : others).sort((a, b) => apart(a) - apart(b));
    log.push([from, to, sizeOf(from)]);
    members.get(to)!.push(...members.get(from)!);
    members.delete(from);
  }
  return log;
}

Deno.test("mergeSmall() merges as its description says, one by one, empty clusters among them", () => {
  const rng = new Random(3);
  for (let run = 0; run < 300; run++) {
    const k = 2 + rng.below(7), d = 1 + rng.below(3);
    const positions = Array.from({ length: k }, () => Array.from({ length: d }, () => rng.normal()));
    const support = Array.from({ length: k }, () => Math.max(0, rng.below(14) - 3)),
      threshold = 1 + rng.below(20);
    const found = mergeSmall(Float64Array.from(positions.flat()), Float64Array.from(support), threshold);
    const expected = merges(positions, support, threshold);
    assert.deepEqual(found.mergeLog.map(({ from, to, count }) => [from, to, count]), expected);
    const target = support.map((_, c) => c);
    for (const [from, to] of expected) target.forEach((t, c) => target[c] = t === from ? to : t);
    assert.deepEqual([...found.target], target);
  }
  // Short of the threshold by more than rounding is short of it.
  assert.equal(mergeSmall(Float64Array.of(0, 1), Float64Array.of(93, 6.999999), 7).mergeLog.length, 1);
});
