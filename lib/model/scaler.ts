/** The scaler: fitted on training windows, stored with the model, applied on the host. */
import { dataOf } from "../artifacts/recording/lazy_recording.ts";
import type { Windows } from "../artifacts/windows.ts";
import type { Scaler } from "../signal/window/batch.ts";
import { runLength } from "./train/training_rows.ts";

/** How inputs are scaled. */
export type ScalerMethod = "triad" | "zscore" | "none";

/**
 * Fits the scaler on the samples of the given windows' recordings stretches.
 *
 * `triad`: one factor per sensor triad, 1 / root mean square over its three channels, not centred: a rotation of the
 * sensor stays a rotation, and gravity keeps its meaning. Channels in no triad get a z-score. `zscore`: every channel
 * centred and divided by its standard deviation. `none`: the identity.
 *
 * @param rows Training windows; samples that several windows share count once per window.
 */
export function fitScaler(windows: Windows, rows: ArrayLike<number>, method: ScalerMethod): Scaler {
  const { recordings, length } = windows;
  const sensors = recordings.sensors.length;
  const channels = recordings.channels.length;
  const stride = sensors * channels;
  const sum = new Float64Array(stride);
  const squares = new Float64Array(stride);
  for (let r = 0; r < rows.length; r++) {
    const start = windows.start[rows[r]];
    const { values: data, first: read } = dataOf(
      recordings.recordings[windows.recording[rows[r]]],
      start,
      start + length,
    );
    const first = (start - read) * stride;
    for (let i = first; i < first + length * stride; i += stride) {
      for (let j = 0; j < stride; j++) {
        const x = data[i + j];
        sum[j] += x;
        squares[j] += x * x;
      }
    }
  }
  const n = Math.max(1, rows.length * length);
  const grid = (value: (j: number) => number) =>
    Array.from(
      { length: sensors },
      (_, s) => Array.from({ length: channels }, (_, c) => value(s * channels + c)),
    );
  if (method === "none") return { center: grid(() => 0), scale: grid(() => 1) };
  const mean = (j: number) => sum[j] / n;
  const deviation = (j: number) => Math.sqrt(Math.max(0, squares[j] / n - mean(j) ** 2));
  const inverse = (x: number) => x > 1e-8 ? Math.fround(1 / x) : 1; // a dead channel stays as it is
  const scaler: Scaler = {
    center: grid((j) => Math.fround(mean(j))),
    scale: grid((j) => inverse(deviation(j))),
  };
  if (method === "zscore") return scaler;
  for (let s = 0; s < sensors; s++) {
    for (const triad of recordings.triads) {
      const power = triad.reduce((total, c) => total + squares[s * channels + c] / n, 0) / 3;
      for (const c of triad) {
        scaler.center[s][c] = 0;
        scaler.scale[s][c] = inverse(Math.sqrt(power));
      }
    }
  }
  return scaler;
}

/**
 * How far another sample of as many windows would move the scaler: half the largest difference between the scalers of two halves,
 * which is about one standard error; of factors as a share, of centres in standard deviations. Neighbours resemble each other
 * and must not lie in both: the halves are of runs, as the sample is.
 *
 * @param rows Window numbers of the sample, ascending.
 */
export function scalerError(windows: Windows, rows: Int32Array, method: ScalerMethod): number {
  let run = 0, length = 0;
  const half = rows.map((row, i) => {
    const follows = i > 0 && row === rows[i - 1] + 1 && length < runLength;
    length = follows ? length + 1 : 1;
    if (i > 0 && !follows) run++;
    return run % 2;
  });
  if (run === 0) return NaN;
  const [a, b] = [0, 1].map((which) => fitScaler(windows, rows.filter((_, i) => half[i] === which), method));
  const both = a.scale.flatMap((scales, s) =>
    scales.flatMap((scale, c) => {
      const moved = Math.abs(a.center[s][c] - b.center[s][c]) * scale;
      return [Math.abs(Math.log(scale / b.scale[s][c])), moved];
    })
  );
  return Math.max(...both) / 2;
}
