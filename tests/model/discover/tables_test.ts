import assert from "node:assert/strict";
import { Part, type Split } from "../../../lib/artifacts/split.ts";
import { bandEdges, BandEnergies } from "../../../lib/model/discover/band_energies.ts";
import { statisticsOf } from "../../../lib/model/discover/baselines.ts";
import { batchShape, drawPairs, rowsOf } from "../../../lib/model/discover/batches.ts";
import { centerWithin, clip, groupMeans, standardize } from "../../../lib/model/discover/columns.ts";
import { featuresOf } from "../../../lib/model/discover/features.ts";
import { generalizedEigen, leadingEigen } from "../../../lib/model/discover/generalized_eigen.ts";
import { groupsBy, sequenceOf } from "../../../lib/model/discover/neighbors.ts";
import { slowFeatures } from "../../../lib/model/discover/slow_features.ts";
import { fitScaler } from "../../../lib/model/scaler.ts";
import { kMeansPlusPlus } from "../../../lib/model/train/vq_initial.ts";
import { Random } from "../../../lib/random.ts";
import { plantedWindows } from "./planted.ts";

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, error = 1e-9) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) < error * (1 + Math.abs(expected[i])),
      `${i}: ${actual[i]} ${expected[i]}`,
    );
  }
};

Deno.test("band energies are those of the discrete Fourier transform of the windowed signal, for any length", () => {
  const rng = new Random(3);
  assert.deepEqual(
    [bandEdges(1), bandEdges(2), bandEdges(5), bandEdges(79), bandEdges(80)].map((e) => e.at(-1)),
    [1, 2, 3, 40, 40],
  );
  for (const length of [1, 2, 3, 7, 24, 61]) {
    const y = Array.from({ length }, () => rng.normal()), mean = 0.3;
    const edges = bandEdges(length);
    const seen = y.map((v, t) => (v - mean) * (length === 1 ? 1 : Math.sin(Math.PI * t / (length - 1)) ** 2));
    const energy = (bin: number) => {
      const part = (of: (x: number) => number) =>
        seen.reduce((sum, v, t) => sum + v * of(2 * Math.PI * bin * t / length), 0);
      return part(Math.cos) ** 2 + part(Math.sin) ** 2;
    };
    const expected = edges.slice(1).map((to, band) => {
      let sum = 0;
      for (let bin = edges[band]; bin < to; bin++) sum += energy(bin);
      return sum;
    });
    near(new BandEnergies(length).of(y, mean), expected);
  }
});

Deno.test("columns are standardised, centred in groups and limited one by one", () => {
  const rng = new Random(4);
  const width = 3, n = 7, group = Int32Array.of(0, 2, 0, 2, 2, 0, 3), groups = 4;
  const table = Float64Array.from(
    { length: n * width },
    (_, i) => i % width === 1 ? 4 : rng.normal() + i % width,
  );
  const column = (values: ArrayLike<number>, j: number, rows = [...group.keys()]) =>
    rows.map((i) => values[i * width + j]);
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const means = groupMeans(table, width, group, groups);
  for (let g = 0; g < groups; g++) {
    const rows = [...group.keys()].filter((i) => group[i] === g);
    near(
      means.subarray(g * width, (g + 1) * width),
      [0, 1, 2].map((j) => rows.length === 0 ? 0 : mean(column(table, j, rows))),
    );
  }
  const centered = table.slice();
  centerWithin(centered, width, group, groups);
  near(centered, table.map((x, at) => x - means[group[Math.floor(at / width)] * width + at % width]));
  const standard = table.slice();
  standardize(standard, width);
  for (const j of [0, 2]) {
    const own = column(table, j), m = mean(own), s = Math.sqrt(mean(own.map((x) => (x - m) ** 2)));
    near(column(standard, j), own.map((x) => (x - m) / s));
  }
  assert.deepEqual(column(standard, 1), new Array(n).fill(0));
  // As little spread as is left of rounding is none; a millionth is some.
  const tiny = Float64Array.of(1, 1 + 1e-13, 1, 1 + 1e-6);
  standardize(tiny, 2);
  assert.deepEqual([tiny[0], tiny[2], tiny[3] > 0.9], [0, 0, true]);
  clip(table, 0.5);
  assert.ok(table.every((x) => Math.abs(x) <= 0.5) && table.includes(0.5) && table.includes(-0.5));
});

Deno.test("groupsBy() numbers recordings or people in the order of their windows", () => {
  const windows = plantedWindows(3, 8);
  const { recordings } = windows.recordings;
  windows.recordings.recordings = recordings.map((r, i) => ({ ...r, subject: i === 1 ? "x" : "y" }));
  const sequence = sequenceOf(windows, (w) => w % 2 === 0);
  const people = groupsBy(windows, sequence.rows, "subject"),
    alone = groupsBy(windows, sequence.rows, "recording");
  assert.deepEqual([people.by, alone.by, people.members.length, alone.members.length], [
    "subject",
    "recording",
    2,
    3,
  ]);
  sequence.rows.forEach((row, i) => {
    assert.equal(people.of[i], windows.recording[row] === 1 ? 1 : 0);
    assert.equal(alone.of[i], windows.recording[row]);
    assert.ok(people.members[people.of[i]].includes(i) && alone.members[alone.of[i]].includes(i));
  });
  assert.equal(sequence.followed.length, 0);
});

Deno.test("batches have eight groups of long recordings, sixteen of short ones, and two windows of each at least", () => {
  const shape = (batch: number, members: number, of: number) =>
    batchShape(batch, {
      by: "subject",
      of: new Int32Array(of),
      members: Array.from({ length: members }, () => new Int32Array()),
    });
  assert.deepEqual(shape(100, 20, 20 * 64), { groups: 8, each: 12 });
  assert.deepEqual(shape(100, 20, 20 * 64 - 1), { groups: 16, each: 6 });
  assert.deepEqual(shape(100, 5, 500), { groups: 5, each: 20 });
  assert.deepEqual(shape(9, 20, 2000), { groups: 4, each: 2 });
  assert.deepEqual([shape(1, 20, 2000), shape(3, 2, 9)], [{ groups: 1, each: 2 }, { groups: 1, each: 3 }]);
  // Groups in proportion to their windows, none twice; windows and sides drawn one after the other.
  const windows = plantedWindows(4, 10);
  const sequence = sequenceOf(windows, (w) => w % 10 < 2 + 2 * Math.floor(w / 10));
  const groups = groupsBy(windows, sequence.rows, "recording");
  const own = new Random(6);
  const left = groups.members.map((members) => members.length), first: number[] = [];
  for (let i = 0; i < 3; i++) {
    const group = own.weighted(left);
    left[group] = 0;
    for (let j = 0; j < 5; j++) first.push(groups.members[group][own.below(groups.members[group].length)]);
  }
  const second = first.map((at) => own.uniform() < 0.5 ? sequence.after[at] : sequence.before[at]);
  const drawn = drawPairs(sequence, groups, { groups: 3, each: 5 }, new Random(6));
  assert.deepEqual([[...drawn.first], [...drawn.second]], [first, second]);
  const table = Float64Array.from({ length: 12 }, (_, i) => i * 1.5);
  near(rowsOf(table, 3, [Int32Array.of(3, 0), Int32Array.of(), Int32Array.of(2)]), [
    13.5,
    15,
    16.5,
    0,
    1.5,
    3,
    9,
    10.5,
    12,
  ]);
});

Deno.test("statisticsOf() are the standardised features on the leading directions of the training part's covariance", () => {
  const windows = plantedWindows(3, 12);
  const part = Uint8Array.from(windows.recording, (r) => r < 2 ? Part.train : Part.test);
  const split: Split = {
    part,
    rule: "",
    leaks: false,
    sharesSubjects: false,
    groups: { train: [], validation: [], test: [] },
    details: {},
  };
  const train = [...part.keys()].filter((i) => part[i] === Part.train), n = train.length;
  const all = [...part.keys()];
  const { values, width } = featuresOf(windows, all, fitScaler(windows, train, "triad"));
  const column = (j: number) => train.map((row) => values[row * width + j]);
  const means = Array.from({ length: width }, (_, j) => column(j).reduce((a, b) => a + b) / n);
  const spreads = means.map((m, j) => Math.sqrt(column(j).reduce((sum, x) => sum + (x - m) ** 2, 0) / n));
  const z = all.map((row) =>
    means.map((m, j) => Math.min(5, Math.max(-5, (values[row * width + j] - m) / spreads[j])))
  );
  const covariance = Float64Array.from(
    { length: width * width },
    (_, at) => train.reduce((sum, row) => sum + z[row][Math.floor(at / width)] * z[row][at % width], 0) / n,
  );
  const eye = covariance.map((_, at) => Number(at % (width + 1) === 0));
  const { values: variances, vectors } = generalizedEigen(covariance, eye, width);
  const found = statisticsOf(windows, split, 2);
  assert.equal(found.length, 2 * all.length);
  for (const k of [0, 1]) {
    const expected = all.map((_, i) =>
      z[i].reduce((sum, x, j) => sum + x * vectors[k * width + j], 0) / Math.sqrt(variances[k])
    );
    const sign = Math.sign(expected[0] * found[k]);
    near(all.map((_, i) => sign * found[2 * i + k]), expected, 1e-5);
  }
  // Never more components than training windows.
  const few = { ...split, part: part.map((p, i) => i < 4 ? p : Part.test) };
  assert.equal(statisticsOf(windows, few, 9).length, 4 * all.length);
});

Deno.test("leadingEigen() of a diagonal has its largest entries, of fewer dimensions than are asked for all", () => {
  const diagonal = (...x: number[]) =>
    Float64Array.from({ length: x.length ** 2 }, (_, i) => i % (x.length + 1) === 0 ? x[i % x.length] : 0);
  const { values, vectors } = leadingEigen(diagonal(1, 9, 4, 25, 2, 16, 3, 0.5, 0.1, 0.2), 10, 3);
  near(values, [25, 16, 9]);
  [3, 5, 1].forEach((at, k) =>
    near(
      vectors.subarray(10 * k, 10 * k + 10).map(Math.abs),
      Array.from({ length: 10 }, (_, i) => Number(i === at)),
      1e-7,
    )
  );
  const two = leadingEigen(diagonal(1, 5), 2, 2);
  near(two.values, [5, 1]);
  const all = leadingEigen(diagonal(1, 5), 2, 4);
  near(all.values, [5, 1]);
  assert.deepEqual([...all.vectors.subarray(4)], [0, 0, 0, 0]);
});

Deno.test("slowFeatures() solves for the lagged products against the variance, ridge included", () => {
  const windows = plantedWindows(2, 6), sequence = sequenceOf(windows, () => true);
  const groups = groupsBy(windows, sequence.rows, "recording"), rng = new Random(8);
  const n = sequence.rows.length, width = 2;
  const codes = Float64Array.from({ length: n * width }, () => rng.normal());
  const found = slowFeatures(codes, width, 2, sequence, groups);
  const mean = (rows: number[], j: number) =>
    rows.reduce((sum, i) => sum + codes[i * width + j], 0) / rows.length;
  const rows = [...sequence.rows.keys()],
    of = (i: number) => rows.filter((r) => groups.of[r] === groups.of[i]);
  const within = rows.map((i) => [0, 1].map((j) => codes[i * width + j] - mean(of(i), j)));
  const between = rows.map((i) => [0, 1].map((j) => mean(of(i), j) - mean(rows, j)));
  const sum = (pairs: number[][], a: number[][], b: number[][]) =>
    [[0, 0], [0, 1], [1, 0], [1, 1]].map(([p, q]) => pairs.reduce((s, [i, j]) => s + a[i][p] * b[j][q], 0));
  const alone = rows.map((i) => [i, i]);
  const same = sum(alone, within, within).map((x) => x / (n - 1)),
    apart = sum(alone, between, between).map((x) => x / (n - 1));
  const ridge = 0.01 * (same[0] + same[3]) / 2;
  const metric = same.map((x, i) => x + apart[i] + (i % 3 === 0 ? ridge : 0));
  const pairs = [...sequence.followed].map((i) => [i, i + 1]);
  const lagged = sum(pairs, within, within).map((x) => x / pairs.length);
  const slow = [lagged[0], (lagged[1] + lagged[2]) / 2, (lagged[1] + lagged[2]) / 2, lagged[3]];
  // Both roots of |S − λM| = 0.
  const a = metric[0] * metric[3] - metric[1] ** 2;
  const b = -(slow[0] * metric[3] + slow[3] * metric[0] - 2 * slow[1] * metric[1]);
  const c = slow[0] * slow[3] - slow[1] ** 2;
  const roots = [1, -1].map((sign) => (-b + sign * Math.sqrt(b * b - 4 * a * c)) / (2 * a));
  near(found.persistence, roots);
  // Each feature has variance 1 and lies along a solution.
  for (const k of [0, 1]) {
    const lambda = roots[k];
    const x = [-(slow[1] - lambda * metric[1]), slow[0] - lambda * metric[0]];
    const y = rows.map((i) => [0, 1].reduce((s, j) => s + x[j] * (codes[i * width + j] - mean(rows, j)), 0));
    const scale = Math.sqrt(y.reduce((s, v) => s + v * v, 0) / n),
      own = rows.map((i) => found.values[2 * i + k]);
    const sign = Math.sign(y[0] * own[0]);
    near(own, y.map((v) => sign * v / scale), 1e-7);
  }
});

Deno.test("kMeansPlusPlus() draws seeds by squared distance and takes ten rounds of means", () => {
  const rng = new Random(9), d = 2, n = 25;
  const z = Array.from({ length: n }, (_, i) => [rng.normal() + 3 * (i % 4), rng.normal()].map(Math.fround));
  const square = (a: number[], b: number[]) => a.reduce((sum, x, t) => sum + (x - b[t]) ** 2, 0);
  const own = new Random(10), seeds: number[][] = [];
  for (let k = 0; k < 4; k++) {
    const distance = z.map((row) => Math.min(...seeds.map((seed) => square(row, seed))));
    seeds.push(z[k === 0 ? own.below(n) : own.weighted(distance)]);
  }
  let counts: number[] = [], centers = seeds;
  for (let round = 0; round < 10; round++) {
    const code = z.map((row) => {
      const all = centers.map((center) => square(row, center));
      return all.indexOf(Math.min(...all));
    });
    counts = centers.map((_, k) => code.filter((c) => c === k).length);
    centers = centers.map((center, k) =>
      counts[k] === 0
        ? center
        : [0, 1].map((t) =>
          Math.fround(z.filter((_, i) => code[i] === k).reduce((s, row) => s + row[t], 0) / counts[k])
        )
    );
  }
  const found = kMeansPlusPlus(z.flat(), 4, d, new Random(10));
  assert.deepEqual(found.counts, counts);
  near(found.centers, centers.flat(), 1e-6);
  // Fewer distinct latents than codes: the rest are drawn again.
  const few = kMeansPlusPlus([1, 1, 1, 5], 3, 1, new Random(2));
  assert.deepEqual([...new Set(few.centers)].sort(), [1, 5]);
  assert.equal(few.counts.reduce((a, b) => a + b), 4);
  assert.throws(() => kMeansPlusPlus([], 2, 1, new Random(1)), RangeError);
});
