import assert from "node:assert/strict";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { makeRecordings } from "../make_recordings.ts";

const recordings = {
  ...makeRecordings([{
    labels: new Int32Array(12),
    gaps: [[6, 8]],
    data: Float32Array.from({ length: 24 }, (_, i) => i % 2 === 0 ? i / 2 : -i),
  }]),
  channels: ["x", "y"],
  units: ["1", "1"],
};

Deno.test("gatherWindows repeats the edge where context meets a recording's end or a gap", () => {
  const windows = cutWindows(recordings, { length: 2, hop: 2, within: "recording", context: 3 });
  const n = windows.start.length;
  const { channels, sensors } = recordings;
  const size = channels.length * sensors.length * 8;
  const out = new Float32Array(n * size);
  gatherWindows(windows, windows.start.map((_, i) => i), undefined, out);
  const { data } = recordings.recordings[0];
  const stride = sensors.length * channels.length;
  const seen = [[0, 0, 0, 0, 1, 2, 3, 4], [0, 0, 1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 5, 5, 5]];
  const behind = [[8, 8, 8, 8, 9, 10, 11, 11], [8, 8, 9, 10, 11, 11, 11, 11]];
  [...seen, ...behind].forEach((samples, i) => {
    for (let c = 0; c < channels.length; c++) {
      const row = out.subarray(i * size + c * sensors.length * 8, i * size + c * sensors.length * 8 + 8);
      assert.deepEqual([...row], samples.map((t) => data[t * stride + c]), `window ${i}, channel ${c}`);
    }
  });
  assert.equal(n, 5);
});

Deno.test("gatherWindows scales what it repeats", () => {
  const windows = cutWindows(recordings, { length: 4, hop: 4, within: "recording", context: 1 });
  const ones = recordings.sensors.map(() => recordings.channels.map(() => 1));
  const twos = recordings.sensors.map(() => recordings.channels.map(() => 2));
  const raw = new Float32Array(recordings.sensors.length * recordings.channels.length * 6);
  const scaled = raw.slice();
  gatherWindows(windows, [0], undefined, raw);
  gatherWindows(windows, [0], { center: ones, scale: twos }, scaled);
  assert.deepEqual(scaled, raw.map((x) => Math.fround((x - 1) * 2)));
});
