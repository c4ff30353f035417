/** What a single channel says of the labels by itself: more than a sensor can know is the sign of a leak. */
import type { Metrics } from "../../artifacts/metrics.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { type Judged, overRows } from "./judged.ts";
import { typedFrom } from "../../typed_from.ts";

/** Bins of a channel's values; each foretells its most frequent class. */
const BINS = 64;

/**
 * For each channel the accuracy of the best guess from its mean over the window alone: quantile bins and their classes are
 * learnt on labelled training windows, the judged windows are guessed.
 *
 * @returns Nothing without training windows; else table `channels` (sensor, channel, accuracy, windows) and the best of it.
 */
export function judgeChannels(judged: Judged, windows: Windows): Pick<Metrics, "metrics" | "tables"> {
  const { sensors, channels } = windows.recordings;
  if (judged.train.length === 0) return { metrics: {}, tables: {} };
  const trainLabels = typedFrom(Int32Array, judged.train, (i) => windows.labels[i]);
  const table = sensors.flatMap((sensor, s) =>
    channels.map((channel, c) => {
      const at = s * channels.length + c;
      const known = meansOf(windows, judged.train, at), asked = meansOf(windows, judged.rows, at);
      const right = guess(known, trainLabels, asked, judged.classNames.length)
        .reduce((n, label, i) => n + (label === judged.labels[i] ? 1 : 0), 0);
      return { sensor, channel, accuracy: right / judged.rows.length, windows: judged.rows.length };
    })
  );
  const best = table.reduce((a, b) => b.accuracy > a.accuracy ? b : a);
  return {
    metrics: {
      best_channel_accuracy: overRows(judged, best.accuracy, {
        note: `from the window's mean of ${best.sensor} ${best.channel} alone`,
      }),
    },
    tables: { channels: table },
  };
}

/** Mean of one value of the rows `[sensors × channels]` over each window. */
function meansOf({ recordings, recording, start, length }: Windows, rows: Uint32Array, at: number) {
  const width = recordings.sensors.length * recordings.channels.length;
  return typedFrom(Float64Array, rows, (i) => {
    const { data } = recordings.recordings[recording[i]];
    let sum = 0;
    for (let t = start[i], end = t + length; t < end; t++) sum += data[t * width + at];
    return sum / length;
  });
}

/** The most frequent class of the bin that each asked value falls into. */
function guess(known: Float64Array, labels: Int32Array, asked: Float64Array, classes: number): Int32Array {
  const sorted = known.toSorted();
  const limits = Float64Array.from(
    { length: BINS - 1 },
    (_, b) => sorted[Math.floor((b + 1) * sorted.length / BINS)],
  );
  const bin = (value: number) => {
    let low = 0, high = limits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (limits[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const counts = new Float64Array(BINS * classes);
  // The classes of all training windows break ties and fill bins without any.
  for (const label of labels) {
    for (let b = 0; b < BINS; b++) counts[b * classes + label] += 1 / (labels.length + 1);
  }
  known.forEach((value, i) => counts[bin(value) * classes + labels[i]]++);
  return typedFrom(Int32Array, asked, (value) => {
    const own = counts.subarray(bin(value) * classes, (bin(value) + 1) * classes);
    return own.reduce((best, count, c) => count > own[best] ? c : best, 0);
  });
}
