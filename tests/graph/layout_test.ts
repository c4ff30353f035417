import assert from "node:assert/strict";
import fc from "fast-check";
import { layout } from "../../lib/graph/layout.ts";

Deno.test("layout() points every edge down and lets no boxes overlap", () => {
  const graphs = fc.integer({ min: 1, max: 14 }).chain((n) =>
    fc.record({
      n: fc.constant(n),
      pairs: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 40 }),
      widths: fc.array(fc.integer({ min: 20, max: 300 }), { minLength: n, maxLength: n }),
    })
  );
  fc.assert(
    fc.property(graphs, ({ n, pairs, widths }) => {
      const edges = pairs.filter(([a, b]) => a < b).map(([a, b]) => ({ from: `${a}`, to: `${b}` }));
      const boxes = Array.from({ length: n }, (_, i) => ({ id: `${i}`, width: widths[i], height: 40 }));
      const { boxes: placed, width, height, routes } = layout(boxes, edges);
      for (const { from, to } of edges) assert.ok(placed.get(from)!.y < placed.get(to)!.y);
      const all = [...placed.values()];
      for (const a of all) {
        assert.ok(a.x - a.width / 2 >= 0 && a.x + a.width / 2 <= width && a.y + a.height / 2 <= height);
        for (const b of all) {
          if (a === b) continue;
          const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 1e-6 || Math.abs(a.y - b.y) >= 40;
          assert.ok(apart, `${a.id} and ${b.id} overlap`);
        }
      }
      assert.equal(routes.length, edges.length);
    }),
    { numRuns: 200, seed: 7 },
  );
});

Deno.test("layout() refuses a cycle", () => {
  const box = (id: string) => ({ id, width: 10, height: 10 });
  assert.throws(
    () => layout([box("a"), box("b")], [{ from: "a", to: "b" }, { from: "b", to: "a" }]),
    /it has a cycle/,
  );
});

const line = (n: number, edges: [number, number][]) =>
  layout(
    Array.from({ length: n }, (_, i) => ({ id: `${i}`, width: 60, height: 40 })),
    edges.map(([a, b]) => ({ from: `${a}`, to: `${b}` })),
  );

Deno.test("layout() leads edges of one box along one line up to where they part, around the boxes between", () => {
  const { boxes, routes } = line(4, [[0, 1], [1, 2], [2, 3], [0, 2], [0, 3]]);
  const [second, third] = routes.slice(3).map(({ points }) => points);
  assert.equal(third!.length, 4);
  assert.deepEqual(second!.slice(0, 2), third!.slice(0, 2));
  for (const [k, [x]] of third!.slice(1, 3).entries()) {
    const box = boxes.get(`${k + 1}`)!;
    assert.ok(Math.abs(x - box.x) > box.width / 2, "beside the box of its layer");
  }
});

Deno.test("layout() draws a thousand steps of which each takes from all kinds of others before it", () => {
  const chain = Array.from({ length: 999 }, (_, i): [number, number] => [i, i + 1]);
  const all = Array.from({ length: 998 }, (_, i): [number, number] => [0, i + 2]);
  const last = Array.from({ length: 998 }, (_, i): [number, number] => [i, 999]);
  const { routes, width } = line(1000, [...chain, ...all, ...last]);
  assert.equal(routes.length, 2995);
  assert.ok(Number.isFinite(width));
  // Lines over many layers run straight on instead of through a place in each.
  assert.ok(routes.reduce((sum, { points }) => sum + points.length, 0) < 30_000);
});
