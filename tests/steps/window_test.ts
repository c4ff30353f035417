import assert from "node:assert/strict";
import window from "../../lib/steps/window.ts";
import { makeRecordings } from "../signal/make_recordings.ts";
import { runStep } from "./run_step.ts";

const labels = (...runs: [label: number, samples: number][]) =>
  Int32Array.from(runs.flatMap(([label, n]) => Array<number>(n).fill(label)));

Deno.test("window takes lengths as samples, times and shares", async () => {
  const recordings = makeRecordings([{ labels: labels([0, 500]) }]); // 50 Hz
  for (const [length, hop] of [[100, 50], ["2s", "1s"], ["2000ms", "50%"]]) {
    const { outputs, warnings } = await runStep(window, { recordings }, { length, hop });
    assert.deepEqual([outputs.windows.length, outputs.windows.hop, outputs.windows.start.length], [
      100,
      50,
      9,
    ]);
    assert.deepEqual(warnings, []);
  }
});

Deno.test("window refuses lengths that are no lengths", () => {
  const problems = (params: Record<string, unknown>) => {
    const parsed = window.params.safeParse(params);
    return parsed.success ? window.check!(parsed.data).length : 1;
  };
  for (const length of ["50%", "2 minutes", 1, 2.5, -3]) {
    assert.equal(problems({ length }), 1, String(length));
  }
  assert.equal(problems({ length: "0.5 s", hop: 10 }), 0);
});

Deno.test("window warns of recordings without windows, bouts shorter than windows and lost classes", async () => {
  const recordings = makeRecordings([
    { labels: labels([0, 30], [1, 30], [0, 30], [1, 90], [2, 20]) },
    { labels: labels([0, 40]) },
  ]);
  const { warnings } = await runStep(window, { recordings }, { length: 80 });
  assert.match(warnings[0], /^No window of 80 samples fits into 1 of 2 recordings: r1$/);
  assert.match(warnings[1], /^No labelled bout is as long as a window: l0, l2$/);
  assert.match(warnings[2], /longer than most labelled bouts \(median 30 samples\): 38 %/);
});
