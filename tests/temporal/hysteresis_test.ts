import assert from "node:assert/strict";
import fc from "fast-check";
import { hysteresis, Trigger } from "../../lib/temporal/hysteresis.ts";

const two = [0.9, 0.55, 0.45, 0.42, 0.39, 0.5, 0.59, 0.61, 0.3].flatMap((p) => [p, 1 - p]);
const three = [
  [0.8, 0.1, 0.1],
  [0.35, 0.45, 0.2],
  [0.3, 0.5, 0.2],
  [0.3, 0.62, 0.08],
  [0.42, 0.45, 0.13],
  [0.2, 0.35, 0.45],
].flat();
const limits = { high: 0.6, low: 0.4 };

Deno.test("T043 hysteresis() gives the published two-class vector under both rules", () => {
  for (const rule of ["strict", "permissive"] as const) {
    assert.deepEqual([...hysteresis(two, 2, { ...limits, rule }).labels], [0, 0, 0, 0, 1, 1, 1, 0, 1]);
  }
});

Deno.test("T043 hysteresis() tells the rules apart with three classes", () => {
  assert.deepEqual([...hysteresis(three, 3, { ...limits, rule: "permissive" }).labels], [0, 1, 1, 1, 1, 2]);
  assert.deepEqual([...hysteresis(three, 3, limits).labels], [0, 0, 0, 1, 1, 1]);
});

Deno.test("hysteresis() with low = high = 0 under the permissive rule is the argmax", () => {
  assert.deepEqual([...hysteresis(three, 3, { high: 0, low: 0, rule: "permissive" }).labels], [
    0,
    1,
    1,
    1,
    1,
    2,
  ]);
});

Deno.test("hysteresis() lets a held state go after maxHold predictions and counts it", () => {
  const stuck = [0.9, 0.05, 0.05, ...new Array(6).fill([0.41, 0.45, 0.14]).flat()];
  assert.deepEqual(hysteresis(stuck, 3, limits).labels, new Int32Array(7));
  const { labels, escapes } = hysteresis(stuck, 3, { ...limits, maxHold: 3 });
  assert.deepEqual([...labels], [0, 0, 0, 0, 1, 1, 1]);
  assert.equal(escapes, 1);
});

Deno.test("hysteresis() starts afresh in every stretch and reads posteriors through points", () => {
  const stretches = [{ from: 0, to: 2 }, { from: 2, to: 4 }];
  const { labels } = hysteresis([0.9, 0.1, 0.45, 0.55], 2, limits, [0, 1, 1, 1], stretches);
  assert.deepEqual([...labels], [0, 0, 1, 1]);
  // A state that was held in one stretch is not held longer in the next; what no stretch covers has no label.
  const held = [0.9, 0.1, 0.45, 0.55, 0.45, 0.55];
  const apart = hysteresis(held, 2, { ...limits, maxHold: 1 }, [0, 1, 1, 0, 1, 0], [{ from: 0, to: 2 }, {
    from: 3,
    to: 5,
  }]);
  assert.deepEqual([[...apart.labels], apart.escapes], [[0, 0, -1, 0, 0, -1], 0]);
});

Deno.test("hysteresis() equals the naive definition", () => {
  const row = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 });
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), (rows, strict) => {
    const p = rows.map((r) => r.map((v) => v / r.reduce((a, b) => a + b, 0)));
    const rule = strict ? "strict" : "permissive";
    assert.deepEqual(hysteresis(p.flat(), 3, { high: 0.5, low: 0.3, rule }), naive(p, strict, Infinity));
  }));
});

/** The rule as it is told, thresholds 0.5 and 0.3: predictions led by others in a row are counted, more than `most` end a state. */
function naive(p: number[][], strict: boolean, most: number) {
  let state = p[0].indexOf(Math.max(...p[0])), others = 0, escapes = 0;
  const labels = Int32Array.from(p, (r) => {
    const c = r.indexOf(Math.max(...r));
    if (r[state] === r[c]) {
      others = 0;
      return state;
    }
    others++;
    const strong = r[c] >= 0.5, weak = r[state] < 0.3;
    const convinced = strict ? strong && weak : strong || weak;
    if (!convinced && others > most) escapes++;
    if (convinced || others > most) [state, others] = [c, 0];
    return state;
  });
  return { labels, escapes };
}

Deno.test("Trigger and hysteresis() are the naive definition where states are let go, thresholds included", () => {
  const row = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 3 });
  const rows = fc.array(row, { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(rows, fc.boolean(), fc.integer({ min: 1, max: 4 }), (rows, strict, maxHold) => {
    // Tenths, so that thresholds are met exactly.
    const p = rows.map((r) => r.map((v) => v / 10));
    const options = {
      high: 0.5,
      low: 0.3,
      rule: strict ? "strict" as const : "permissive" as const,
      maxHold,
    };
    const trigger = new Trigger(options), expected = naive(p, strict, maxHold);
    assert.deepEqual(p.map((r) => trigger.next(r)), [...expected.labels]);
    assert.equal(trigger.escapes, expected.escapes);
    assert.deepEqual(hysteresis(p.flat(), 3, options), expected);
  }));
});

Deno.test("Trigger forgets its state on reset()", () => {
  const trigger = new Trigger({ high: 0.9, low: 0.1 });
  assert.deepEqual([trigger.next([0.2, 0.8]), trigger.next([0.6, 0.4])], [1, 1]);
  trigger.reset();
  assert.equal(trigger.next([0.6, 0.4]), 0);
});

Deno.test("hysteresis() refuses low above high and thresholds that are no probabilities", () => {
  assert.throws(() => hysteresis(two, 2, { high: 0.4, low: 0.6 }), /low 0.6, high 0.4/);
  assert.throws(() => hysteresis(two, 2, { high: 1.2, low: 0.6 }), /high 1.2/);
  assert.throws(() => hysteresis(two, 2, { ...limits, maxHold: 0 }), /maxHold must be at least 1/);
  assert.throws(() => hysteresis(two, 2, { high: 0.4, low: -0.1 }), /low -0.1/);
  assert.throws(() => new Trigger({ high: 0.4, low: 0.6 }), /low 0.6, high 0.4/);
  assert.deepEqual([...hysteresis([0, 1, 1, 0], 2, { high: 1, low: 1 }).labels], [1, 0]);
});
