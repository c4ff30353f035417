import assert from "node:assert/strict";
import { codeSequences } from "../../../lib/model/train/temporal_head.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { makeRecordings } from "../../signal/make_recordings.ts";

Deno.test("codeSequences() lays windows out as samples that cross neither recordings, gaps nor parts", () => {
  const recordings = makeRecordings([
    { labels: new Int32Array(50) },
    { labels: new Int32Array(60), gaps: [[20, 30]] },
  ]);
  const windows = cutWindows(recordings, { length: 10, hop: 10, within: "recording" });
  assert.equal(windows.start.length, 10);
  const part = Uint8Array.of(1, 1, 3, 3, 3, 1, 1, 1, 1, 1);
  const values = Float32Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? i / 2 : -i);
  const sequences = codeSequences(windows, part, values, 1);
  const spans = sequences.recordings.recordings.map(({ id }) => id);
  assert.deepEqual(spans, ["windows 0 to 1", "windows 2 to 4", "windows 5 to 6", "windows 7 to 9"]);
  assert.equal(sequences.recordings.rate, 5);
  const seen = new Float32Array(10 * 2 * 3);
  gatherWindows(sequences, windows.start.map((_, i) => i), undefined, seen);
  const first = Array.from({ length: 10 }, (_, i) => [...seen.subarray(6 * i, 6 * i + 3)]);
  assert.deepEqual(first, [
    [0, 0, 1],
    [0, 1, 1],
    [2, 2, 3],
    [2, 3, 4],
    [3, 4, 4],
    [5, 5, 6],
    [5, 6, 6],
    [7, 7, 8],
    [7, 8, 9],
    [8, 9, 9],
  ]);
});
