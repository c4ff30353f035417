/** Levels that the source guides and the paper name, and simple rules that start from the number of behaviours. */

/** A named choice of levels. */
export interface Preset {
  name: string;
  levels: number[];
  /** What it is meant for. None of these choices was measured to fit: measure on your own data. */
  use: string;
}

/** All presets; `optimized` is the default of the production workflow. */
export const presets: readonly Preset[] = [
  { name: "optimized", levels: [4, 4, 4], use: "few behaviours, the production default" },
  { name: "balanced", levels: [8, 6, 5], use: "10 to 30 behaviours" },
  { name: "extended", levels: [8, 6, 5, 5, 4], use: "research with many thousand windows" },
  { name: "minimal", levels: [4, 4], use: "a handful of behaviours; cluster into 15 motifs at most" },
  { name: "wasteful", levels: [8, 8, 8, 8, 8, 8, 8, 8], use: "a warning: no data set fills it" },
  { name: "default-800", levels: [8, 5, 5, 4], use: "human activities, behavioural analysis" },
  { name: "small-index", levels: [8, 4, 4, 4], use: "codes that pack into 9 bits" },
  { name: "accuracy", levels: [16, 8, 8, 6], use: "complex behaviours, motion capture" },
  { name: "quick-test", levels: [4, 4, 4, 4], use: "trying things out" },
  { name: "small-table", levels: [6, 5, 4, 4], use: "fewer than 500 codes in four dimensions" },
  { name: "decreasing", levels: [8, 6, 4, 3], use: "latents whose variance falls by dimension" },
  { name: "uniform", levels: [6, 6, 6, 6], use: "latents of equal variance" },
  { name: "audio", levels: [32, 16, 8, 4], use: "fine-grained audio, outside this project" },
  { name: "video", levels: [16, 16, 8, 8], use: "video, outside this project" },
  { name: "paper-2^8", levels: [8, 6, 5], use: "about 2^8 codes, table 1 of the FSQ paper" },
  { name: "paper-2^10", levels: [8, 5, 5, 5], use: "about 2^10 codes, table 1 of the FSQ paper" },
  { name: "paper-2^12", levels: [7, 5, 5, 5, 5], use: "about 2^12 codes, table 1 of the FSQ paper" },
  { name: "paper-2^14", levels: [8, 8, 8, 6, 5], use: "about 2^14 codes, table 1 of the FSQ paper" },
  { name: "paper-2^16", levels: [8, 8, 8, 5, 5, 5], use: "about 2^16 codes, table 1 of the FSQ paper" },
];

/** How intricate behaviours are in time. */
export type Complexity = "low" | "medium" | "high";

function checkCount(behaviours: number): void {
  if (!Number.isInteger(behaviours) || behaviours < 1) {
    throw new RangeError(`Cannot choose levels: need 1 behaviour or more, got ${behaviours}`);
  }
}

/**
 * Levels to start from for a number of distinct behaviours; never fewer codes for more behaviours or more complexity.
 *
 * ```ts
 * import { selectLevels } from "./levels_presets.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(selectLevels(9), [4, 4, 4]);
 * assert.deepEqual(selectLevels(30, "low"), [8, 6, 5]);
 * assert.deepEqual(selectLevels(30, "high"), [8, 6, 5, 5, 4]);
 * ```
 */
export function selectLevels(behaviours: number, complexity: Complexity = "medium"): number[] {
  checkCount(behaviours);
  if (behaviours >= 30 && complexity === "high") return [8, 6, 5, 5, 4];
  return behaviours >= 10 ? [8, 6, 5] : [4, 4, 4];
}

/** Codes to start from for a number of classes, by the rule of 20 codes a class, with the range to try. */
export function suggestCodes(classes: number): { start: number; range: [low: number, high: number] } {
  checkCount(classes);
  const start = 20 * classes;
  if (classes <= 10) return { start, range: [start, 50 * classes] };
  if (classes < 100) return { start, range: [Math.max(200, 10 * classes), Math.max(500, 40 * classes)] };
  return { start, range: [start, 100 * classes] };
}

/** A window length in samples and seconds. */
export interface WindowAdvice {
  samples: number;
  seconds: number;
}

/**
 * Window length for a codebook, by the guides' rule: longer for fewer than 50 codes, shorter beyond 1000. A rule of
 * thumb without evidence: what a window must hold is set by the movement, so judge it by the seconds.
 *
 * @param rate Samples per second; the same number of samples is another movement at another rate.
 * @param base Samples of the middle choice.
 */
export function windowAdvice(codes: number, rate: number, base = 100): WindowAdvice {
  if (!(rate > 0)) throw new RangeError(`Cannot advise on window: rate must be positive, got ${rate}`);
  const factor = codes < 50 ? 1.5 : codes > 1000 ? 0.75 : 1;
  const samples = Math.floor(base * factor);
  return { samples, seconds: samples / rate };
}
