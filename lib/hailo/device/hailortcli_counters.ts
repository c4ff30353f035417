/** Reads what `hailortcli benchmark` of HailoRT 4.x prints. Its latency is a mean: the tool knows no percentiles. */
import { HailoError } from "../error.ts";

/** The vendor's own counters. */
export interface CoreBenchmark {
  hwOnlyFps: number;
  streamingFps: number | null;
  hwLatencyMeanMs: number | null;
  power: { meanW: number; maxW: number } | null;
  source: "hailortcli benchmark";
}

const number = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
};

/**
 * Parses the summary.
 *
 * ```ts
 * import { parseCore } from "./hailortcli_counters.ts";
 * import assert from "node:assert/strict";
 * const text = "FPS     (hw_only)                 = 309.58\n        (streaming)               = 309.441\n" +
 *   "Latency (hw)                      = 6.66137 ms\n";
 * assert.equal(parseCore(text).hwLatencyMeanMs, 6.66137);
 * ```
 *
 * @throws {HailoError} OUTPUT_UNPARSABLE when it holds no frame rate.
 */
export function parseCore(text: string): CoreBenchmark {
  const hwOnlyFps = number(text, /^FPS\s+\(hw_only\)\s+=\s+([\d.]+)\s*$/m);
  if (hwOnlyFps === null) {
    throw new HailoError("OUTPUT_UNPARSABLE", "hailortcli benchmark printed no frame rate");
  }
  const meanW = number(text, /Power in streaming mode \(average\)\s+=\s+([\d.]+) W/);
  const maxW = number(text, /^\s+\(max\)\s+=\s+([\d.]+) W/m);
  return {
    hwOnlyFps,
    streamingFps: number(text, /^\s+\(streaming\)\s+=\s+([\d.]+)\s*$/m),
    hwLatencyMeanMs: number(text, /^Latency \(hw\)\s+=\s+([\d.]+) ms/m),
    power: meanW === null ? null : { meanW, maxW: maxW ?? meanW },
    source: "hailortcli benchmark",
  };
}
