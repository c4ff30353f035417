import assert from "node:assert/strict";
import fc from "fast-check";
import { enforceMinDwellCausally } from "../../lib/temporal/causal_dwell.ts";
import { smooth } from "../../lib/temporal/pipeline.ts";
import { segmentsOf } from "../../lib/temporal/segments.ts";
import { latencyOf, StreamingSmoother } from "../../lib/temporal/streaming.ts";
import { runs } from "./fixtures.ts";

const posteriors = fc.array(
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }).map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((v) => (sum === 0 ? 1 / 3 : v / sum));
  }),
  { maxLength: 50 },
);
const settings = fc.record({
  hysteresis: fc.option(
    fc.record({
      high: fc.constantFrom(0.5, 0.7),
      low: fc.constantFrom(0.2, 0.4),
      rule: fc.constantFrom("strict", "permissive"),
      maxHold: fc.constantFrom(2, 4, Infinity),
    }),
    { nil: undefined },
  ),
  modeWidth: fc.constantFrom(1, 3, 7),
  minDwell: fc.integer({ min: 1, max: 6 }),
});

Deno.test("StreamingSmoother gives the batch pipeline's causal labels, each exactly `latency` predictions late", () => {
  fc.assert(fc.property(posteriors, settings, fc.integer({ min: 0, max: 50 }), (rows, options, cut) => {
    const labels = Int32Array.from(rows, (row, i) => (i % 11 === 5 ? -1 : row.indexOf(Math.max(...row))));
    const stretches = [{ from: 0, to: Math.min(cut, rows.length) }, {
      from: Math.min(cut, rows.length),
      to: rows.length,
    }];
    const points = Uint32Array.from(rows.keys());
    const input = { labels, posterior: rows.flat(), points, classes: 3 };
    const batch =
      smooth(input, { ...options, causal: true } as Parameters<typeof smooth>[1], stretches).labels;
    const stream = new StreamingSmoother(options as ConstructorParameters<typeof StreamingSmoother>[0]);
    const out: number[] = [];
    for (const { from, to } of stretches) {
      for (let i = from; i < to; i++) {
        const label = stream.push(labels[i], rows[i]);
        assert.equal(label !== undefined, i - from >= stream.latency);
        if (label !== undefined) out.push(label);
      }
      out.push(...stream.flush());
    }
    assert.deepEqual(out, [...batch]);
  }));
});

Deno.test("latencyOf() adds half the mode filter and the dwell less one", () => {
  assert.equal(latencyOf({ modeWidth: 7, minDwell: 3 }), 5);
  assert.equal(latencyOf({}), 0);
});

Deno.test("enforceMinDwellCausally() confirms a run from its start and gives short ones to the label in force", () => {
  assert.deepEqual(enforceMinDwellCausally(runs("1x4,2x2,1,2x3,3x2"), 3), runs("1x7,2x5"));
  assert.deepEqual(enforceMinDwellCausally(runs("1,2x5"), 3), runs("1,2x5"));
});

Deno.test("enforceMinDwellCausally() leaves no short run but the first, and is idempotent", () => {
  const labels = fc.array(fc.integer({ min: -1, max: 2 }), { maxLength: 60 });
  fc.assert(fc.property(labels, fc.integer({ min: 1, max: 8 }), (values, m) => {
    const out = enforceMinDwellCausally(Int32Array.from(values), m);
    assert.equal(out.length, values.length);
    assert.ok(segmentsOf(out).slice(1).every((s) => s.to - s.from >= m));
    assert.deepEqual(enforceMinDwellCausally(out, m), out);
  }));
});

Deno.test("StreamingSmoother refuses even widths and hysteresis without posteriors", () => {
  assert.throws(() => new StreamingSmoother({ modeWidth: 4 }), /odd number, got 4/);
  assert.throws(() => new StreamingSmoother({ modeWidth: 0 }), /odd number, got 0/);
  assert.throws(() => new StreamingSmoother({ minDwell: 0 }), /positive integer, got 0/);
  assert.throws(() => new StreamingSmoother({ hysteresis: { high: 0.4, low: 0.6 } }), /low 0.6, high 0.4/);
  const stream = new StreamingSmoother({ hysteresis: { high: 0.6, low: 0.4 } });
  assert.throws(() => stream.push(1), /there is no posterior/);
  // Without any stage nothing is held back.
  const plain = new StreamingSmoother({});
  assert.deepEqual([plain.latency, plain.push(3), plain.push(4), plain.flush()], [0, 3, 4, []]);
});
