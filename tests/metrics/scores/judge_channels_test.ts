import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { judge, type Judged } from "../../../lib/metrics/scores/judged.ts";
import { judgeChannels } from "../../../lib/metrics/scores/judge_channels.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Random } from "../../../lib/random.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

/** One recording of 300 windows of two samples; the second channel is the label, the first is noise. */
function example() {
  const n = 300, rng = new Random(1);
  const labels = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 7) % 3);
  const data = Float32Array.from(
    { length: n * 2 * 2 },
    (_, i) => i % 2 === 1 ? 5 - 2 * labels[Math.floor(i / 4)] : rng.normal(),
  );
  const recordings = {
    rate: 2,
    sensors: ["wrist"],
    channels: ["x", "state"],
    recordings: [{ id: "a", subject: "s", samples: 2 * n, data, labels, gaps: [] }],
  };
  const windows = {
    recordings,
    recording: new Int32Array(n),
    start: Int32Array.from({ length: n }, (_, i) => 2 * i),
    labels,
    length: 2,
    hop: 2,
  } as unknown as Windows;
  const rows = (part: number) => Uint32Array.from({ length: n / 2 }, (_, i) => 2 * i + part);
  const judged = {
    train: rows(0),
    rows: rows(1),
    labels: Int32Array.from(rows(1), (i) => labels[i]),
    classNames: ["a", "b", "c"],
    origin: "measured",
  } as unknown as Judged;
  return { windows, judged };
}

Deno.test("judgeChannels() sees that a channel is the label in other numbers, and that noise is not", () => {
  const { windows, judged } = example();
  const { metrics, tables } = judgeChannels(judged, windows);
  assert.equal(tables.channels[1].accuracy, 1);
  assert.ok(Number(tables.channels[0].accuracy) < 0.5);
  assert.equal(metrics.best_channel_accuracy.value, 1);
  assert.match(metrics.best_channel_accuracy.note!, /wrist state/);
});

Deno.test("judgeChannels() learns on training windows only, and says nothing without them", () => {
  const { windows, judged } = example();
  // Labels of the judged windows that contradict the training windows are not learnt.
  const shifted = { ...judged, labels: judged.labels.map((label) => (label + 1) % 3) };
  assert.equal(judgeChannels(shifted, windows).tables.channels[1].accuracy, 0);
  assert.deepEqual(judgeChannels({ ...judged, train: new Uint32Array(0) }, windows).tables, {});
});

Deno.test("judgeChannels() takes the classes of a value's own bin, however many its neighbors hold", () => {
  // Ten values, each lasting longer than the one before, so that the next bin always holds more.
  const step = (t: number) => Math.floor(Math.sqrt(t / 30));
  const windows = makeWindows([{ subject: "a", samples: 3000 }, { subject: "b", samples: 3000 }], {
    length: 5,
    hop: 5,
    label: (_, start) => step(start) % 3,
  });
  for (const { data } of windows.recordings.recordings) {
    data.forEach((_, t) => data[t] = step(t) + (t % 5) / 10);
  }
  const split = splitOf(Uint8Array.from(windows.recording, (r) => r === 0 ? Part.train : Part.test));
  const { tables, metrics } = judgeChannels(judge(windows, split, "test"), windows);
  assert.deepEqual(tables.channels, [{ sensor: "phone", channel: "acc", accuracy: 1, windows: 600 }]);
  assert.equal(metrics.best_channel_accuracy.value, 1);
});

Deno.test("judgeChannels() sees a label in a channel although one class is far more frequent than the others", () => {
  const windows = makeWindows([{ subject: "a", samples: 3000 }, { subject: "b", samples: 3000 }], {
    length: 5,
    hop: 5,
    label: (_, start) => start % 500 < 400 ? 0 : 1,
  });
  windows.recordings.recordings.forEach(({ data }) =>
    data.forEach((_, t) => data[t] = t % 500 < 400 ? t % 7 : 50)
  );
  const split = splitOf(Uint8Array.from(windows.recording, (r) => r === 0 ? Part.train : Part.test));
  assert.equal(judgeChannels(judge(windows, split, "test"), windows).metrics.best_channel_accuracy.value, 1);
});
