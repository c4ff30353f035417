import assert from "node:assert/strict";
import fc from "fast-check";
import { dwellPredictions, enforceMinDwell } from "../../lib/temporal/dwell.ts";
import { segmentsOf } from "../../lib/temporal/segments.ts";
import { runs } from "./fixtures.ts";

Deno.test("T044 enforceMinDwell() gives the published vectors", () => {
  assert.deepEqual(enforceMinDwell(runs("1x5,2x2,1x5"), 3), runs("1x12"));
  assert.deepEqual(enforceMinDwell(runs("1x2,2x5,3,2,4x6"), 3), runs("2x9,4x6"));
  assert.equal(segmentsOf(enforceMinDwell(runs("1,2,3"), 5)).length, 1);
});

// Single labels, whose runs are short, and runs of any length.
const label = fc.integer({ min: -1, max: 3 });
const labels = fc.oneof(
  fc.array(label, { maxLength: 60 }),
  fc.array(fc.tuple(label, fc.integer({ min: 1, max: 9 })), { maxLength: 14 })
    .map((parts) => parts.flatMap(([l, n]) => new Array<number>(n).fill(l))),
).map((l) => Int32Array.from(l));
const minimum = fc.integer({ min: 1, max: 9 });

Deno.test("enforceMinDwell() equals taking one shortest, leftmost run at a time", () => {
  fc.assert(fc.property(labels, minimum, (l, m) => {
    assert.deepEqual(enforceMinDwell(l, m), naive(l, m));
  }));
});

Deno.test("enforceMinDwell() is right for every sequence of eight of three labels", () => {
  for (let code = 0; code < 3 ** 8; code++) {
    const l = Int32Array.from({ length: 8 }, (_, i) => Math.floor(code / 3 ** i) % 3);
    for (const m of [2, 3, 4]) assert.deepEqual(enforceMinDwell(l, m), naive(l, m), `${l} ${m}`);
  }
  assert.deepEqual(enforceMinDwell(new Int32Array(0), 3), new Int32Array(0));
});

Deno.test("T041 enforceMinDwell() is idempotent, keeps the length and leaves no short run unless it is alone", () => {
  fc.assert(fc.property(labels, minimum, (l, m) => {
    const out = enforceMinDwell(l, m);
    assert.equal(out.length, l.length);
    assert.deepEqual(enforceMinDwell(out, m), out);
    const segments = segmentsOf(out);
    assert.ok(segments.length <= 1 || segments.every((s) => s.to - s.from >= m));
  }));
});

Deno.test("T045 dwellPredictions() counts at the prediction rate, rounds up and warns up to one", () => {
  assert.deepEqual(dwellPredictions(300, 50), { predictions: 15 });
  assert.deepEqual(dwellPredictions(200, 50), { predictions: 10 });
  assert.deepEqual(dwellPredictions(310, 50), { predictions: 16 });
  assert.deepEqual(dwellPredictions(300.2, 50), { predictions: 16 });
  assert.deepEqual(dwellPredictions(0, 50), { predictions: 1 });
  const slow = dwellPredictions(300, 1);
  assert.equal(slow.predictions, 1);
  assert.match(slow.warning!, /300 ms is no longer than one prediction \(1000 ms at 1 Hz\)/);
  assert.match(dwellPredictions(1, 3.3333333).warning!, /\(300 ms at 3.333333 Hz\)/);
  assert.match(dwellPredictions(1, 7).warning!, /\(142.857 ms at 7 Hz\)/);
  // One prediction exactly, and what rounds to it, changes nothing; a millionth more is one more.
  assert.equal(dwellPredictions(1000, 1).predictions, 1);
  assert.match(dwellPredictions(1000, 1).warning!, /1000 ms is no longer than one prediction/);
  assert.match(dwellPredictions(300 * (1 + 1e-12), 1000 / 300).warning!, /no effect/);
  assert.deepEqual(dwellPredictions(1000.001, 1), { predictions: 2 });
  assert.equal(dwellPredictions(2000 * (1 + 1e-6), 1000).predictions, 2001);
});

Deno.test("enforceMinDwell() refuses a minimum that is no positive integer", () => {
  assert.throws(() => enforceMinDwell(runs("1"), 0), /positive integer, got 0/);
  assert.throws(() => enforceMinDwell(runs("1"), 1.5), /positive integer, got 1.5/);
  assert.throws(() => dwellPredictions(300, 0), /rate > 0/);
  assert.throws(() => dwellPredictions(-1, 50), /need time ≥ 0/);
});

function naive(labels: Int32Array, minimum: number): Int32Array {
  const out = labels.slice();
  for (;;) {
    const segments = segmentsOf(out);
    const shortest = Math.min(...segments.map((s) => s.to - s.from));
    if (segments.length < 2 || shortest >= minimum) return out;
    const i = segments.findIndex((s) => s.to - s.from === shortest);
    const size = (j: number) => segments[j] === undefined ? -1 : segments[j].to - segments[j].from;
    const taker = size(i - 1) >= size(i + 1) ? segments[i - 1] : segments[i + 1];
    out.fill(taker.label, segments[i].from, segments[i].to);
  }
}
