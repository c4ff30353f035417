/** Windows as model input: gathered from the recordings when they are needed, never stored. */
import type { Windows } from "../artifacts/windows.ts";

/** Per sensor and channel: the model sees `(x − center) · scale`. */
export interface Scaler {
  center: number[][];
  scale: number[][];
}

/**
 * Writes the windows `rows` as float32 `[rows, channels, sensors, length]` into `out`, scaled.
 *
 * @param windows The index and its recordings.
 * @param rows Window numbers, any order.
 * @param scaler `[sensors][channels]`; leave out for raw units.
 * @param out At least `rows · channels · sensors · length` values.
 */
export function gatherWindows(
  windows: Windows,
  rows: ArrayLike<number>,
  scaler: Scaler | undefined,
  out: Float32Array,
): void {
  const { recordings, length } = windows;
  const sensors = recordings.sensors.length;
  const channels = recordings.channels.length;
  const stride = sensors * channels;
  if (out.length < rows.length * stride * length) {
    throw new RangeError(
      `Cannot gather windows: need ${rows.length * stride * length} values, got ${out.length}`,
    );
  }
  let o = 0;
  for (let r = 0; r < rows.length; r++) {
    const { data } = recordings.recordings[windows.recording[rows[r]]];
    const first = windows.start[rows[r]] * stride;
    for (let c = 0; c < channels; c++) {
      for (let s = 0; s < sensors; s++) {
        const scale = scaler === undefined ? 1 : scaler.scale[s][c];
        const center = scaler === undefined ? 0 : scaler.center[s][c];
        for (let t = 0, i = first + s * channels + c; t < length; t++, i += stride) {
          out[o++] = (data[i] - center) * scale;
        }
      }
    }
  }
}
