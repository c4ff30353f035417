import assert from "node:assert/strict";
import { graphOf } from "../../lib/workflow/graph.ts";
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
