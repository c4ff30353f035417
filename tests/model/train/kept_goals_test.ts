import assert from "node:assert/strict";
import { goalFeeds, withGoals } from "../../../lib/model/train/kept_goals.ts";
import { Random } from "../../../lib/random.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const windows = sampleWindows(sampleModel(), 10);
const width = 6 * 2 * 40;

Deno.test("a batch with goals has as many rows again, which count by their goals and by no label", () => {
  const batch = {
    window: new Float32Array(2 * width).fill(7),
    target: Float32Array.of(1, 0, 0, 1),
    rows: Int32Array.of(0, 1),
  };
  const identity = {
    center: [0, 1].map(() => new Array(6).fill(0)),
    scale: [0, 1].map(() => new Array(6).fill(1)),
  };
  const kept = {
    rows: Int32Array.of(21),
    values: Float64Array.of(0.25, -1, 0.5),
    weights: [1, 0.5, 0.1],
    factor: 3,
    augmentation: { rotation: 0, scaling: 0, jitter: 0 } as never,
  };
  const joint = withGoals(batch, windows, identity, kept, new Random(1));
  assert.deepEqual([...joint.window.subarray(0, 2 * width)], new Array(2 * width).fill(7));
  // Window 21 is the second of the third recording; channel by channel, sensor by sensor.
  const { data } = windows.recordings.recordings[2];
  assert.equal(joint.window[2 * width], data[windows.start[21] * 12]);
  assert.deepEqual([...joint.target], [1, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual([...joint.goal], [0, 0, 0, 0, 0, 0, 0.25, -1, 0.5, 0.25, -1, 0.5]);
  const weights = [1, 0.5, 0.1].map((w) => Math.fround(3 * w / 6));
  assert.deepEqual([...joint.weight], [0, 0, 0, 0, 0, 0, ...weights, ...weights]);
  assert.deepEqual(goalFeeds(joint, 3).goal.shape, [4, 3]);
});
