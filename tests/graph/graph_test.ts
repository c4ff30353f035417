import assert from "node:assert/strict";
import { svg } from "../../lib/graph/svg.ts";
import { dot, mermaid } from "../../lib/graph/text.ts";
import { graphOf } from "../../lib/workflow/graph.ts";
import { planOf } from "../workflow/fake_steps.ts";

const text = `matrix: { flock: [1, 2] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  cloth: { uses: felt, from: wool }
  bills: { uses: tally, from: yarn, over: flock }
  off: { uses: shear, if: false }
`;

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
