import assert from "node:assert/strict";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import {
  adviseLengths,
  medianBout,
  windowPresets,
  windowSeconds,
} from "../../../lib/signal/window/window_advice.ts";
import { makeRecordings } from "../make_recordings.ts";

Deno.test("T019–T022 windowPresets() gives durations from the rate, not from a table", () => {
  assert.deepEqual(windowPresets(50).map((p) => [p.length, p.seconds]), [[50, 1], [100, 2], [150, 3], [
    200,
    4,
  ]]);
  assert.deepEqual(windowPresets(100).map((p) => p.seconds), [0.5, 1, 1.5, 2]);
  assert.equal(windowSeconds(50, 100), 0.5);
});

Deno.test("adviseLengths() counts what cutting at every sample gives", () => {
  const runs: [number, number][] = [[0, 30], [1, 12], [0, 5], [2, 8], [1, 40]];
  const set = makeRecordings([{
    labels: Int32Array.from(runs.flatMap(([l, n]) => Array<number>(n).fill(l))),
  }]);
  assert.equal(medianBout(set), 12);
  const [a, b] = adviseLengths(set, [10, 20]);
  assert.deepEqual([a.lost, b.lost], [["l2"], ["l2"]]);
  assert.equal(a.covered, (30 + 12 + 40) / 95);
  const pure = cutWindows(set, { length: 10, hop: 1, within: "label" }).start.length;
  const touching = runs.reduce((n, [, size]) => n + size + 9, 0);
  assert.equal(a.pure, pure / touching);
  assert.equal(b.seconds, 0.4);
});
