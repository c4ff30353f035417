import assert from "node:assert/strict";
import type { Behaviours, Bout } from "../../../lib/artifacts/behaviours.ts";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import { compareGroups } from "../../../lib/metrics/groups/compare_groups.ts";
import { cliffsDelta } from "../../../lib/metrics/groups/effect_sizes.ts";
import { deltaInterval } from "../../../lib/metrics/groups/group_difference.ts";
import { measureSubject } from "../../../lib/metrics/groups/measures.ts";
import { Random } from "../../../lib/random.ts";
import { drawSection } from "../../../lib/report/sections/mod.ts";
import { Sources } from "../../../lib/report/sources.ts";

interface Seen {
  subject: string;
  facts?: Record<string, string | number>;
  /** Mean bout of behaviours 0, 1, 2 in seconds. */
  means: number[];
}

/** Ten minutes a recording, three behaviours in turn. */
function behavioursOf(seen: Seen[], rng: Random, names = ["rest", "walk", "groom"]): Behaviours {
  const bouts: Bout[] = [];
  const recordings = seen.map(({ subject, facts }, i) => ({
    id: `r${i}`,
    subject,
    ...(facts === undefined ? {} : { facts }),
  }));
  seen.forEach(({ subject, means }, i) => {
    for (let at = 0, label = 0; at < 600; label = (label + 1) % names.length) {
      const end = Math.min(600, at + means[label] * (0.5 + rng.uniform()));
      bouts.push({
        recording: `r${i}`,
        subject,
        label,
        start: at,
        end,
        duration: end - at,
        censoredLeft: at === 0,
        censoredRight: end === 600,
      });
      at = end;
    }
  });
  return {
    labels: new Int32Array(0),
    names,
    bouts,
    recordings,
    predictionRate: 1,
    origin: "simulated",
    dictionary: [],
    details: {},
    warnings: [],
  };
}

const people = (
  n: number,
  facts: (i: number) => Record<string, string | number>,
  means: (i: number) => number[],
) => Array.from({ length: n }, (_, i) => ({ subject: `p${i}`, facts: facts(i), means: means(i) }));

const compare = (behaviours: Behaviours, groups: string) =>
  compareGroups(behaviours, { groups, alpha: 0.05 }, new Random(2));

Deno.test("measureSubject() gives shares, rates, bout lengths and steps of known bouts", () => {
  const bout = (label: number, start: number, end: number, recording = "r", cut = false): Bout => ({
    recording,
    subject: "s",
    label,
    start,
    end,
    duration: end - start,
    censoredLeft: false,
    censoredRight: cut,
  });
  const { values, transitionsPerHour, seconds } = measureSubject([
    bout(0, 0, 60),
    bout(1, 60, 90),
    bout(0, 90, 150, "r", true),
    bout(1, 0, 30, "q"),
    bout(-1, 30, 90, "q"),
    bout(0, 90, 110, "q"),
  ], 2);
  assert.equal(seconds, 200);
  assert.deepEqual(values.time_share, [0.7, 0.3]);
  assert.deepEqual(values.bouts_per_hour.map((v) => Math.round(v!)), [54, 36]);
  assert.deepEqual(values.mean_bout_s, [70, 30]);
  // No step over the unassigned minute or from one recording to the next.
  assert.deepEqual(transitionsPerHour.map((row) => row.map(Math.round)), [[0, 18], [18, 0]]);
});

Deno.test("compareGroups() finds the behaviour that differs, by subject, with its effect", () => {
  const drug = (i: number) => i % 2 === 1;
  const seen = people(
    16,
    (i) => ({ treatment: drug(i) ? "drug" : "saline" }),
    (i) => [30, drug(i) ? 40 : 20, 10].map((mean) => mean * (1 + 0.02 * (i % 5))),
  );
  const { metrics, tables, groupDesign } = compare(behavioursOf(seen, new Random(1)), "treatment");
  assert.equal(groupDesign!.design, "between subjects");
  assert.deepEqual(Object.keys(groupDesign!.subjects), ["saline", "drug"]);
  const row = tables.group_comparison.find((r) => r.measure === "mean_bout_s" && r.behaviour === "walk")!;
  assert.ok(Number(row.q) < 0.01, `${row.q}`);
  assert.equal(row["n drug"], 8);
  assert.equal(row.effect, 1);
  assert.ok(Number(row.effect_lower) < 1 && Number(row.difference_lower) > 10);
  const rest = tables.group_comparison.find((r) => r.measure === "mean_bout_s" && r.behaviour === "rest")!;
  assert.ok(Number(rest.q) > 0.05);
  assert.ok(metrics.group_differences.value! >= 1);
  assert.equal(metrics.group_differences.n, 16);
});

Deno.test("compareGroups() judges every measure of every behaviour, and the steps that anybody made", () => {
  const seen = people(8, (i) => ({ arm: i % 2 === 0 ? "a" : "b" }), () => [30, 20, 10]);
  const { tables } = compare(behavioursOf(seen, new Random(1)), "arm");
  assert.equal(tables.group_comparison.length, 9);
  // In turn, rest leads to walk, walk to groom and groom to rest; no other step occurs.
  assert.deepEqual(tables.group_transitions.map(({ from, to }) => [from, to]), [
    ["rest", "walk"],
    ["walk", "groom"],
    ["groom", "rest"],
  ]);
});

Deno.test("compareGroups() counts people, not recordings", () => {
  // Two people, ten recordings each: they differ, but two people are no group comparison.
  const seen = Array.from({ length: 20 }, (_, i) => ({
    subject: `p${i % 2}`,
    facts: { treatment: i % 2 === 0 ? "a" : "b" },
    means: [30, i % 2 === 0 ? 10 : 60, 10],
  }));
  const { metrics, tables } = compare(behavioursOf(seen, new Random(1)), "treatment");
  const untested = tables.group_comparison.filter((row) =>
    row.p === null && /fewer than 3/.test(String(row.reason))
  );
  assert.equal(untested.length, tables.group_comparison.length);
  assert.equal(metrics.group_differences.value, null);
});

Deno.test("compareGroups() compares sessions within subjects where each was seen in all", () => {
  const seen = Array.from({ length: 10 }, (_, i) => i).flatMap((i) => {
    const own = 20 + 8 * (i % 5);
    return [1, 2].map((session) => ({
      subject: `p${i}`,
      facts: { session },
      means: [own, own * (session === 2 ? 1.6 : 1), own],
    }));
  });
  const { tables, groupDesign } = compare(behavioursOf(seen, new Random(1)), "session");
  assert.equal(groupDesign!.design, "within subjects");
  const row = tables.group_comparison.find((r) => r.measure === "time_share" && r.behaviour === "walk")!;
  assert.ok(Number(row.p) < 0.01, `${row.p}`);
  assert.ok(Number(row.difference_lower) > 0);
});

Deno.test("compareGroups() says which behaviours too few subjects have in every session", () => {
  const seen = Array.from({ length: 6 }, (_, i) => i).flatMap((i) =>
    [1, 2].map((session) => ({
      subject: `p${i}`,
      facts: { session },
      // Grooming is only seen in the first session, but in two people.
      means: [20, 20, session === 1 || i < 2 ? 20 : 0],
    }))
  );
  const behaviours = behavioursOf(seen, new Random(1));
  behaviours.bouts = behaviours.bouts.filter(({ duration }) => duration > 0);
  const { tables } = compare(behaviours, "session");
  const bouts = tables.group_comparison.filter(({ measure }) => measure === "mean_bout_s");
  assert.ok(bouts.some(({ p }) => p !== null));
  const few = bouts.filter(({ p }) => p === null);
  assert.deepEqual(few.map(({ reason }) => reason), [
    "fewer than 3 subjects with the behaviour in every session",
  ]);
});

Deno.test("compareGroups() refuses an unknown fact, one group, and a mixture of designs", () => {
  const run = (seen: Seen[], groups = "treatment") => compare(behavioursOf(seen, new Random(1)), groups);
  const means = () => [30, 20, 10];
  assert.throws(
    () => run(people(4, (i) => ({ treatment: i % 2 }), means), "treatmnt"),
    (error: Error & { hint?: string }) => {
      assert.match(error.message, /no recording has a fact "treatmnt"/);
      assert.match(error.hint!, /treatment/);
      return true;
    },
  );
  assert.throws(() => run([{ subject: "p", means: [1, 2, 3] }]), /no recording has a fact/);
  assert.throws(() => run(people(4, () => ({ treatment: "a" }), means)), /is "a" everywhere/);
  const mixed = [
    ...people(3, () => ({ treatment: "a" }), means),
    ...people(2, () => ({ treatment: "b" }), means),
  ];
  assert.throws(() => run(mixed), /2 subjects were seen in several groups .*p2/);
});

Deno.test("false discoveries of compareGroups() stay at their rate", () => {
  const rng = new Random(7);
  let any = 0;
  const rounds = 60;
  for (let i = 0; i < rounds; i++) {
    const seen = people(
      10,
      (p) => ({ group: p % 2 }),
      () => [30, 20, 10].map((mean) => mean * Math.exp(0.3 * rng.normal())),
    );
    const { tables } = compare(behavioursOf(seen, rng), "group");
    const bouts = tables.group_comparison.filter((row) => row.measure === "mean_bout_s");
    if (bouts.some((row) => Number(row.q) <= 0.05)) any++;
  }
  assert.ok(any <= 9, `${any} of ${rounds}`);
});

Deno.test("deltaInterval() covers the true delta of small groups", () => {
  const rng = new Random(3);
  for (const n of [6, 12]) {
    let covered = 0;
    const rounds = 400;
    // Normal with a shift of one standard deviation: delta = 2 Φ(1/√2) − 1.
    const truth = 0.5204998778;
    for (let i = 0; i < rounds; i++) {
      const a = Array.from({ length: n }, () => rng.normal());
      const b = Array.from({ length: n }, () => 1 + rng.normal());
      const [lower, upper] = deltaInterval(a, b, cliffsDelta(a, b));
      if (lower <= truth && truth <= upper) covered++;
    }
    assert.ok(covered / rounds >= 0.9, `${covered} of ${rounds} at n = ${n}`);
  }
});

Deno.test("the section of groups draws every measure, with names that need escaping", async () => {
  const seen = people(8, (i) => ({ "arm <b>": i % 2 === 0 ? "<i>a</i>" : "b & c" }), () => [30, 20, 10]);
  const behaviours = behavioursOf(seen, new Random(1), ["<script>", "constructor", "__proto__"]);
  const dir = await Deno.makeTempDir();
  try {
    await Metrics.write(dir, compare(behaviours, "arm <b>"));
    const source = { step: "groups", cell: {}, dir, type: "Metrics" };
    const html = (await drawSection("groups", new Sources([source]))).toHtml();
    for (const title of ["Share of time", "Bouts an hour", "Mean bout", "Transitions an hour"]) {
      assert.ok(html.includes(title), title);
    }
    assert.ok(html.includes("<svg") && !html.includes("<script>") && !html.includes("<i>a</i>"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("compareGroups() writes number, mean and median of each group, numbers in their order", () => {
  const dose = (i: number) => [10, 2, 0][i % 3];
  const seen = people(12, (i) => ({ dose: dose(i) }), (i) => [30 + i, 20, 10 + dose(i)]);
  // Somebody without the fact is left out.
  const { tables, groupDesign, metrics } = compare(
    behavioursOf([...seen, { subject: "other", means: [9, 9, 9] }], new Random(1)),
    "dose",
  );
  assert.deepEqual(Object.keys(groupDesign!.subjects), ["0", "2", "10"]);
  assert.deepEqual(groupDesign!.subjects["2"], ["p1", "p4", "p7", "p10"]);
  assert.deepEqual([metrics.group_differences.n, groupDesign!.alpha, groupDesign!.groups], [
    12,
    0.05,
    "dose",
  ]);
  const values = tables.group_values as unknown as {
    subject: string;
    group: string;
    behaviour: string;
    mean_bout_s: number;
    time_share: number;
  }[];
  assert.equal(values.length, 36);
  for (const measure of ["mean_bout_s", "time_share"] as const) {
    for (const behaviour of ["rest", "walk", "groom"]) {
      const row = tables.group_comparison.find((r) => r.measure === measure && r.behaviour === behaviour)!;
      for (const group of ["0", "2", "10"]) {
        const own = values.filter((v) => v.group === group && v.behaviour === behaviour).map((v) =>
          v[measure]
        )
          .sort((a, b) => a - b);
        assert.equal(row[`n ${group}`], 4);
        assert.ok(Math.abs(Number(row[`mean ${group}`]) - own.reduce((a, b) => a + b) / 4) < 1e-12);
        assert.ok(Math.abs(Number(row[`median ${group}`]) - (own[1] + own[2]) / 2) < 1e-12);
      }
    }
  }
  const found = new Set(
    tables.group_comparison.filter(({ q }) => q !== null && Number(q) <= 0.05).map((r) => r.behaviour),
  );
  assert.equal(metrics.group_differences.value, found.size);
});

Deno.test("compareGroups() tests nothing below three subjects a group, and says so", () => {
  const few = people(5, (i) => ({ arm: i < 3 ? "a" : "b" }), () => [30, 20, 10]);
  const { tables, metrics } = compare(behavioursOf(few, new Random(1)), "arm");
  for (const row of tables.group_comparison) {
    assert.deepEqual([row.p, row.q, row.reason], [null, null, "fewer than 3 subjects of a group"]);
    assert.deepEqual([row["n a"], row["n b"]], [3, 2]);
  }
  assert.equal(metrics.group_differences.value, null);
  const enough = people(6, (i) => ({ arm: i < 3 ? "a" : "b" }), () => [30, 20, 10]);
  const rows = compare(behavioursOf(enough, new Random(1)), "arm").tables.group_comparison;
  assert.ok(rows.every((row) => row.p !== null && row.permutations === "all"));
  const many = people(24, (i) => ({ arm: i % 2 === 0 ? "a" : "b" }), () => [30, 20, 10]);
  const drawn = compare(behavioursOf(many, new Random(1)), "arm").tables.group_comparison;
  assert.ok(drawn.every((row) => row.permutations === "drawn"));
});
