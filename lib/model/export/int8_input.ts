/**
 * The range of the 8-bit input. Movement has rare violent peaks; a scale that holds them all leaves few steps for
 * everything else (on HAPT the input alone then costs most of the accuracy at the cut), so that clipping pays.
 */
import type { Windows } from "../../artifacts/windows.ts";
import { estimateInt8 } from "./int8_estimate.ts";
import type { ExportForms } from "./forms.ts";
import type { Range, Ranges } from "./int8_ranges.ts";

/** What was chosen for the input. */
export interface InputRange {
  range: Range;
  /** Share of calibration values outside the range. */
  clipped: number;
  /** Every range that was tried, with its signal-to-noise ratio at the cut on training windows. */
  tried: { range: Range; snr_db: number | null }[];
}

/** Shares of values to cut off at each end. */
const tails = [0, 1e-4, 5e-4, 1e-3];

/**
 * Chooses the input range with the least error at the cut on training windows.
 *
 * @param calibration Scaled training windows, the values that ranges are taken from.
 * @param rows Training windows to judge on.
 */
export async function chooseInputRange(
  { model, quantized, step }: Pick<ExportForms, "model" | "quantized" | "step">,
  windows: Windows,
  rows: Int32Array,
  calibration: Float32Array,
  ranges: Ranges,
): Promise<InputRange> {
  const sorted = calibration.toSorted();
  const n = sorted.length;
  const unlabelled = new Int32Array(windows.start.length).fill(-1);
  const tried: InputRange["tried"] = [];
  for (const tail of tails) {
    const range: Range = [sorted[Math.floor(tail * n)], sorted[Math.ceil((1 - tail) * n) - 1]];
    if (tried.some((t) => t.range.join() === range.join())) continue;
    const qdq = quantized(new Map(ranges).set("window", range), { perChannel: true });
    const facts = { weights: "per-channel", step: step(ranges) };
    const { snr_db } = await estimateInt8(model, qdq, windows, rows, unlabelled, facts);
    tried.push({ range, snr_db });
  }
  const best = tried.reduce((a, b) => (b.snr_db ?? Infinity) > (a.snr_db ?? Infinity) ? b : a);
  const [low, high] = best.range;
  const outside = sorted.reduce((count, v) => count + Number(v < low || v > high), 0);
  return { range: best.range, clipped: outside / n, tried };
}

/** Cuts values to a range, in place. */
export function clipValues(values: Float32Array, [low, high]: Range): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(high, Math.max(low, values[i]));
  return values;
}
