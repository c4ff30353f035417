/** Levels whose product comes closest to a wanted number of codes. */
import { MAX_CODES, MAX_LEVEL } from "./constants.ts";
import { analyzeLevels } from "./levels_analysis.ts";

/** What to prefer. */
export interface RecommendOptions {
  /** `accuracy` keeps to the paper's least of 5 levels; `speed` and `balanced` allow 4. */
  priority?: "speed" | "balanced" | "accuracy";
  /** `uniform` takes the most even of equally close products; `decreasing` demands strictly falling levels. */
  profile?: "uniform" | "decreasing";
  /** Default 4, 5 for accuracy, 3 for a decreasing profile. */
  minLevel?: number;
  /** Default 16. */
  maxLevel?: number;
}

export type Recommendation =
  | { feasible: true; levels: number[]; codes: number; /** codes / target. */ ratio: number }
  | {
    feasible: false;
    reason: string; /** The closest choice that the limits allow, if any. */
    nearest?: number[];
  };

/** Products further than this from the target do not count as found. */
const tolerance = 0.05;

/**
 * Recommends `dimensions` levels, largest first, whose product is closest to `target`; of equally close ones the most
 * even (or, for a decreasing profile, the strictly falling ones only).
 *
 * ```ts
 * import { recommendLevels } from "./levels_recommendation.ts";
 * import assert from "node:assert/strict";
 * const levels = (target: number, dimensions: number) => {
 *   const found = recommendLevels(target, dimensions);
 *   return found.feasible ? found.levels : found.reason;
 * };
 * assert.deepEqual(levels(512, 3), [8, 8, 8]);
 * assert.deepEqual(levels(800, 4), [8, 5, 5, 4]);
 * ```
 */
export function recommendLevels(
  target: number,
  dimensions: number,
  options: RecommendOptions = {},
): Recommendation {
  const { priority = "balanced", profile = "uniform", maxLevel = 16 } = options;
  const minLevel = options.minLevel ?? (profile === "decreasing" ? 3 : priority === "accuracy" ? 5 : 4);
  if (
    !(target >= 1 && target <= MAX_CODES) || !Number.isInteger(dimensions) || dimensions < 1 ||
    dimensions > 10
  ) {
    throw new RangeError(
      `Cannot recommend levels: need a target of 1 to 2^32 and 1 to 10 dimensions, got ${target} and ${dimensions}`,
    );
  }
  if (
    !Number.isInteger(minLevel) || !Number.isInteger(maxLevel) || minLevel < 2 || maxLevel < minLevel ||
    maxLevel > MAX_LEVEL
  ) {
    throw new RangeError(
      `Cannot recommend levels: limits must be integers 2 ≤ min ≤ max ≤ ${MAX_LEVEL}, got ${minLevel} and ${maxLevel}`,
    );
  }
  const best = closest(target, dimensions, minLevel, maxLevel, profile === "decreasing");
  if (best === undefined) {
    return {
      feasible: false,
      reason: `levels ${minLevel}..${maxLevel} have no ${dimensions} strictly falling values`,
    };
  }
  const { codes } = analyzeLevels(best);
  if (Math.abs(codes / target - 1) <= tolerance) {
    return { feasible: true, levels: best, codes, ratio: codes / target };
  }
  const falling = profile === "decreasing";
  const below = closest(target, dimensions, minLevel, maxLevel, falling, "below");
  const above = closest(target, dimensions, minLevel, maxLevel, falling, "above");
  const dims = `${dimensions} ${falling ? "strictly falling " : ""}dimension${dimensions === 1 ? "" : "s"}`;
  const side = below === undefined
    ? `${dims} of at least ${minLevel} levels make ${codes} codes or more`
    : above === undefined
    ? `${dims} of at most ${maxLevel} levels make ${codes} codes or fewer`
    : `${dims} of ${minLevel} to ${maxLevel} levels make ${analyzeLevels(below).codes} or ${
      analyzeLevels(above).codes
    } ` +
      `codes and none between, further than ${100 * tolerance} % from it`;
  return { feasible: false, reason: `${side}, the target is ${target}`, nearest: best };
}

function closest(
  target: number,
  dimensions: number,
  minLevel: number,
  maxLevel: number,
  falling: boolean,
  side?: "below" | "above",
): number[] | undefined {
  let best: { levels: number[]; distance: number; imbalance: number } | undefined;
  const levels: number[] = [];
  const visit = (product: number, highest: number) => {
    const left = dimensions - levels.length;
    if (left === 0) {
      if (side === "below" ? product > target : side === "above" && product < target) return;
      const distance = Math.abs(Math.log(product / target));
      const { imbalance } = analyzeLevels(levels);
      const better = best === undefined || distance < best.distance - 1e-12 ||
        (distance < best.distance + 1e-12 && imbalance < best.imbalance);
      if (better) best = { levels: [...levels], distance, imbalance };
      return;
    }
    // No completion can come closer than the product with all smallest or all largest levels.
    const lowest = Math.log(product * minLevel ** left / target);
    const largest = Math.log(product * highest ** left / target);
    const nearest = lowest > 0 ? lowest : largest < 0 ? -largest : 0;
    if (best !== undefined && nearest > best.distance + 1e-12) return;
    for (let level = highest; level >= minLevel; level--) {
      levels.push(level);
      visit(product * level, falling ? level - 1 : level);
      levels.pop();
    }
  };
  visit(1, maxLevel);
  return best?.levels;
}
