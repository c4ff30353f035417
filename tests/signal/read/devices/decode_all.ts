/** All samples of a device's file in the order in which it holds them. */
import { wholeBytes } from "../../../../lib/signal/read/devices/byte_source.ts";
import type { DeviceFormat, DeviceSignal } from "../../../../lib/signal/read/devices/device_signal.ts";

export function decodeAll(
  format: DeviceFormat,
  bytes: Uint8Array,
  file = "f",
): { signal: DeviceSignal; values: Float32Array; samples: number } {
  const signal = format.open(wholeBytes(bytes), file);
  const samples = signal.blocks.samples.reduce((a, b) => a + b, 0);
  const width = signal.channels.length;
  const values = new Float32Array(samples * width);
  let at = 0;
  for (let b = 0; b < signal.blocks.count; b++) {
    signal.decode(b, values, at * width);
    at += signal.blocks.samples[b];
  }
  return { signal, values, samples };
}
