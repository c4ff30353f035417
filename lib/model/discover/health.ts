/** How a code that was learnt without labels does on windows it was not learnt from. */
import type { Architecture, Discovery, QuantizerHealth } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { collapsed } from "../../fsq/collapse.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { codeStatistics } from "../../fsq/statistics.ts";
import { openSession } from "../../onnx/runtime.ts";
import type { Scaler } from "../../signal/window/batch.ts";
import { encodeWindows } from "../evaluate.ts";
import { encoderOnnx } from "../forward.ts";
import { quantizerHealth } from "../train/health.ts";
import { centerWithin, standardize } from "./columns.ts";
import { groupsBy, sequenceOf } from "./neighbors.ts";

/** Marks of the code on the validation part; nothing without one. */
export interface DiscoveryMarks {
  health: QuantizerHealth | undefined;
  perplexity: number | null;
  topShare: number | null;
  /** Agreement of neighbours in each dimension of the code. */
  neighbors: Discovery["neighbors"];
}

/**
 * Use of the code and its agreement with the next window's, on the windows `rows`.
 *
 * @param epoch The one whose weights these are: where the code has collapsed, it is told as collapsed at that epoch.
 */
export async function discoveryHealth(
  architecture: Architecture,
  weights: Record<string, NpyArray<Float32Array>>,
  windows: Windows,
  scaler: Scaler,
  rows: Int32Array,
  epoch: number,
  threads: number,
): Promise<DiscoveryMarks> {
  if (rows.length === 0) return { health: undefined, perplexity: null, topShare: null, neighbors: null };
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads });
  try {
    const model = { architecture, scaler: { method: "", ...scaler } };
    const { latents } = await encodeWindows(session, model, windows, rows);
    const quantizer = new Quantizer(architecture.levels!);
    const { perplexity, topShare } = codeStatistics(quantizer.codes(latents), quantizer.codebookSize);
    const usage = { perplexity, topShare };
    const health = quantizerHealth(architecture, latents, collapsed([usage, usage]) ? [epoch] : []);
    return { health, ...usage, neighbors: agreement(windows, rows, quantizer.values(latents)) };
  } finally {
    await session.release();
  }
}

/** Correlation of each column with itself in the next window, within recordings. */
function agreement(windows: Windows, rows: Int32Array, values: Float64Array): Discovery["neighbors"] {
  const d = values.length / rows.length;
  const wanted = new Set(rows);
  const sequence = sequenceOf(windows, (window) => wanted.has(window));
  if (sequence.followed.length === 0) return null;
  const { of, members } = groupsBy(windows, sequence.rows, "recording");
  centerWithin(values, d, of, members.length);
  standardize(values, d);
  const correlations = Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (const i of sequence.followed) sum += values[i * d + j] * values[sequence.after[i] * d + j];
    return sum / sequence.followed.length;
  });
  return { n: sequence.followed.length, correlations };
}
