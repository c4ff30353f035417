/** Windows as model input: gathered from the recordings when they are needed, never stored. */
import { inputLength, type Windows } from "../../artifacts/windows.ts";
import { dataOf, type Rows } from "../../artifacts/recording/lazy_recording.ts";
import type { Recording } from "../../artifacts/recordings.ts";
import { gapless } from "./stretches.ts";

/** Per sensor and channel: the model sees `(x − center) · scale`. */
export interface Scaler {
  center: number[][];
  scale: number[][];
}

/**
 * Writes the windows `rows` with their context as float32 `[rows, channels, sensors, input length]` into `out`, scaled.
 * Context beyond the recording's end or in a gap repeats the sample at the edge.
 *
 * @param windows The index and its recordings.
 * @param rows Window numbers, any order.
 * @param scaler `[sensors][channels]`; leave out for raw units.
 * @param out At least `rows · channels · sensors · input length` values.
 */
export function gatherWindows(
  windows: Windows,
  rows: ArrayLike<number>,
  scaler: Scaler | undefined,
  out: Float32Array,
): void {
  const { recordings, context = 0 } = windows;
  const length = inputLength(windows);
  const sensors = recordings.sensors.length;
  const channels = recordings.channels.length;
  const stride = sensors * channels;
  if (out.length < rows.length * stride * length) {
    throw new RangeError(
      `Cannot gather windows: need ${rows.length * stride * length} values, got ${out.length}`,
    );
  }
  let o = 0;
  /** Row up to which what was read reaches. */
  let reached = 0;
  let read: Rows<Float32Array> = { values: new Float32Array(0), first: 0 };
  for (let r = 0; r < rows.length; r++) {
    const recording = recordings.recordings[windows.recording[rows[r]]];
    const start = windows.start[rows[r]];
    const [low, high] = context === 0 ? [start, start + length] : around(recording, start);
    const first = start - context;
    if (r === reached) {
      reached = runOf(windows, rows, r, length);
      const last = windows.start[rows[reached - 1]] - context + length;
      read = dataOf(recording, Math.max(0, first), Math.min(recording.samples, last));
    }
    const data = read.values;
    // Input samples [before, behind) lie in the recording; those on either side repeat its edge.
    const before = Math.max(0, low - first);
    const behind = Math.min(length, high - first);
    for (let c = 0; c < channels; c++) {
      for (let s = 0; s < sensors; s++) {
        const scale = scaler === undefined ? 1 : scaler.scale[s][c];
        const center = scaler === undefined ? 0 : scaler.center[s][c];
        const row = o;
        o += before;
        for (
          let t = before, i = (first + before - read.first) * stride + s * channels + c;
          t < behind;
          t++, i += stride
        ) {
          out[o++] = (data[i] - center) * scale;
        }
        if (before > 0) out.fill(out[row + before], row, row + before);
        if (behind < length) out.fill(out[o - 1], o, row + length);
        o = row + length;
      }
    }
  }
}

/** Where the windows end that follow row `r` in the same recording and reach into each other, so that they are read at once. */
function runOf({ recording, start }: Windows, rows: ArrayLike<number>, r: number, length: number): number {
  let end = r + 1;
  for (; end < rows.length; end++) {
    const hop = start[rows[end]] - start[rows[end - 1]];
    if (recording[rows[end]] !== recording[rows[r]] || hop < 0 || hop > length) break;
  }
  return end;
}

/** The stretch between gaps that sample `start` lies in. */
function around({ samples, gaps }: Recording, start: number): readonly [number, number] {
  if (gaps.length === 0) return [0, samples];
  return gapless(samples, gaps).find(([from, to]) => from <= start && start < to)!;
}
