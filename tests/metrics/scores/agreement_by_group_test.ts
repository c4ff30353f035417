import assert from "node:assert/strict";
import fc from "fast-check";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { agreementBy } from "../../../lib/metrics/scores/agreement_by_group.ts";

const rows = fc.array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.nat(4), fc.nat(3)), {
  minLength: 1,
  maxLength: 60,
});

Deno.test("agreementBy() is the agreement of the rows that are left without each group", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const truth = Int32Array.from(all, ([a]) => a);
      const own = Int32Array.from(all, ([, b]) => b);
      const group = Int32Array.from(all, ([, , g]) => g);
      for (const index of ["ari", "nmi"] as const) {
        const reference = (kept: typeof all) => {
          const classes = new Set(kept.map(([a]) => a));
          return classes.size < 2
            ? null
            : agreement(Int32Array.from(kept, ([a]) => a), Int32Array.from(kept, ([, b]) => b))[index];
        };
        const by = agreementBy(truth, own, (found, classes) => classes < 2 ? null : found[index]);
        const { value, without, groups } = by(group, 4);
        const close = (a: number | null, b: number | null) =>
          assert.ok(a === b || Math.abs(a! - b!) < 1e-12, `${index}: ${a}, ${b}`);
        assert.equal(groups, 4);
        close(value, reference(all));
        for (let g = 0; g < 4; g++) close(without(g), reference(all.filter((row) => row[2] !== g)));
      }
    }),
    { numRuns: 300 },
  );
});
