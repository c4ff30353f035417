import assert from "node:assert/strict";
import fc from "fast-check";
import { CausalDwell, enforceMinDwellCausally } from "../../lib/temporal/causal_dwell.ts";
import { segmentsOf } from "../../lib/temporal/segments.ts";

/** The rule read off the runs: the first is in force, any other takes over where it lasts. */
function plain(labels: Int32Array, minimum: number): number[] {
  let inForce: number | undefined;
  return segmentsOf(labels).flatMap(({ label, from, to }) => {
    if (inForce === undefined || to - from >= minimum) inForce = label;
    return new Array<number>(to - from).fill(inForce);
  });
}
const labels = fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 60 }).map((l) => Int32Array.from(l));

Deno.test("enforceMinDwellCausally() gives every run that is long enough its label, any other that in force", () => {
  fc.assert(fc.property(labels, fc.integer({ min: 1, max: 7 }), (l, minimum) => {
    assert.deepEqual([...enforceMinDwellCausally(l, minimum)], plain(l, minimum));
  }));
});

Deno.test("CausalDwell decides each label one less than the minimum later, and starts afresh after flush()", () => {
  fc.assert(fc.property(labels, labels, fc.integer({ min: 1, max: 7 }), (first, second, minimum) => {
    const dwell = new CausalDwell(minimum);
    for (const part of [first, second]) {
      const out: number[] = [];
      part.forEach((label, i) => {
        const decided = dwell.push(label);
        assert.equal(decided !== undefined, i >= minimum - 1);
        if (decided !== undefined) out.push(decided);
      });
      assert.deepEqual([...out, ...dwell.flush()], plain(part, minimum));
    }
  }));
});

Deno.test("CausalDwell refuses a minimum that is no positive integer", () => {
  for (const minimum of [0, 1.5, -1]) {
    assert.throws(() => new CausalDwell(minimum), new RegExp(`must be a positive integer, got ${minimum}`));
  }
});
