import assert from "node:assert/strict";
import { adaptiveK, dynamicsOf, stableStates } from "../../../lib/cluster/fit/adaptive.ts";
import { clusterWindows } from "../../../lib/cluster/cluster.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom, requestOf, splitOf } from "../make_request.ts";

Deno.test("T107 T110 adaptiveK() is 1.3 for each stable state, within 4 to 24 and below the distinct points", () => {
  for (const [stable, k] of [[0, 4], [4, 5], [7, 9], [10, 13], [18, 23], [19, 24], [30, 24]]) {
    assert.equal(adaptiveK(stable, 1000), k);
  }
  assert.equal(adaptiveK(10, 9), 8);
  assert.equal(adaptiveK(0, 3), 2);
  assert.equal(adaptiveK(0, 1), 1);
});

Deno.test("T108 dynamicsOf() counts within stretches and leaves states without successor at zero", () => {
  const sequence = Uint32Array.of(0, 0, 1, 1, 2, 0);
  const whole = dynamicsOf(sequence, 4);
  assert.deepEqual([...whole.self], [1, 1, 0, 0]);
  assert.deepEqual([...whole.total], [2, 2, 1, 0]);
  const cut = dynamicsOf(sequence, 4, [{ from: 0, to: 4 }, { from: 4, to: 6 }]);
  assert.deepEqual([...cut.total], [2, 1, 1, 0]);
  const counted = dynamicsOf(sequence, 4, undefined, Uint8Array.of(1, 1, 1, 0, 1, 1));
  assert.deepEqual([...counted.total], [2, 0, 1, 0]);
});

Deno.test("T109 stableStates() are those with a mean dwell of at least five steps", () => {
  // State 0 stays 4 of 5 times, state 1 stays 3 of 4 times, state 2 has no successor.
  const dynamics = { self: Float64Array.of(4, 3, 0), total: Float64Array.of(5, 4, 0) };
  assert.deepEqual(stableStates(dynamics, 0.8), [0]);
  assert.deepEqual(stableStates(dynamics, 0.75), [0, 1]);
});

/** Windows of `codes` codes, each dwelling `dwell` windows at a time. */
function dwelling(codes: number, dwell: number, rounds: number) {
  const sequence: number[] = [];
  for (let r = 0; r < rounds; r++) {
    for (let c = 0; c < codes; c++) for (let i = 0; i < dwell; i++) sequence.push(3 * c);
  }
  return codesFrom(Uint32Array.from(sequence), [8, 6, 5]);
}

Deno.test("T107 clusterWindows() adapts k to the codes that dwell in training windows", () => {
  const codes = dwelling(20, 10, 3);
  const n = codes.codes.length;
  const stretches = [{ from: 0, to: n }];
  const motifs = clusterWindows(requestOf({ codes, k: "adaptive", stretches }), new Random(1));
  assert.equal(motifs.reason, "adaptive");
  assert.equal(motifs.details.stableCodes, 20);
  // 26 wanted, 24 the edge, 19 possible.
  assert.equal(motifs.k, 19);
  assert.match(motifs.warnings.join(), /the most that 20 distinct points allow/);
  const half = splitOf(Uint8Array.from(codes.codes, (code) => code < 30 ? 1 : 3));
  const trained = clusterWindows(requestOf({ codes, k: "adaptive", stretches, split: half }), new Random(1));
  assert.equal(trained.details.stableCodes, 10);
  assert.equal(trained.k, 9);
  assert.equal(trained.labels.length, n);
});

Deno.test("T109 clusterWindows() finds no stable codes where none dwells and reports the edge", () => {
  const codes = dwelling(20, 2, 5);
  const stretches = [{ from: 0, to: codes.codes.length }];
  const motifs = clusterWindows(requestOf({ codes, k: "adaptive", stretches }), new Random(1));
  assert.equal(motifs.k, 4);
  assert.match(motifs.warnings.join(), /edge of its range 4 to 24: 0 codes are stable/);
  assert.throws(() => clusterWindows(requestOf({ codes, k: "adaptive" }), new Random(1)), {
    name: "InputError",
    message: /codes and windows must both be connected/,
  });
});
