import assert from "node:assert/strict";
import { LongSteps } from "../../../lib/cli/terminal/long_steps.ts";

Deno.test("LongSteps says of a step that was silent for a minute how long it has run, once a minute until it ends", () => {
  const steps = new LongSteps();
  steps.started("fit", 0);
  steps.started("load", 30_000);
  assert.deepEqual(steps.lines(59_999), []);
  steps.heard("load", 61_000);
  assert.deepEqual(steps.lines(61_000), ["...      fit has run for 1 min 1 s"]);
  assert.deepEqual(steps.lines(70_000), []);
  assert.deepEqual(steps.lines(121_000), [
    "...      fit has run for 2 min 1 s",
    "...      load has run for 1 min 31 s",
  ]);
  steps.ended("fit");
  assert.deepEqual(steps.lines(1_000_000).map((line) => line.split(" has")[0]), ["...      load"]);
});
