import assert from "node:assert/strict";
import { batchShape, drawPairs, rowsOf, Views } from "../../../lib/model/discover/batches.ts";
import { groupsBy, sequenceOf } from "../../../lib/model/discover/neighbors.ts";
import { Random } from "../../../lib/random.ts";
import { plantedWindows } from "./planted.ts";

const windows = plantedWindows(10, 70);
const sequence = sequenceOf(windows, () => true);
const groups = groupsBy(windows, sequence.rows, "subject");

Deno.test("batchShape() takes eight groups, more where they are short, never more than there are", () => {
  assert.deepEqual(batchShape(256, groups), { groups: 8, each: 32 });
  const many = { ...groups, members: Array.from({ length: 40 }, () => new Int32Array(4)) };
  assert.deepEqual(batchShape(256, many), { groups: 16, each: 16 });
  assert.deepEqual(batchShape(256, { ...groups, members: groups.members.slice(0, 1) }), {
    groups: 1,
    each: 256,
  });
  assert.deepEqual(batchShape(6, groups), { groups: 3, each: 2 });
});

Deno.test("drawPairs() draws whole groups, each once, and the neighbours on either side equally often", () => {
  const rng = new Random(5);
  const shape = { groups: 8, each: 32 };
  let later = 0, earlier = 0;
  for (let round = 0; round < 20; round++) {
    const { first, second } = drawPairs(sequence, groups, shape, rng);
    const drawn = Array.from(
      { length: 8 },
      (_, k) => new Set(first.subarray(32 * k, 32 * (k + 1)).map((at) => groups.of[at])),
    );
    assert.ok(drawn.every((set) => set.size === 1));
    assert.equal(new Set(drawn.flatMap((set) => [...set])).size, 8);
    first.forEach((at, i) => {
      assert.ok([sequence.before[at], sequence.after[at]].includes(second[i]));
      if (second[i] > at) later++;
      if (second[i] < at) earlier++;
    });
  }
  assert.ok(Math.abs(later - earlier) < 4 * Math.sqrt(later + earlier), `${later} ${earlier}`);
});

Deno.test("Views writes scaled windows at positions, and rowsOf() the rows of a table beside them", () => {
  const some = sequence.rows.filter((row) => row % 2 === 1);
  const views = new Views(windows, some, { center: [[0, 0, 0]], scale: [[2, 1, 1]] });
  const out = new Float32Array(2 * views.width);
  views.write(Int32Array.of(3, 0), out, {}, new Random(1));
  const { data } = windows.recordings.recordings[0];
  assert.equal(out[0], Math.fround(2 * data[3 * windows.start[7]]));
  assert.equal(out[views.width + windows.length], data[3 * windows.start[1] + 1]);
  const table = Float64Array.of(0, 1, 2, 3, 4, 5);
  assert.deepEqual([...rowsOf(table, 2, [Int32Array.of(2), Int32Array.of(0, 1)])], [4, 5, 0, 1, 2, 3]);
});
