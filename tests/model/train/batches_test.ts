import assert from "node:assert/strict";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { type BatchOptions, epochBatches } from "../../../lib/model/train/batches.ts";
import { Random } from "../../../lib/random.ts";

/** Ten samples of label 0, then ten of label 2, then ten unlabelled. */
const labels = Int32Array.from({ length: 30 }, (_, t) => t < 10 ? 0 : t < 20 ? 2 : -1);
const windows: Windows = {
  recordings: {
    rate: 1,
    sensors: ["a"],
    channels: ["x"],
    units: ["g"],
    triads: [],
    labelNames: ["zero", "one", "two"],
    origin: "measured",
    source: { name: "test" },
    recordings: [{
      id: "r",
      subject: "s",
      samples: 30,
      data: Float32Array.from({ length: 30 }, (_, t) => t),
      labels,
      gaps: [[28, 30]],
    }],
  },
  recording: Int32Array.of(0, 0, 0),
  start: Int32Array.of(0, 8, 18),
  labels: Int32Array.of(0, 2, 2),
  purity: new Float32Array(3).fill(1),
  length: 4,
  hop: 4,
};
const scaler = { center: [[0]], scale: [[1]] };
const classOf = Int32Array.of(0, -1, 1);
const options: BatchOptions = {
  batch: 2,
  classes: 2,
  labelSmoothing: 0,
  shift: 0,
  rotation: 0,
  scaling: 0,
  jitter: 0,
  offset: 0,
  timeWarp: 0,
  channelDropout: 0,
  sensorDropout: 0,
};
const epoch = (change: Partial<BatchOptions> = {}, weights = Float64Array.of(1, 1)) => [
  ...epochBatches(
    windows,
    Int32Array.of(0, 1, 2),
    classOf,
    weights,
    scaler,
    { ...options, ...change },
    new Random(1),
  ),
];

Deno.test("epochBatches() visits every window once and fills the last batch with weightless rows", () => {
  const batches = epoch();
  assert.deepEqual(batches.flatMap((b) => [...b.rows]).sort(), [0, 1, 2]);
  assert.deepEqual(batches.map((b) => b.window.length), [8, 8]);
  assert.deepEqual([...batches[1].target.subarray(2)], [0, 0]);
  for (const { target } of batches) assert.ok(Math.abs(target.reduce((sum, x) => sum + x, 0) - 1) < 1e-6);
});

Deno.test("the target of a window is the share of each class among its labelled samples", () => {
  for (const { rows, target } of epoch({ batch: 1 })) {
    const expected = [[1, 0], [0.5, 0.5], [0, 1]][rows[0]];
    assert.deepEqual([...target], expected, `window ${rows[0]}`);
  }
});

Deno.test("class weights and label smoothing shape the target", () => {
  const weighted = epoch({ batch: 3 }, Float64Array.of(3, 1))[0];
  const mass = [...weighted.rows].map((_, i) => weighted.target[2 * i] + weighted.target[2 * i + 1]);
  const byRow = Object.fromEntries([...weighted.rows].map((row, i) => [row, mass[i]]));
  assert.ok(byRow[0] > byRow[1] && byRow[1] > byRow[2]);
  const smooth = epoch({ batch: 1, labelSmoothing: 0.2 }).find((b) => b.rows[0] === 0)!;
  assert.ok(Math.abs(smooth.target[0] - 0.9) < 1e-6 && Math.abs(smooth.target[1] - 0.1) < 1e-6);
});

Deno.test("shifted windows stay inside the recording and off gaps, and their labels follow", () => {
  for (let i = 0; i < 40; i++) {
    for (
      const { window, target } of epochBatches(
        windows,
        Int32Array.of(0, 1, 2),
        classOf,
        Float64Array.of(1, 1),
        scaler,
        { ...options, batch: 1, shift: 9 },
        new Random(i),
      )
    ) {
      const start = window[0];
      assert.ok(start >= 0 && start + 4 <= 28, `starts at ${start}`);
      const own = [...labels.subarray(start, start + 4)];
      const known = own.filter((l) => l >= 0);
      const share = known.length === 0 ? 0 : known.filter((l) => l === 0).length / known.length;
      assert.ok(Math.abs(target[0] - share) < 1e-6, `${start}: ${target}`);
    }
  }
});
