/** Checks a calibration set before it is given to the compiler. */
import type { ValueRange } from "../../artifacts/hef.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { type Finding, finding } from "../error.ts";

/** Facts about a calibration set. */
export interface Calibration {
  ok: boolean;
  findings: Finding[];
  /** Number of windows. */
  n: number;
  /** `[n, sensors, length, channels]`. */
  shape: number[];
  /** Extremes and the central 99.8 % of all values: what the HEF's input range must cover. */
  range: ValueRange | null;
}

/** Below this the compiler lowers its optimisation level. */
const enoughWindows = 1024;

/**
 * Checks layout, values and number of the calibration windows.
 *
 * @param array float32 `[n, sensors, length, channels]` (NHWC), already scaled.
 * @param input The graph's input shape `[1, channels, sensors, length]` (NCHW).
 * @param minimum Number of windows below which the result is not fit to publish.
 */
export function checkCalibration(
  array: NpyArray,
  input: readonly number[],
  minimum: number = enoughWindows,
): Calibration {
  const { data, shape } = array;
  const [, channels, sensors, length] = input;
  const n = shape[0] ?? 0;
  const fail = (findings: Finding[]): Calibration => ({
    ok: false,
    findings,
    n,
    shape: [...shape],
    range: null,
  });
  if (!(data instanceof Float32Array)) {
    return fail([finding("CALIB_SHAPE", `the data are ${data.constructor.name}, not float32`)]);
  }
  const wanted = [sensors, length, channels];
  if (shape.length !== 4 || shape.slice(1).join() !== wanted.join()) {
    const swapped = shape.slice(1).join() === [channels, sensors, length].join();
    const message = `shape [${shape.join(", ")}] does not fit [n, ${wanted.join(", ")}]` +
      (swapped ? ": it is NCHW, the compiler wants NHWC" : "");
    return fail([finding("CALIB_SHAPE", message, { shape: [...shape], wanted })]);
  }
  if (n === 0) return fail([finding("CALIB_TOO_FEW", "the calibration set is empty", { n })]);
  const bad = data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    const window = Math.floor(bad / (data.length / n));
    return fail([finding("CALIB_NOT_FINITE", `window ${window} holds ${data[bad]}`, { window })]);
  }
  const findings = constantChannels(data, sensors, channels);
  if (n < minimum) {
    const message = `${n} windows are fewer than ${minimum}: the result is not fit to publish`;
    findings.push(finding("CALIB_TOO_FEW", message, { n, minimum }, "warning"));
  }
  const sorted = data.toSorted();
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  return {
    ok: findings.every((f) => f.severity !== "error"),
    findings,
    n,
    shape: [...shape],
    range: { min: sorted[0], max: sorted[sorted.length - 1], low: at(0.001), high: at(0.999) },
  };
}

function constantChannels(data: Float32Array, sensors: number, channels: number): Finding[] {
  const found: Finding[] = [];
  const length = data.length;
  for (let c = 0; c < channels; c++) {
    let same = true;
    for (let i = c; same && i < length; i += channels) same = data[i] === data[c];
    if (same) {
      const message = `channel ${c} has the one value ${data[c]} in all windows of all ${sensors} sensors`;
      found.push(finding("CALIB_CONSTANT", message, { channel: c }, "warning"));
    }
  }
  return found;
}
