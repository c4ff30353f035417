/** What the code of a window must foretell of its neighbours: how the window moves, in generic numbers. */
import type { Windows } from "../../artifacts/windows.ts";
import { gatherWindows, type Scaler } from "../../signal/window/batch.ts";
import { bandEdges, BandEnergies } from "./band_energies.ts";

/** Generic features of windows. */
export interface Features {
  /** float64 `[rows, width]`. */
  values: Float64Array;
  width: number;
  /** Columns that hold the log standard deviation of a channel. */
  energies: number[];
}

/** Keeps logarithms and quotients of a silent channel finite, in scaled units. */
const floor = 1e-3;

/**
 * Features of each window without its context: of every channel and of the norm of every triad mean, log standard
 * deviation and log energies in bands of frequency; of every channel the skewness; the correlations of all pairs of
 * channels; of every triad the direction of its mean (tilt, where the triad is an accelerometer).
 *
 * @param rows Window numbers.
 * @param scaler Applied first, so that the units of the recordings do not matter.
 * @param change Changes each scaled window `[channels, sensors, length]` in place before it is described.
 */
export function featuresOf(
  windows: Windows,
  rows: ArrayLike<number>,
  scaler: Scaler,
  change?: (window: Float32Array) => void,
): Features {
  const { sensors, channels, triads } = windows.recordings;
  const { length } = windows;
  const bare = { ...windows, context: 0 };
  const signals = channels.length * sensors.length;
  // In the order of the gathered tensor: channel by channel, and within it sensor by sensor.
  const vectors = triads.flatMap((triad) => sensors.map((_, s) => triad.map((c) => c * sensors.length + s)));
  const series = signals + vectors.length;
  const spectrum = 2 + bandEdges(length).length - 1;
  const width = series * spectrum + signals + signals * (signals - 1) / 2 + 3 * vectors.length;
  const values = new Float64Array(rows.length * width);
  const bands = new BandEnergies(length);
  const x = new Float32Array(signals * length);
  const norm = new Float32Array(length);
  for (let r = 0; r < rows.length; r++) {
    gatherWindows(bare, [rows[r]], scaler, x);
    change?.(x);
    const signal = (i: number) => x.subarray(i * length, (i + 1) * length);
    const out = values.subarray(r * width, (r + 1) * width);
    let at = 0;
    const means = new Float64Array(signals), deviations = new Float64Array(signals);
    const spectrumOf = (y: Float32Array) => {
      const { mean, deviation } = moments(y);
      out[at++] = mean;
      out[at++] = Math.log(deviation + floor);
      for (const energy of bands.of(y, mean)) out[at++] = Math.log(energy + floor);
      return { mean, deviation };
    };
    for (let i = 0; i < signals; i++) {
      const { mean, deviation } = spectrumOf(signal(i));
      means[i] = mean;
      deviations[i] = deviation + floor;
    }
    for (const vector of vectors) {
      for (let t = 0; t < length; t++) norm[t] = Math.hypot(...vector.map((i) => x[i * length + t]));
      spectrumOf(norm);
    }
    for (let i = 0; i < signals; i++) {
      const y = signal(i);
      let cubes = 0;
      for (let t = 0; t < length; t++) cubes += (y[t] - means[i]) ** 3;
      out[at++] = cubes / length / deviations[i] ** 3;
    }
    for (let i = 0; i < signals; i++) {
      for (let j = 0; j < i; j++) {
        const a = signal(i), b = signal(j);
        let products = 0;
        for (let t = 0; t < length; t++) products += (a[t] - means[i]) * (b[t] - means[j]);
        out[at++] = products / length / (deviations[i] * deviations[j]);
      }
    }
    for (const vector of vectors) {
      const size = Math.hypot(...vector.map((i) => means[i])) + floor;
      for (const i of vector) out[at++] = means[i] / size;
    }
  }
  return { values, width, energies: Array.from({ length: signals }, (_, i) => i * spectrum + 1) };
}

function moments(y: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  for (let t = 0; t < y.length; t++) sum += y[t];
  const mean = sum / y.length;
  let squares = 0;
  for (let t = 0; t < y.length; t++) squares += (y[t] - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / y.length) };
}
