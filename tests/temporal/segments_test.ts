import assert from "node:assert/strict";
import fc from "fast-check";
import { segmentsOf } from "../../lib/temporal/segments.ts";

Deno.test("segmentsOf() cuts a part of a sequence into the longest runs of one label", () => {
  const labels = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 20 });
  fc.assert(fc.property(labels, fc.nat(20), fc.nat(20), (l, a, b) => {
    const from = Math.min(a, b, l.length), to = Math.min(Math.max(a, b), l.length);
    const runs = segmentsOf(l, from, to);
    assert.deepEqual(runs.flatMap((r) => new Array(r.to - r.from).fill(r.label)), l.slice(from, to));
    assert.deepEqual([from, ...runs.map((r) => r.to)], [...runs.map((r) => r.from), to]);
    runs.forEach((r, i) => assert.ok(r.to > r.from && r.label !== runs[i + 1]?.label));
  }));
  assert.deepEqual(segmentsOf([]), []);
});
