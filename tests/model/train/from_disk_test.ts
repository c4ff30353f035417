/** Sets that do not fit into memory are read window by window, and give what they give in memory. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { Recordings, recordingsOfShards } from "../../../lib/artifacts/recordings.ts";
import { shardFolder } from "../../../lib/artifacts/shards.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import train from "../../../lib/steps/train.ts";
import { writeShards } from "../../artifacts/write_shards.ts";
import { withFolder } from "../../hailo/sample_bundle.ts";
import { makeRecordings } from "../../signal/make_recordings.ts";
import { runStep } from "../../steps/run_step.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../sample_model.ts";

/** The recordings one by one in shards, of which no recording may be read as a whole. */
async function onDisk(dir: string, recordings: Recordings): Promise<Recordings> {
  await writeShards(dir, Recordings, recordings.recordings.map((r) => ({ ...recordings, recordings: [r] })));
  const dirs = recordings.recordings.map((_, place) => join(dir, shardFolder(place)));
  const read = await recordingsOfShards(dirs, undefined, true);
  for (const recording of read.recordings) {
    const get = () => assert.fail("a whole recording was read");
    Object.defineProperties(recording, { data: { get }, labels: { get } });
  }
  return read;
}

Deno.test("windows of recordings on disk are gathered as those in memory, in any order, with context and gaps", async () => {
  const recordings = makeRecordings([
    { labels: new Int32Array(40), gaps: [[11, 14]], data: Float32Array.from({ length: 80 }, (_, i) => i) },
    { labels: new Int32Array(9), data: Float32Array.from({ length: 18 }, (_, i) => -i) },
    {
      labels: new Int32Array(25),
      gaps: [[0, 2]],
      data: Float32Array.from({ length: 50 }, (_, i) => i * i),
    },
  ]);
  const set = { ...recordings, channels: ["x", "y"], units: ["1", "1"], triads: [] };
  await withFolder(async (dir) => {
    const disk = await onDisk(dir, set);
    const cases = fc.record({
      length: fc.integer({ min: 1, max: 6 }),
      hop: fc.integer({ min: 1, max: 8 }),
      context: fc.integer({ min: 0, max: 4 }),
      order: fc.array(fc.nat(), { maxLength: 30 }),
    });
    fc.assert(
      fc.property(cases, ({ length, hop, context, order }) => {
        const windows = cutWindows(set, { length: length + 1, hop, context, within: "recording" });
        const n = windows.start.length;
        const size = 2 * (length + 1 + 2 * context);
        for (const rows of [windows.start.map((_, i) => i), Int32Array.from(order, (i) => i % n)]) {
          const [expected, got] = [0, 0].map(() => new Float32Array(rows.length * size));
          gatherWindows(windows, rows, undefined, expected);
          gatherWindows({ ...windows, recordings: disk }, rows, undefined, got);
          assert.deepEqual(got, expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});

Deno.test("training from disk gives the bytes of training in memory, whatever it learns", async () => {
  const windows: Windows = sampleWindows(sampleModel(), 24);
  const split = splitByRecording(windows);
  const tiny = { widths: [4, 4], kernel: 3, head: [6], neck: [6], epochs: 2, batch_size: 16 };
  await withFolder(async (dir) => {
    const disk = { ...windows, recordings: await onDisk(dir, windows.recordings) };
    for (
      const params of [
        { ...tiny, scaler: "zscore" },
        { ...tiny, objective: "discover", teachers: 1, epochs: 1 },
        { ...tiny, objective: "both", teachers: 1, discover_epochs: 1 },
      ]
    ) {
      const [{ outputs: memory }, { outputs: read }] = [
        await runStep(train, { windows, split }, params),
        await runStep(train, { windows: disk, split }, params),
      ];
      assert.deepEqual(read.model, memory.model, JSON.stringify(params));
    }
  });
});
