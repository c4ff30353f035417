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
