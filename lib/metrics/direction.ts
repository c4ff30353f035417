/** Whether more is better, by the name of a metric. */

/** `higher` or `lower` is better. */
export type Direction = "higher" | "lower";

const lower = [
  /^ece/,
  /^mce$/,
  /^brier$/,
  /^nll/,
  /latency/,
  /^gates_failed$/,
  /^unseen_code_share$/,
  /^ambiguous_codes$/,
  /^top_code_share$/,
  /distortion/,
  /flip_rate$/,
  /_bytes$/,
];
const higher = [
  /accuracy/,
  /(^|_)f1($|_)/,
  /_ari$/,
  /nmi$/,
  /^silhouette/,
  /stability/,
  /^edit_score$/,
  /^codebook_utilization/,
  /^used_codes$/,
  /^perplexity$/,
  /^code_purity$/,
  /throughput|fps/,
];

/**
 * The direction of a known metric; undefined where the name does not tell (e.g. `over_segmentation`, best at 1).
 *
 * ```ts
 * import { directionOf } from "./direction.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([directionOf("macro_f1"), directionOf("ece"), directionOf("motif_count")], ["higher", "lower", undefined]);
 * ```
 */
export function directionOf(metric: string): Direction | undefined {
  if (lower.some((pattern) => pattern.test(metric))) return "lower";
  return higher.some((pattern) => pattern.test(metric)) ? "higher" : undefined;
}
