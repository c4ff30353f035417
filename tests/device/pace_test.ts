import assert from "node:assert/strict";
import fc from "fast-check";
import { choosePace, predictionRate } from "../../lib/device/pace.ts";

const request = { modes: ["back-to-back", "paced"] as const, windows: 50, launches: 3, seconds: 10 };
const workflow = { rate: 50, window: { length: 100, hop: 50 } };

Deno.test("predictionRate() is sampling rate ÷ hop, and unknown where the bundle knows no hop", () => {
  assert.equal(predictionRate(workflow), 1);
  assert.equal(predictionRate({ rate: 100, window: { length: 200, hop: 20 } }), 5);
  assert.equal(predictionRate({ rate: 50, window: { length: 100, hop: null } }), null);
  assert.equal(predictionRate({ rate: 50, window: { length: 100, hop: 0 } }), null);
  assert.equal(predictionRate({ rate: 50, window: 100 as never }), null); // as older bundles say it
});

Deno.test("choosePace() runs at the workflow's own rate, and at another only where a parameter says so", () => {
  assert.deepEqual(choosePace(workflow, request).paced, { hz: 1, from: "workflow" });
  assert.deepEqual(choosePace(workflow, { ...request, hz: 20 }).paced, { hz: 20, from: "parameter" });
});

Deno.test("choosePace() times as many windows as fit into the time, at least one a launch", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
      fc.integer({ min: 20, max: 100 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 60 }),
      (hz, windows, launches, seconds) => {
        const pace = choosePace(workflow, { ...request, hz, windows, launches, seconds });
        assert.ok(pace.windows >= 1 && pace.windows <= windows);
        assert.ok(pace.windows === 1 || pace.windows * launches / hz <= seconds * (1 + 1e-12));
        assert.ok(pace.windows === windows || (pace.windows + 1) * launches / hz > seconds);
      },
    ),
    { seed: 7 },
  );
});

Deno.test("choosePace() without a known rate leaves the paced loop out, or refuses when nothing else was asked for", () => {
  const imported = { rate: 50, window: { length: 100, hop: null } };
  const pace = choosePace(imported, request);
  assert.deepEqual([pace.modes, pace.windows, pace.paced], [["back-to-back"], 0, undefined]);
  assert.match(pace.warnings[0], /no paced loop: .*Set paced_hz/);
  assert.throws(() => choosePace(imported, { ...request, modes: ["paced"] }), {
    name: "InputError",
    message: /Cannot pace windows: the bundle does not say the hop/,
  });
  assert.deepEqual(choosePace(imported, { ...request, modes: ["back-to-back"] }).warnings, []);
});
