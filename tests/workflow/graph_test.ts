import assert from "node:assert/strict";
import fc from "fast-check";
import { graphOf } from "../../lib/workflow/graph.ts";
import { layout } from "../../lib/workflow/graph_layout.ts";
import { svg } from "../../lib/workflow/graph_svg.ts";
import { dot, mermaid } from "../../lib/workflow/graph_text.ts";
import { planOf } from "./fake_steps.ts";

const text = `matrix: { flock: [1, 2] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  cloth: { uses: felt, from: wool }
  bills: { uses: tally, from: yarn, over: flock }
  off: { uses: shear, if: false }
`;

Deno.test("graphOf() has a node for each step, or for each task", async () => {
  const plan = await planOf(text);
  const graph = graphOf(plan);
  assert.deepEqual(graph.nodes.map((n) => `${n.id} ${n.tasks} ${n.outputs} ${n.skipped}`), [
    "wool 2 Wool false",
    "yarn 2 Yarn,Bill false",
    "cloth 2 Cloth false",
    "bills 1 Bill false",
    "off 0  true",
  ]);
  assert.deepEqual(graph.edges, [
    { from: "wool", to: "yarn", type: "Wool" },
    { from: "wool", to: "cloth", type: "Wool" },
    { from: "yarn", to: "bills", type: "Bill" },
  ]);
  const tasks = graphOf(plan, { tasks: true });
  assert.equal(tasks.nodes.length, 8);
  assert.equal(tasks.edges.length, 6);
});

Deno.test("mermaid() and dot() write the graph as text and escape names", async () => {
  const graph = graphOf(await planOf(text));
  assert.equal(
    mermaid(graph),
    `flowchart TD
  n0[["wool<br/><i>shear × 2 (flock)</i>"]]
  n1[["yarn<br/><i>spin × 2 (flock)</i>"]]
  n2[["cloth<br/><i>felt × 2 (flock)</i>"]]
  n3["bills<br/><i>tally</i>"]
  n4["off<br/><i>left out</i>"]
  n0 -->|Wool| n1
  n0 -->|Wool| n2
  n1 -->|Bill| n3
  classDef left stroke-dasharray: 4
  class n4 left
`,
  );
  assert.equal(
    dot(graph),
    `digraph "wool" {
  node [shape=box, style=rounded, fontname=sans-serif];
  "wool" [label="wool\\nshear × 2 (flock)", peripheries=2];
  "yarn" [label="yarn\\nspin × 2 (flock)", peripheries=2];
  "cloth" [label="cloth\\nfelt × 2 (flock)", peripheries=2];
  "bills" [label="bills\\ntally"];
  "off" [label="off\\nleft out", style=dashed];
  "wool" -> "yarn" [label="Wool"];
  "wool" -> "cloth" [label="Wool"];
  "yarn" -> "bills" [label="Bill"];
}
`,
  );
  const hostile = {
    name: 'a"\\',
    nodes: [{ id: '<b>"', uses: "u", tasks: 1, axes: [], outputs: [], skipped: false }],
    edges: [],
  };
  assert.match(mermaid(hostile), /"&lt;b>&quot;<br\/>/);
  assert.match(dot(hostile), /digraph "a\\"\\\\"/);
  assert.match(svg(hostile), />&lt;b&gt;&quot;</);
});

Deno.test("svg() draws every step and edge in one closed picture", async () => {
  const picture = svg(graphOf(await planOf(text)));
  assert.equal(picture.match(/<rect /g)!.length, 5);
  assert.equal(picture.match(/<path class="edge"/g)!.length, 3);
  assert.match(picture, /<title>Bill: yarn → bills<\/title>/);
  assert.doesNotMatch(picture, /href|<script|NaN|Infinity/);
});

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
