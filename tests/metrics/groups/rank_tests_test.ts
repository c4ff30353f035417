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
  const none = testGroups(new Float64Array(6).fill(3), group, 2, new Random(1));
  assert.deepEqual(none, { statistic: 0, p: 1, exact: true });
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

Deno.test("testGroups() of tied values in three unequal groups equals counting all orders of the people", () => {
  const values = [1, 1, 2, 2, 2, 3, 4, 4], group = [0, 0, 1, 1, 1, 1, 1, 2];
  // Mean ranks 1.5, 4, 6 and 7.5; two, three, one and two of them.
  const rank = [1.5, 1.5, 4, 4, 4, 6, 7.5, 7.5];
  const h = (order: number[]) => {
    const sums = [0, 0, 0];
    order.forEach((person, i) => sums[group[i]] += rank[person]);
    const raw = 12 / (8 * 9) * (sums[0] ** 2 / 2 + sums[1] ** 2 / 5 + sums[2] ** 2) - 27;
    return raw / (1 - (6 + 24 + 6) / (8 ** 3 - 8));
  };
  const people = [...values.keys()], observed = h(people);
  let larger = 0, all = 0;
  const permute = (at: number) => {
    if (at === 8) {
      all++;
      if (h(people) > observed - 1e-6) larger++;
    }
    for (let i = at; i < 8; i++) {
      [people[at], people[i]] = [people[i], people[at]];
      permute(at + 1);
      [people[at], people[i]] = [people[i], people[at]];
    }
  };
  permute(0);
  const own = Int32Array.from(group);
  const test = testGroups(Float64Array.from(values), own, 3, new Random(1));
  near(test.statistic, observed);
  near(test.p, larger / all);
  assert.deepEqual([test.exact, [...own]], [true, group]);
});

Deno.test("where every arrangement differs as much, p is 1, counted or drawn", () => {
  // Rank sums of 85 and 86, as near to each other as an odd total allows.
  const first = new Set([1, 4, 5, 8, 9, 12, 13, 16, 17]);
  const values = Float64Array.from({ length: 18 }, (_, i) => i + 1);
  const group = Int32Array.from(values, (v) => (first.has(v) ? 0 : 1)), before = group.slice();
  const { p, exact, statistic } = testGroups(values, group, 2, new Random(1));
  assert.deepEqual([p, exact, [...group]], [1, false, [...before]]);
  near(statistic, 12 / (18 * 19) * (85 ** 2 + 86 ** 2) / 9 - 57);
  // Signed ranks that add up to −1 of 153.
  const signs = [-1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1];
  const rows = signs.map((sign, i) => Float64Array.of(0, sign * (i + 1)));
  assert.deepEqual(testSessions(rows, new Random(1)), { statistic: -1, p: 1, exact: false });
  // One person in three sessions differs as much in every order.
  const one = [Float64Array.of(5, 1, 3)];
  assert.deepEqual(testSessions(one, new Random(1)), { statistic: 2, p: 1, exact: false });
  assert.deepEqual([...one[0]], [5, 1, 3]);
});

Deno.test("signed ranks count both directions alike, down to one person and none", () => {
  const down = [[3, 1], [9, 2], [4, 4], [8, 7], [2, 6]].map((row) => Float64Array.from(row));
  const up = down.map(([a, b]) => Float64Array.of(b, a));
  const [one, other] = [down, up].map((rows) => testSessions(rows, new Random(1)));
  // Differences −2, −7, −1 and 4 have the ranks 2, 4, 1 and 3: ±4 or more in 10 of 16 signs.
  assert.deepEqual([one, other], [{ statistic: -4, p: 10 / 16, exact: true }, {
    statistic: 4,
    p: 10 / 16,
    exact: true,
  }]);
  assert.deepEqual(testSessions([Float64Array.of(1, 2)], new Random(1)), { statistic: 1, p: 1, exact: true });
  assert.deepEqual(testSessions([Float64Array.of(2, 2)], new Random(1)), { statistic: 0, p: 1, exact: true });
  assert.equal(friedman([Float64Array.of(1, 2, 3)]), 2);
});
