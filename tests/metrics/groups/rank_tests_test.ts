import assert from "node:assert/strict";
import vectors from "../../reference/groups.json" with { type: "json" };
import { benjaminiHochberg } from "../../../lib/metrics/groups/false_discovery.ts";
import { friedman, kruskalWallis, testGroups, testSessions } from "../../../lib/metrics/groups/rank_tests.ts";
import { Random } from "../../../lib/random.ts";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ${b}`);

Deno.test("kruskalWallis() equals SciPy with ties, and testGroups() counts every arrangement of small groups", () => {
  for (const { groups, h, exact } of vectors.kruskal) {
    const values = Float64Array.from(groups.flat());
    const group = Int32Array.from(groups.flatMap((own, g) => own.map(() => g)));
    near(kruskalWallis(values, group, groups.length), h);
    const test = testGroups(values, group, groups.length, new Random(1));
    near(test.statistic, h);
    if (exact !== null) {
      assert.ok(test.exact);
      near(test.p, exact);
    }
  }
});

Deno.test("friedman() equals SciPy, and testSessions() of two the exact signed-rank test", () => {
  for (const { values, statistic } of vectors.friedman) {
    near(friedman(values.map((row) => Float64Array.from(row))), statistic);
  }
  for (const { a, b, p } of vectors.wilcoxon) {
    const test = testSessions(a.map((value, i) => Float64Array.of(value, b[i])), new Random(1));
    assert.ok(test.exact);
    near(test.p, p);
  }
});

Deno.test("benjaminiHochberg() equals SciPy, and leaves out tests that were not made", () => {
  benjaminiHochberg(vectors.p).forEach((q, i) => near(q!, vectors.q[i], 1e-12));
  const [first, none, ...rest] = benjaminiHochberg([vectors.p[0], null, ...vectors.p.slice(1)]);
  assert.equal(none, null);
  [first, ...rest].forEach((q, i) => near(q!, vectors.q[i], 1e-12));
});

Deno.test("equal values are no difference, whatever the group", () => {
  const group = Int32Array.of(0, 0, 0, 1, 1, 1);
  assert.equal(testGroups(new Float64Array(6).fill(3), group, 2, new Random(1)).p, 1);
  assert.equal(testSessions([Float64Array.of(1, 1), Float64Array.of(2, 2)], new Random(1)).p, 1);
});

Deno.test("false alarms of testGroups() stay at their level for small groups, drawn permutations included", () => {
  const rng = new Random(4);
  for (const sizes of [[4, 4], [12, 12]]) {
    const group = Int32Array.from(sizes.flatMap((n, g) => new Array(n).fill(g)));
    let alarms = 0;
    const rounds = sizes[0] === 4 ? 400 : 60;
    for (let i = 0; i < rounds; i++) {
      const values = Float64Array.from(group, () => rng.normal() ** 2);
      if (testGroups(values, group, 2, rng).p <= 0.05) alarms++;
    }
    assert.ok(alarms / rounds <= 0.05 + 3 * Math.sqrt(0.05 * 0.95 / rounds), `${alarms} of ${rounds}`);
  }
});
