import assert from "node:assert/strict";
import { centerWithin, clip, standardize } from "../../../lib/model/discover/columns.ts";
import { groupsBy, sequenceOf } from "../../../lib/model/discover/neighbors.ts";
import { slowFeatures } from "../../../lib/model/discover/slow_features.ts";
import { Random } from "../../../lib/random.ts";
import { plantedWindows } from "./planted.ts";

const windows = plantedWindows(5, 200);
const sequence = sequenceOf(windows, () => true);
const groups = groupsBy(windows, sequence.rows, "recording");
const n = sequence.rows.length;

Deno.test("sequenceOf() knows the neighbours of each window and crosses no recording, gap or part", () => {
  const gappy = {
    ...windows,
    recordings: {
      ...windows.recordings,
      recordings: windows.recordings.recordings.map((recording) => ({
        ...recording,
        gaps: [[120, 132]] as [number, number][],
      })),
    },
  };
  const kept = (w: number) => w % 200 < 9 || w % 200 > 11;
  const { rows, before, after, followed } = sequenceOf(gappy, kept);
  assert.equal(rows.length, 5 * 197);
  for (const i of rows.keys()) {
    const row = rows[i];
    const inside = (other: number) => kept(other) && Math.floor(other / 200) === Math.floor(row / 200);
    assert.equal(rows[after[i]], inside(row + 1) ? row + 1 : row);
    assert.equal(rows[before[i]], inside(row - 1) ? row - 1 : row);
  }
  assert.deepEqual([...followed], [...rows.keys()].filter((i) => after[i] !== i));
});

Deno.test("slowFeatures() finds what persists, neither what is quick nor what tells groups apart", () => {
  const rng = new Random(6);
  // Columns are mixtures of a slow signal, the group's number and two kinds of noise.
  const slow = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    slow[i] = sequence.before[i] === i ? rng.normal() : 0.95 * slow[i - 1] + 0.3 * rng.normal();
  }
  const mix = Array.from({ length: 16 }, () => rng.normal());
  const codes = Float64Array.from({ length: 4 * n }, (_, at) => {
    const i = Math.floor(at / 4);
    const parts = [slow[i], 4 * groups.of[i], ((i * 7919) % 101) / 50, ((i * 104729) % 97) / 50];
    return parts.reduce((sum, part, k) => sum + part * mix[4 * (at % 4) + k], 0);
  });
  const { values, persistence } = slowFeatures(codes, 4, 2, sequence, groups);
  const within = Float64Array.from(slow);
  centerWithin(within, 1, groups.of, groups.members.length);
  const found = Float64Array.from({ length: n }, (_, i) => values[2 * i]);
  centerWithin(found, 1, groups.of, groups.members.length);
  standardize(within, 1);
  standardize(found, 1);
  const correlation = Math.abs(within.reduce((sum, x, i) => sum + x * found[i], 0) / n);
  assert.ok(correlation > 0.97, `${correlation}`);
  assert.ok(persistence[0] > 0.7 && persistence[0] <= 1 && persistence[1] < 0.3, `${persistence}`);
  for (const k of [0, 1]) {
    let squares = 0;
    for (let i = 0; i < n; i++) squares += values[2 * i + k] ** 2;
    assert.ok(Math.abs(squares / n - 1) < 1e-9);
  }
});

Deno.test("slowFeatures() calls nothing more persistent than 1, of short recordings that start and end in the middle", () => {
  const short = plantedWindows(12, 45);
  const sequence = sequenceOf(short, () => true);
  const rng = new Random(3);
  // One wave a recording: the mean product of neighbours is 1.012 times the mean square of all.
  const codes = Float64Array.from(
    { length: 4 * sequence.rows.length },
    (_, at) => at % 4 === 0 ? Math.sin(2 * Math.PI * (Math.floor(at / 4) % 45) / 44) : 0.01 * rng.normal(),
  );
  const { persistence } = slowFeatures(codes, 4, 2, sequence, groupsBy(short, sequence.rows, "recording"));
  assert.equal(persistence[0], 1);
  assert.ok(persistence[1] < 0.5, `${persistence}`);
});

Deno.test("standardize(), centerWithin() and clip() do so column by column", () => {
  const table = Float64Array.of(1, 5, 3, 5, 5, 5, 7, 5);
  const centered = table.slice();
  centerWithin(centered, 2, Int32Array.of(0, 0, 1, 1), 2);
  assert.deepEqual([...centered], [-1, 0, 1, 0, -1, 0, 1, 0]);
  standardize(table, 2);
  assert.ok(Math.abs(table[0] + 3 / Math.sqrt(5)) < 1e-12 && table[1] === 0);
  clip(table, 1);
  assert.equal(table[0], -1);
});
