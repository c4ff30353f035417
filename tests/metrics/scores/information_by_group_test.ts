import assert from "node:assert/strict";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { scoreOfRows } from "./score_of_rows.ts";
import { informationBy } from "../../../lib/metrics/scores/agreement_by_group.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("informationBy() is the mutual information of the rows, in all and without each group", () => {
  const rng = new Random(5);
  for (const [n, kinds, groups] of [[1, 1, 1], [40, 2, 3], [300, 5, 4], [500, 9, 20]]) {
    const a = Int32Array.from({ length: n }, () => rng.below(kinds) - 1);
    const b = a.map((label) => rng.uniform() < 0.4 ? rng.below(kinds) + 100 : label + 100);
    const group = Int32Array.from({ length: n }, () => rng.below(groups));
    const of = (rows: Int32Array) =>
      agreement(rows.map((row) => a[row]), rows.map((row) => b[row])).mutualInformationBits;
    const [found, plain] = [informationBy(a, b)(group, groups), scoreOfRows(of)(group, groups)];
    const near = (x: number | null, y: number | null) =>
      x === null || y === null ? assert.equal(x, y) : assert.ok(Math.abs(x - y) < 1e-12, `${x} ${y}`);
    near(found.value, plain.value);
    for (let g = 0; g < groups; g++) near(found.without(g), plain.without(g));
    assert.equal(found.groups, groups);
  }
});

Deno.test("informationBy() is the same whatever order the rows come in", () => {
  const rng = new Random(6);
  const rows = Int32Array.from({ length: 200 }, (_, i) => i);
  const [a, b, group] = [4, 3, 6].map((kinds) => rows.map(() => rng.below(kinds)));
  const told = (order: Int32Array) => {
    const pick = (list: Int32Array) => order.map((row) => list[row]);
    return informationBy(pick(a), pick(b))(pick(group), 6);
  };
  const [one, other] = [told(rows), told(rng.shuffle(rows.slice()))];
  for (let g = 0; g < 6; g++) assert.ok(Math.abs(one.without(g)! - other.without(g)!) < 1e-12);
  assert.ok(Math.abs(one.value! - other.value!) < 1e-12);
});
