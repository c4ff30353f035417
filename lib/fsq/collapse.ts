/** Notices that a codebook collapses, while it trains. */

/** Code usage of one epoch on validation windows. */
export interface Usage {
  perplexity: number;
  /** Share of the most frequent code. */
  topShare: number;
}

/** When usage counts as collapsed. */
export interface CollapseRule {
  /** Collapsed below this perplexity. */
  perplexity: number;
  /** Collapsed above this share of one code. */
  topShare: number;
  /** For this many epochs in a row. */
  epochs: number;
}

/** Perplexity below 1.5 or one code above 80 %, two epochs in a row. */
export const COLLAPSE_RULE: CollapseRule = { perplexity: 1.5, topShare: 0.8, epochs: 2 };

/**
 * Whether the last epochs of `history` are all collapsed.
 *
 * ```ts
 * import { collapsed } from "./collapse.ts";
 * import assert from "node:assert/strict";
 * const dead = { perplexity: 1.2, topShare: 0.97 };
 * assert.equal(collapsed([dead]), false);
 * assert.equal(collapsed([dead, dead]), true);
 * ```
 */
export function collapsed(history: readonly Usage[], rule: CollapseRule = COLLAPSE_RULE): boolean {
  if (history.length < rule.epochs) return false;
  return history.slice(-rule.epochs).every((usage) =>
    usage.perplexity < rule.perplexity || usage.topShare > rule.topShare
  );
}
