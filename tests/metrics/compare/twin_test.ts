import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { besideTwin } from "../../../lib/metrics/compare/twin.ts";

const metrics = (accuracy: number, n: number, more: Metrics["metrics"] = {}): Metrics => ({
  metrics: { accuracy: { value: accuracy, n, of: "windows", origin: "measured" }, ...more },
  tables: {},
  details: {},
});

Deno.test("besideTwin() takes over the marks that both have, with n and origin", () => {
  const twin = metrics(0.97, 200, { macro_f1: { value: 0.9, n: 200, of: "windows", origin: "measured" } });
  assert.deepEqual(besideTwin(twin, metrics(0.95, 200).metrics), {
    twin_accuracy: {
      value: 0.97,
      n: 200,
      of: "windows",
      origin: "measured",
      note: "the same network without quantiser",
    },
  });
});

Deno.test("besideTwin() refuses a twin that was judged on other windows", () => {
  assert.throws(
    () => besideTwin(metrics(0.97, 300), metrics(0.95, 200).metrics),
    /on 300 windows, not on 200/,
  );
});
