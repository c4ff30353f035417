/**
 * Constants of one level count of the quantiser `fsq/v1-offset-atanh`.
 *
 * Source: Mentzer et al., "Finite Scalar Quantization" (arXiv 2309.15505), with the author-confirmed `atanh` in place
 * of `tan` and `(L − 1)(1 + ε)/2` in place of `(1 − ε)`, so that the outermost levels are reached without saturation.
 */
import { InputError } from "../errors.ts";
import { presets } from "./levels_presets.ts";

/** Name of the one implemented quantiser, written into every file that holds codes. */
export const VARIANT = "fsq/v1-offset-atanh";

/** Other quantisers that share the name FSQ. Their codes differ, so files that name one are refused, never guessed. */
export const OTHER_VARIANTS: Readonly<Record<string, string>> = {
  "fsq/paper-tan": "paper variant, (L − 1)(1 − ε)/2 and tan instead of atanh",
  "fsq/symmetric": "symmetric levels without offset",
  "fsq/dithered": "dithered FSQ of stable-codec",
  "fsq/ifsq": "iFSQ, sigmoid bound for odd levels",
  "fsp": "finite scalar perturbation, normal CDF",
};

/** Widening of the bound beyond the outermost level. */
const EPSILON = 1e-3;

/** Largest level count: beyond it the widened bound would round past the outermost level. */
export const MAX_LEVEL = 1000;

/** Most codes: they are stored as uint32. */
export const MAX_CODES = 2 ** 32;

/** Constants of one dimension. */
export interface LevelConstants {
  level: number;
  /** Half the width of the bounded range, `(L − 1)(1 + ε)/2`. */
  halfRange: number;
  /** ½ for even L, 0 for odd: moves even grids so that 0 is a level. */
  offset: number;
  /** `atanh(offset / halfRange)`: makes `bound(0) = 0`. */
  shift: number;
  /** `⌊L/2⌋`: digit = rounded + halfWidth, value = rounded / halfWidth. */
  halfWidth: number;
  /** The L − 1 latent values between digits g and g + 1, ascending. */
  thresholds: number[];
}

/**
 * Constants for `level` levels.
 *
 * ```ts
 * import { levelConstants } from "./constants.ts";
 * import assert from "node:assert/strict";
 * const { halfRange, offset, shift } = levelConstants(4);
 * assert.equal(halfRange.toFixed(4), "1.5015");
 * assert.equal(offset, 0.5);
 * assert.equal(shift.toFixed(8), "0.34619901");
 * ```
 */
export function levelConstants(level: number): LevelConstants {
  if (!Number.isInteger(level) || level < 2 || level > MAX_LEVEL) {
    throw new RangeError(
      `Cannot compute level constants: level must be an integer in 2..${MAX_LEVEL}, got ${level}`,
    );
  }
  const halfRange = (level - 1) * (1 + EPSILON) / 2;
  const offset = level % 2 === 0 ? 0.5 : 0;
  const shift = Math.atanh(offset / halfRange);
  const [halfWidth] = halfWidths([level]);
  const thresholds = Array.from(
    { length: level - 1 },
    (_, g) => Math.atanh((g - halfWidth + 0.5 + offset) / halfRange) - shift,
  );
  return { level, halfRange, offset, shift, halfWidth, thresholds };
}

/** Half width `⌊L/2⌋` of each dimension: digit = rounded + half width, value = rounded / half width. */
export function halfWidths(levels: readonly number[]): number[] {
  return levels.map((level) => Math.floor(level / 2));
}

/**
 * Place value of each digit in a code, first dimension fastest: code = Σ digit · place value.
 *
 * ```ts
 * import { placeValues } from "./constants.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(placeValues([8, 6, 5]), [1, 8, 48]);
 * ```
 */
export function placeValues(levels: readonly number[]): number[] {
  const places: number[] = [];
  levels.reduce((size, level) => (places.push(size), size * level), 1);
  return places;
}

/** What each bounded latent `tanh(z + shift) · halfRange − offset` can reach, open at both ends. */
export function boundedRanges(levels: readonly number[]): [low: number, high: number][] {
  return levels.map(levelConstants).map(({ halfRange, offset }) => [-halfRange - offset, halfRange - offset]);
}

/**
 * Checks the levels of a codebook.
 *
 * @returns Warnings: level counts that are allowed but below the paper's heuristic of five, apart from named presets, which \`levels\` tells of.
 * @throws {InputError} for an empty list, a level that is no integer in 3..1000, or more than 2^53 codes.
 */
export function checkLevels(levels: readonly number[]): string[] {
  if (levels.length === 0) {
    throw new InputError("Cannot quantise: levels is empty", { hint: "Give one level count a dimension." });
  }
  for (const [i, level] of levels.entries()) {
    if (level === 2) {
      throw new InputError(
        `Cannot quantise: levels[${i}] is 2, whose second value is reached only by latents below −3.8`,
        { hint: "Use 3 or more levels, 5 where possible." },
      );
    }
    if (!Number.isInteger(level) || level < 3 || level > MAX_LEVEL) {
      throw new InputError(
        `Cannot quantise: levels[${i}] must be an integer in 3..${MAX_LEVEL}, got ${level}`,
      );
    }
  }
  const size = levels.reduce((product, level) => product * level, 1);
  if (size > Number.MAX_SAFE_INTEGER) {
    throw new InputError(`Cannot quantise: levels [${levels}] make ${size} codes, more than 2^53`);
  }
  const small = levels.filter((level) => level < 5);
  if (small.length === 0 || presets.some((preset) => preset.levels.join() === levels.join())) return [];
  return [`levels [${levels}]: ${small.length} below 5, the least that the FSQ paper recommends`];
}

/**
 * Checks that codes or a model were made by the quantiser implemented here.
 *
 * @throws {InputError} for any other variant.
 */
export function checkVariant(variant: string): void {
  if (variant === VARIANT) return;
  const known = OTHER_VARIANTS[variant];
  throw new InputError(
    `Cannot quantise: variant "${variant}" ${
      known === undefined ? "is unknown" : `(${known}) is not implemented`
    }`,
    { hint: `Codes of variants are not comparable; this program makes "${VARIANT}".` },
  );
}
