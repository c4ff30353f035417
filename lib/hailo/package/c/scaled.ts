/** Windows as the C code sees them. */
import type { ModelMetadata } from "../../../artifacts/onnx_bundle.ts";
import type { Extent } from "./program.ts";

/** `(x − center) · scale` of one raw window `[C, S, L]`, each operation rounded to float32 as in `c/motiflow.c`. */
export function scaledAsC(raw: Float32Array, { center, scale }: ModelMetadata["scaler"]): Float32Array {
  const sensors = center.length;
  const length = raw.length / (sensors * center[0].length);
  return raw.map((value, i) => {
    const row = Math.floor(i / length);
    const [s, c] = [row % sensors, Math.floor(row / sensors)];
    return Math.fround(value - Math.fround(center[s][c])) * Math.fround(scale[s][c]);
  });
}

/** `[n, S, L, C]` as `[n, C, S, L]`. */
export function fromNhwc(data: Float32Array, [channels, sensors, length]: Extent): Float32Array {
  const [size, places] = [channels * sensors * length, sensors * length];
  return data.map((_, i) => {
    const [base, within] = [Math.floor(i / size) * size, i % size];
    return data[base + (within % places) * channels + Math.floor(within / places)];
  });
}
