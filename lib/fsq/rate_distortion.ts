/**
 * Levels by rate and distortion. Model: every latent dimension is standardised, quantised to L levels and scaled back,
 * so that its error is σ²/L² up to a common constant (high-resolution quantisation); the rate is Σ log2 L bits.
 * Bound: Gaussian sources, reverse water-filling (Cover and Thomas, Elements of Information Theory, 10.3.3).
 */

import { MAX_CODES, MAX_LEVEL } from "./constants.ts";

/** Rates of parallel Gaussian sources at a total distortion. */
export interface WaterFilling {
  /** Water level θ: every rate is max(0, ½ log2(σ²/θ)). */
  theta: number;
  /** Bits by dimension. */
  rates: number[];
  /** Sum of the rates: no code reaches the distortion with fewer bits. */
  bits: number;
}

/**
 * Reverse water-filling: the least bits at which Gaussian sources of `variances` keep a total squared error.
 *
 * ```ts
 * import { waterFilling } from "./rate_distortion.ts";
 * import assert from "node:assert/strict";
 * assert.equal(waterFilling([1, 1], 0.02).bits.toFixed(4), "6.6439");
 * ```
 */
export function waterFilling(variances: readonly number[], distortion: number): WaterFilling {
  checkVariances(variances);
  if (!(distortion > 0)) throw new RangeError(`Cannot fill: distortion must be positive, got ${distortion}`);
  const sorted = variances.toSorted((a, b) => a - b);
  const total = sorted.reduce((a, b) => a + b, 0);
  let theta = sorted.at(-1)!;
  if (distortion < total) {
    let below = 0;
    for (let k = 0; k < sorted.length; k++) {
      theta = (distortion - below) / (sorted.length - k);
      if (theta <= sorted[k]) break;
      below += sorted[k];
    }
  }
  const rates = variances.map((v) => v > theta ? 0.5 * Math.log2(v / theta) : 0);
  return { theta, rates, bits: rates.reduce((a, b) => a + b, 0) };
}

/** One choice of levels with its modelled rate and distortion. */
export interface RatePoint {
  /** In the order of the variances. */
  levels: number[];
  codes: number;
  /** log2 of the codes. */
  bits: number;
  /** Σ σ²/L². */
  distortion: number;
  /** Distortion over Σ σ². */
  relativeDistortion: number;
}

/** Limits of a search over levels. */
export interface SearchLimits {
  /** Largest number of codes. */
  maxCodes: number;
  /** Default 3: two levels are useless. */
  minLevel?: number;
  /** Default 16. */
  maxLevel?: number;
}

/**
 * Every choice of levels within the limits that no other choice beats in both codes and distortion, by rising codes.
 * Exact: a dimension of larger variance never gets fewer levels (else a swap would lower the distortion), so that only
 * falling lists need to be tried.
 */
export function rateDistortionFrontier(variances: readonly number[], limits: SearchLimits): RatePoint[] {
  checkVariances(variances);
  const { maxCodes, minLevel = 3, maxLevel = 16 } = limits;
  const order = variances.map((_, i) => i).sort((a, b) => variances[b] - variances[a] || a - b);
  const total = variances.reduce((a, b) => a + b, 0);
  const best = new Map<number, { distortion: number; levels: number[] }>();
  const falling: number[] = [];
  const visit = (codes: number, distortion: number, highest: number) => {
    const k = falling.length;
    if (k === variances.length) {
      const known = best.get(codes);
      if (known === undefined || distortion < known.distortion - 1e-15) {
        best.set(codes, { distortion, levels: [...falling] });
      }
      return;
    }
    const rest = minLevel ** (variances.length - k - 1);
    for (let level = minLevel; level <= highest && codes * level * rest <= maxCodes; level++) {
      falling.push(level);
      visit(codes * level, distortion + variances[order[k]] / level ** 2, level);
      falling.pop();
    }
  };
  visit(1, 0, maxLevel);
  const frontier: RatePoint[] = [];
  for (const [codes, { distortion, levels }] of [...best].sort(([a], [b]) => a - b)) {
    if (frontier.length > 0 && distortion >= frontier.at(-1)!.distortion) continue;
    const placed = new Array<number>(levels.length);
    order.forEach((dimension, k) => placed[dimension] = levels[k]);
    const relativeDistortion = distortion / total;
    frontier.push({ levels: placed, codes, bits: Math.log2(codes), distortion, relativeDistortion });
  }
  return frontier;
}

/** What is wanted of the levels. */
export interface LevelsTarget extends Partial<SearchLimits> {
  /** Bits that a code may take; with `maxCodes` the smaller counts. */
  maxBits?: number;
  /** Largest distortion over Σ σ². */
  maxDistortion?: number;
}

/** The outcome of {@linkcode optimizeLevels}. */
export interface LevelsOptimum {
  feasible: boolean;
  /** The least distortion within the rate; where the target distortion is met, the fewest codes that meet it. */
  best: RatePoint | null;
  /** Why it is not feasible. */
  reason: string | null;
  /** Gaussian bound for the wanted distortion; `null` where none is wanted. */
  neededBits: number | null;
  /** Where the wanted distortion is out of reach: the fewest codes that meet it, were more allowed; else `null`. */
  wouldTake: RatePoint | null;
  frontier: RatePoint[];
}

/**
 * Finds the best levels for dimensions of the given variances, or says why there are none.
 *
 * ```ts
 * import { optimizeLevels } from "./rate_distortion.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(optimizeLevels([1, 1, 1], { maxCodes: 64 }).best!.levels, [4, 4, 4]);
 * const impossible = optimizeLevels([1, 1], { maxBits: 3, maxDistortion: 0.01 });
 * assert.equal(impossible.feasible, false);
 * assert.equal(impossible.neededBits!.toFixed(2), "6.64");
 * ```
 */
export function optimizeLevels(variances: readonly number[], target: LevelsTarget): LevelsOptimum {
  const { maxBits = Infinity, maxDistortion } = target;
  if (maxDistortion !== undefined && !(maxDistortion > 0 && maxDistortion < 1)) {
    throw new RangeError(
      `Cannot optimise levels: the distortion must be a share of the variance between 0 and 1, got ${maxDistortion}`,
    );
  }
  if ((target.maxLevel ?? 0) > MAX_LEVEL) {
    throw new RangeError(
      `Cannot optimise levels: the quantiser has ${MAX_LEVEL} levels at most, got ${target.maxLevel}`,
    );
  }
  // 2^3 may come as 2^2.9999999999999996 out of a logarithm
  const maxCodes = Math.min(target.maxCodes ?? Infinity, Math.floor(2 ** maxBits * (1 + 1e-12)));
  if (!Number.isFinite(maxCodes)) {
    throw new RangeError("Cannot optimise levels: give maxCodes or maxBits");
  }
  if (maxCodes > MAX_CODES) {
    throw new RangeError(`Cannot optimise levels: a code has 32 bits at most, ${maxCodes} codes are more`);
  }
  const frontier = rateDistortionFrontier(variances, { ...target, maxCodes });
  const total = variances.reduce((a, b) => a + b, 0);
  const d = variances.length;
  const needed = maxDistortion === undefined ? null : waterFilling(variances, maxDistortion * total).bits;
  const bound = needed === null
    ? ""
    : `relative distortion ${maxDistortion} takes ${needed.toFixed(2)} bits or more over ${d} ` +
      `dimension${d === 1 ? "" : "s"} (${(needed / d).toFixed(2)} each)`;
  const outcome = (best: RatePoint | null, reason: string | null): LevelsOptimum => ({
    feasible: reason === null,
    best,
    reason,
    neededBits: needed,
    wouldTake: reason === null || maxDistortion === undefined ? null : cheapest(variances, target),
    frontier,
  });
  if (frontier.length === 0) {
    const least = (target.minLevel ?? 3) ** d;
    const limit = `${d} dimensions take ${least} codes or more, ${maxCodes} are allowed`;
    return outcome(null, bound === "" ? limit : `${bound}; ${limit}`);
  }
  const closest = frontier.at(-1)!;
  if (maxDistortion === undefined) return outcome(closest, null);
  const met = frontier.find((p) => p.relativeDistortion <= maxDistortion);
  if (met !== undefined) return outcome(met, null);
  return outcome(
    closest,
    `${bound}; ${Math.log2(maxCodes).toFixed(2)} are allowed and reach ${
      closest.relativeDistortion.toPrecision(3)
    }`,
  );
}

/** Most codes that are looked at to say what a distortion would take. */
const mostCodes = 2 ** 24;

/** The fewest codes that meet the wanted distortion with the same limits on a level; `null` where none do. */
export function cheapest(
  variances: readonly number[],
  { minLevel, maxLevel, maxDistortion }: LevelsTarget,
  first = (points: RatePoint[]) => points.find((p) => p.relativeDistortion <= maxDistortion!) ?? null,
): RatePoint | null {
  const all = rateDistortionFrontier(variances, {
    maxCodes: mostCodes,
    ...(minLevel === undefined ? {} : { minLevel }),
    ...(maxLevel === undefined ? {} : { maxLevel }),
  });
  return first(all);
}

function checkVariances(variances: readonly number[]): void {
  if (variances.length === 0 || variances.some((v) => !Number.isFinite(v) || v < 0)) {
    throw new RangeError(
      `Cannot weigh dimensions: variances must be finite and not negative, got [${variances}]`,
    );
  }
  if (variances.every((v) => v === 0)) throw new RangeError("Cannot weigh dimensions: all variances are 0");
}
