import assert from "node:assert/strict";
import { eceInterval } from "../../../lib/metrics/calibration/ece_interval.ts";
import { jackknifeT } from "../../../lib/metrics/statistics/jackknife_t.ts";
import { Random } from "../../../lib/random.ts";

/** Six people with 10 to 15 windows in three bins, each with its gap between right and confidence. */
const rng = new Random(8);
const people = 6, bins = 3;
const rows = Array.from({ length: people }, (_, g) => g).flatMap((g) =>
  Array.from({ length: 10 + g }, () => ({ g, bin: rng.below(bins), gap: rng.between(-0.7, -0.3) + g / 20 }))
);
const grouping = { group: Int32Array.from(rows, ({ g }) => g), count: people, of: "subjects" };
const claimOf = (level: number, seed = 1) =>
  eceInterval(
    grouping,
    Int32Array.from(rows, ({ bin }) => bin),
    Float64Array.from(rows, ({ gap }) => gap),
    bins,
    new Random(seed),
    level,
  ).interval!;

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const gapsOf = (some: typeof rows) =>
  Array.from({ length: bins }, (_, b) => sum(some.filter(({ bin }) => bin === b).map(({ gap }) => gap)));
const ece = (some: typeof rows) => sum(gapsOf(some).map(Math.abs)) / some.length;

/** ECE of the error for each of the 2^6 ways to change the signs of people, ascending. */
function errors(): number[] {
  const size = Array.from({ length: bins }, (_, b) => rows.filter(({ bin }) => bin === b).length);
  const mean = gapsOf(rows).map((total, b) => total / size[b]);
  const deviations = Array.from(
    { length: people },
    (_, g) =>
      gapsOf(rows.filter((row) => row.g === g).map((row) => ({ ...row, gap: row.gap - mean[row.bin] }))),
  );
  return Array.from(
    { length: 2 ** people },
    (_, signs) =>
      sum(mean.map((_, b) => Math.abs(sum(deviations.map((own, g) => (signs >> g & 1 ? 1 : -1) * own[b]))))) /
      rows.length,
  ).sort((a, b) => a - b);
}

Deno.test("eceInterval() goes down by the quantile over all changes of signs, widened for few people", () => {
  // Quantiles of t with five degrees of freedom and of the normal distribution, from tables.
  for (
    const { level, t, z } of [{ level: 0.95, t: 2.5705818366, z: 1.9599639845 }, {
      level: 0.8,
      t: 1.4758840488,
      z: 1.2815515655,
    }]
  ) {
    const all = errors(), tail = 1 - (1 - level) / 2;
    const { lower } = claimOf(level);
    const few = t / z * Math.sqrt(people / (people - 1));
    // A thousand draws find the quantile of 64 values to its neighbors.
    const near = (q: number) => ece(rows) - few * all[Math.min(63, Math.max(0, Math.round(q * 63)))];
    const slack = 3 * Math.sqrt(tail * (1 - tail) / 1000);
    const [least, most] = [Math.max(0, near(tail + slack)), Math.max(0, near(tail - slack))];
    assert.ok(lower >= least - 1e-9 && lower <= most + 1e-9, `${level}: ${least} ${lower} ${most}`);
    assert.ok(most - least < 0.1 && most > 0, `${least} ${most}`);
  }
});

Deno.test("eceInterval() goes up to the end of the jackknife's t, and says so", () => {
  const score = {
    value: ece(rows),
    without: (g: number) => ece(rows.filter((row) => row.g !== g)),
    groups: people,
  };
  const { upper, level, method } = claimOf(0.9);
  const t = jackknifeT(score, { level: 0.9, of: "subjects" })!;
  assert.ok(Math.abs(upper - t.upper) < 1e-12, `${upper} ${t.upper}`);
  assert.deepEqual([level, method], [0.9, "sign flips and t over 6 subjects"]);
});

Deno.test("eceInterval() does not depend on its draws", () => {
  const lower = Array.from({ length: 8 }, (_, seed) => claimOf(0.8, seed).lower);
  assert.ok(Math.max(...lower) - Math.min(...lower) < 0.02, `${lower}`);
});

Deno.test("eceInterval() stays within 0 and 1, and gives none for four people", () => {
  const bin = new Int32Array(12), group = Int32Array.from(bin, (_, i) => i % 6);
  const six = { group, count: 6, of: "subjects" };
  const wild = Float64Array.from(bin, (_, i) => (i % 6 < 4 ? 1 : -1));
  const chance = eceInterval(six, bin, wild, 2, new Random(1)).interval!;
  assert.deepEqual([chance.lower, chance.upper], [0, 1]);
  const four = { group: group.map((g) => g % 4), count: 4, of: "subjects" };
  assert.match(eceInterval(four, bin, wild, 2, new Random(1)).noInterval!, /only 4 subjects/);
});
