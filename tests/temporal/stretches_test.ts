import assert from "node:assert/strict";
import { restrict, stretchesOf } from "../../lib/temporal/stretches.ts";

const cut = (
  start: number[],
  { recording = start.map(() => 0), gaps = [] as [number, number][], hop = 5, length = 10 } = {},
) =>
  stretchesOf({
    start: Int32Array.from(start),
    recording: Int32Array.from(recording),
    hop,
    length,
    recordings: { recordings: [{ gaps }, { gaps: [] }] },
  }).map(({ from, to, recording }) => [from, to, recording]);

Deno.test("stretchesOf() joins windows with fewer than hop samples between them, and no more", () => {
  // Windows of 10 samples: at a distance of 14 four samples are left over, at 15 five.
  assert.deepEqual(cut([0, 14]), [[0, 2, 0]]);
  assert.deepEqual(cut([0, 15]), [[0, 1, 0], [1, 2, 0]]);
  assert.deepEqual(cut([0, 5, 10, 30, 35]), [[0, 3, 0], [3, 5, 0]]);
  // Neither back in time nor at the same time.
  assert.deepEqual(cut([5, 5, 0]), [[0, 1, 0], [1, 2, 0], [2, 3, 0]]);
});

Deno.test("stretchesOf() cuts at a gap between windows, and not at one that ends or begins where they do", () => {
  assert.deepEqual(cut([0, 13], { gaps: [[10, 13]] }), [[0, 1, 0], [1, 2, 0]]);
  assert.deepEqual(cut([0, 13], { gaps: [[13, 14]] }), [[0, 2, 0]]);
  assert.deepEqual(cut([0, 13], { gaps: [[2, 10]] }), [[0, 2, 0]]);
  assert.deepEqual(cut([0, 13], { gaps: [[12, 20]] }), [[0, 1, 0], [1, 2, 0]]);
  // Windows that touch leave no room for a gap.
  assert.deepEqual(cut([0, 10], { gaps: [[9, 11]] }), [[0, 2, 0]]);
});

Deno.test("stretchesOf() cuts at recordings, keeps their numbers, and is empty without windows", () => {
  assert.deepEqual(cut([0, 5, 10, 15], { recording: [0, 0, 1, 1] }), [[0, 2, 0], [2, 4, 1]]);
  assert.deepEqual(cut([]), []);
  assert.deepEqual(cut([7]), [[0, 1, 0]]);
});

Deno.test("restrict() keeps the wanted parts of each stretch", () => {
  const stretches = [{ from: 0, to: 6, recording: 0 }, { from: 6, to: 9, recording: 4 }];
  const kept = restrict(stretches, (window) => ![0, 3, 8].includes(window));
  assert.deepEqual(kept, [
    { from: 1, to: 3, recording: 0 },
    { from: 4, to: 6, recording: 0 },
    { from: 6, to: 8, recording: 4 },
  ]);
  assert.deepEqual(restrict(stretches, () => false), []);
  assert.deepEqual(restrict(stretches, (window) => window === 8), [{ from: 8, to: 9, recording: 4 }]);
});
