import assert from "node:assert/strict";
import { codeSequences, fitTemporalHead } from "../../../lib/model/train/temporal_head.ts";
import { Random } from "../../../lib/random.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { splitOf } from "../../cluster/make_request.ts";
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

Deno.test("codeSequences() keeps subjects, labels and purity, and names digits; without neighbours there is no context", () => {
  const recordings = makeRecordings([{ labels: new Int32Array(40).fill(1) }, { labels: new Int32Array(30) }]);
  const windows = cutWindows(recordings, { length: 10, hop: 10, within: "recording" });
  const part = Uint8Array.of(1, 1, 2, 2, 1, 1, 1);
  const values = Float32Array.from({ length: 21 }, (_, i) => i);
  const sequences = codeSequences(windows, part, values, 0);
  const { channels, units, sensors, triads, recordings: own } = sequences.recordings;
  assert.deepEqual([channels, units, sensors, triads], [["digit_0", "digit_1", "digit_2"], ["1", "1", "1"], [
    "codes",
  ], []]);
  assert.deepEqual(own.map(({ samples, subject }) => [samples, subject]), [
    [2, recordings.recordings[0].subject],
    [2, recordings.recordings[0].subject],
    [3, recordings.recordings[1].subject],
  ]);
  assert.deepEqual(own.map(({ data }) => [...data]), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [
    12,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
  ]]);
  assert.deepEqual(own.map(({ labels }) => [...labels]), [[1, 1], [1, 1], [0, 0, 0]]);
  assert.deepEqual([[...sequences.recording], [...sequences.start]], [[0, 0, 1, 1, 2, 2, 2], [
    0,
    1,
    0,
    1,
    0,
    1,
    2,
  ]]);
  assert.deepEqual([sequences.length, sequences.hop, sequences.context], [1, 1, undefined]);
  assert.equal(codeSequences(windows, part, values, 2).context, 2);
  assert.deepEqual([sequences.labels, sequences.purity], [windows.labels, windows.purity]);
});

Deno.test("fitTemporalHead() reads what neighbours tell, with a temperature of the validation windows", async () => {
  // The class of a window is that of the digit before it, which the window itself does not show.
  const recordings = makeRecordings(Array.from({ length: 3 }, () => ({ labels: new Int32Array(600) })));
  const windows = cutWindows(recordings, { length: 10, hop: 10, within: "recording" });
  const n = windows.start.length, rng = new Random(4);
  const values = Float32Array.from({ length: n }, () => rng.below(2) === 0 ? -1 : 1);
  const labels = windows.labels.map((_, i) => windows.start[i] === 0 ? 0 : Number(values[i - 1] > 0));
  windows.labels = labels;
  windows.recordings.labelNames = ["low", "high"];
  const part = Uint8Array.from(windows.recording, (r) => r + 1);
  const rows = (which: number) => Int32Array.from(windows.start.keys()).filter((i) => part[i] === which);
  const split = { ...splitOf(part), groups: { train: ["a"], validation: ["b"], test: ["c"] } };
  const options = {
    neighbours: 1,
    hidden: [8],
    epochs: 30,
    learningRate: 0.03,
    weightDecay: 0,
    labelSmoothing: 0.1,
    classWeighting: "none" as const,
    threads: 1,
  };
  const fit = (train: Int32Array, validation: Int32Array, more = {}) =>
    fitTemporalHead(windows, split, values, { train, validation }, { ...options, ...more }, new Random(1), {
      onProgress() {},
    });
  const { logits, classes, temperature, parameters } = await fit(rows(1), rows(2));
  assert.deepEqual([classes, logits.length], [["low", "high"], 2 * n]);
  // Three values to eight, eight to two classes of latent, two to two logits.
  assert.equal(parameters, 3 * 8 + 8 + 8 * 2 + 2 + 2 * 2 + 2);
  const right = (which: number, own: Float32Array) =>
    rows(which).filter((i) => Number(own[2 * i + 1] > own[2 * i]) === labels[i]).length / rows(which).length;
  assert.ok(right(3, logits) > 0.9, `${right(3, logits)}`);
  // Smoothed labels made it less certain than it is right.
  assert.ok(temperature < 1, `${temperature}`);
  const alone = await fit(rows(1), new Int32Array(0), { neighbours: 0, epochs: 5 });
  assert.deepEqual([alone.temperature, alone.parameters], [1, 8 + 8 + 8 * 2 + 2 + 2 * 2 + 2]);
  assert.ok(right(3, alone.logits) < 0.75, `${right(3, alone.logits)}`);
  await assert.rejects(
    fit(rows(1).filter((i) => labels[i] === 1), rows(2)),
    /holds 1 class\(es\), 2 are needed/,
  );
});
