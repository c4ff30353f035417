import assert from "node:assert/strict";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import { TimingLog } from "../../lib/stream/timing.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { modelEncoder } from "../../lib/stream/encoder.ts";
import { modelFor } from "./batch.ts";

Deno.test("T287 TimingLog adds what the smoother waits to the time of computing, and leaves out the warm-up", () => {
  const log = new TimingLog(2);
  for (const ms of [500, 400, 1, 2, 3, 4]) log.add(ms);
  const timing = log.summary(3, 0.5)!;
  assert.deepEqual([timing.n, timing.warmup, timing.smoothingSeconds], [4, 2, 1.5]);
  assert.ok(timing.p50 === 2.5 && timing.p99 <= 4);
  // A mode filter of 7 waits for 3 predictions: at one a second its label is 3 s late however fast the network is.
  assert.equal(timing.endToEnd95, 1500 + timing.p95);
  assert.deepEqual([log.summary(null, 0.5)!.smoothingSeconds, log.summary(null, 0.5)!.endToEnd95], [
    null,
    null,
  ]);
  assert.equal(new TimingLog(2).summary(null, 1), undefined);
});

Deno.test("T287 StreamingClassifier times each prediction from its last sample to its smoothed label", async () => {
  const recordings = simulateRecordings({ subjects: 1, minutes: 1, seed: 3 });
  const model = modelFor(recordings, 100);
  const times: number[] = [];
  const smoothing = { modeWidth: 7, minDwell: 1 };
  const classifier = new StreamingClassifier(modelEncoder(model, await openSession(model.onnx)), {
    hop: 50,
    smoothing,
    onTiming: (ms) => times.push(ms),
  });
  const predictions = await classifier.push(recordings.recordings[0].data);
  await classifier.release();
  assert.equal(times.length, predictions.length);
  assert.ok(times.every((ms) => ms > 0));
  assert.equal(classifier.latency, 3);
});
