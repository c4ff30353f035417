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

Deno.test("more than 20 000 arrangements are drawn, and then p is never 0", () => {
  // C(16, 8) = 12 870 are counted, C(17, 8) = 24 310 are not; so are 2^14 and 2^15 signs.
  const test = (n: number) => {
    const group = Int32Array.from({ length: n }, (_, i) => (i < 8 ? 0 : 1));
    return testGroups(Float64Array.from(group.keys()), group, 2, new Random(1));
  };
  assert.deepEqual([test(16).exact, test(17).exact], [true, false]);
  near(test(16).p, 2 / 12870);
  assert.ok(test(17).p >= 1e-4 && test(17).p <= 5e-4, `${test(17).p}`);
  const sessions = (n: number) =>
    testSessions(Array.from({ length: n }, (_, i) => Float64Array.of(0, i + 1)), new Random(1));
  assert.deepEqual([sessions(14).exact, sessions(15).exact], [true, false]);
  near(sessions(14).p, 2 / 2 ** 14);
  assert.deepEqual([sessions(14).statistic, sessions(15).p >= 1e-4, sessions(15).p <= 5e-4], [
    105,
    true,
    true,
  ]);
});

Deno.test("drawn permutations have the p that counting would give", () => {
  // Three people in one order of three sessions: 3! of (3!)³ arrangements agree as well.
  const agreed = testSessions([1, 2, 3].map((i) => Float64Array.of(i, i + 1, i + 2)), new Random(2));
  assert.deepEqual([agreed.statistic, agreed.exact], [6, false]);
  assert.ok(Math.abs(agreed.p - 6 / 216) < 4 * Math.sqrt(6 / 216 / 9999), `${agreed.p}`);
});

Deno.test("testGroups() of two groups has the exact p of U by SciPy", () => {
  const values = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 9, 10, 11, 14, 15, 16, 17]);
  const group = Int32Array.from(values, (_, i) => (i < 10 ? 0 : 1));
  const { p, exact } = testGroups(values, group, 2, new Random(3));
  // mannwhitneyu(x, y, method="exact")
  near(p, 0.0030851501439736733);
  assert.ok(exact);
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

Deno.test("drawn permutations none of which is as large give exactly one in ten thousand", () => {
  const group = Int32Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
  const groups = testGroups(Float64Array.from(group.keys()), group, 2, new Random(1));
  const rows = (n: number, sessions: number) =>
    Array.from({ length: n }, (_, i) => Float64Array.from({ length: sessions }, (_, s) => i + s * (i + 1)));
  const two = testSessions(rows(30, 2), new Random(1)), three = testSessions(rows(14, 3), new Random(1));
  for (const { p, exact } of [groups, two, three]) assert.deepEqual([p, exact], [1e-4, false]);
  assert.deepEqual([two.statistic, three.statistic], [465, 28]);
  const flat = testSessions([Float64Array.of(1, 1, 1), Float64Array.of(2, 2, 2)], new Random(1));
  assert.deepEqual(flat, { statistic: 0, p: 1, exact: true });
  // Subjects without a difference do not count.
  const some = testSessions([[1, 1], [1, 2], [3, 5]].map((row) => Float64Array.from(row)), new Random(1));
  assert.deepEqual(some, { statistic: 3, p: 0.5, exact: true });
});
