import assert from "node:assert/strict";
import smooth from "../../lib/steps/smooth.ts";
import { parseSmoothing, smoothDefaults, smoothingOf } from "../../lib/stream/smoothing.ts";

Deno.test("smoothDefaults are those of the smooth step", () => {
  const step = smooth.params.parse({}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(smoothDefaults)) assert.equal(step[name], value, name);
});

Deno.test("parseSmoothing() refuses what the smooth step refuses", () => {
  assert.throws(() => parseSmoothing("median=3"), /there is no median\n.*median_k/);
  assert.throws(() => parseSmoothing("median_k=4"), /must be odd, got 4/);
  assert.throws(() => parseSmoothing("min_dwell_ms="), /must be a number from 0, got ""/);
  assert.throws(() => parseSmoothing("hysteresis_low=0.9"), /hysteresis_low ≤ hysteresis_high/);
  assert.throws(() => parseSmoothing("hysteresis_rule=lax"), /strict, permissive or none, got lax/);
  assert.throws(() => parseSmoothing("max_hold_ms=0"), /max_hold_ms must be positive/);
});

Deno.test("smoothingOf() counts time in predictions", () => {
  const given = parseSmoothing("min_dwell_ms=2500, max_hold_ms=4000, hysteresis_rule=permissive");
  assert.deepEqual(smoothingOf(given, 1), {
    modeWidth: 7,
    minDwell: 3,
    hysteresis: { high: 0.6, low: 0.4, rule: "permissive", maxHold: 4 },
  });
  assert.equal(smoothingOf(parseSmoothing("hysteresis_rule=none"), 1).hysteresis, undefined);
});
