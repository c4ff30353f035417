/** Recordings with their sensors and channels in another order. */
import type { Recordings } from "../artifacts/recordings.ts";

/**
 * Puts sensors and channels in another order; samples are copied. Facts of the quality, which are about the old order,
 * are left out.
 *
 * @param sensors Old place of each sensor, `[sensors]`.
 * @param channels Old place of each channel, `[channels]`.
 */
export function arrange(
  set: Recordings,
  sensors: readonly number[],
  channels: readonly number[],
): Recordings {
  const stride = channels.length;
  const from = sensors.flatMap((s) => channels.map((c) => s * stride + c));
  const width = from.length;
  const { quality: _, ...facts } = set;
  return {
    ...facts,
    sensors: sensors.map((s) => set.sensors[s]),
    channels: channels.map((c) => set.channels[c]),
    units: channels.map((c) => set.units[c]),
    triads: set.triads.map((triad) => triad.map((c) => channels.indexOf(c)) as [number, number, number]),
    recordings: set.recordings.map(({ scale, ...recording }) => {
      const data = new Float32Array(recording.data.length);
      for (let row = 0; row < data.length; row += width) {
        for (let i = 0; i < width; i++) data[row + i] = recording.data[row + from[i]];
      }
      return {
        ...recording,
        data,
        ...(scale === undefined ? {} : { scale: sensors.map((s) => channels.map((c) => scale[s][c])) }),
      };
    }),
  };
}
