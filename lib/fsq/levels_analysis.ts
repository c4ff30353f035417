/** What a choice of levels means: codes, bits, storage, evenness, and how many windows it takes to see it used. */
import { MAX_CODES, MAX_LEVEL, placeValues } from "./constants.ts";
import { expectedDistinct, windowsNeeded } from "./statistics.ts";

/** Facts about levels that follow from the numbers alone. */
export interface LevelsAnalysis {
  levels: number[];
  /** Product of the levels. */
  codes: number;
  /** Place value of each digit, first dimension fastest. */
  basis: number[];
  bitsPerDimension: number[];
  /** log2 of the number of codes. */
  bits: number;
  /** Whole bits that store one code. */
  storageBits: number;
  /** Population standard deviation of the levels over their mean; 0 for equal levels. */
  imbalance: number;
  /** KiB of a table with one 4-byte entry per code. The quantiser itself stores no table: 0 bytes at any size. */
  indexKiB: number;
  /** KiB of a table with one float32 vector per code, if a program chose to build it. */
  tableKiB: number;
  /** 512 / codes: the size of an index relative to 512 codes. Not a speed: quantising costs the same at any size. */
  relativeIndexSize: number;
  /** Windows at which even use is expected to show 60 % and 80 % of the codes. */
  windowsFor60: number;
  windowsFor80: number;
}

/**
 * Analyses levels; any integers of 2 and more, so that unusable choices can be looked at as well.
 *
 * ```ts
 * import { analyzeLevels } from "./levels_analysis.ts";
 * import assert from "node:assert/strict";
 * const a = analyzeLevels([8, 5, 5, 4]);
 * assert.equal(a.codes, 800);
 * assert.deepEqual(a.basis, [1, 8, 40, 200]);
 * assert.equal(a.bits.toFixed(4), "9.6439");
 * assert.equal(a.indexKiB, 3.125);
 * ```
 */
export function analyzeLevels(levels: readonly number[]): LevelsAnalysis {
  if (levels.length === 0 || levels.some((level) => !Number.isInteger(level) || level < 2)) {
    throw new RangeError(`Cannot analyse levels: need integers of 2 and more, got [${levels}]`);
  }
  const codes = levels.reduce((product, level) => product * level, 1);
  const mean = levels.reduce((a, b) => a + b, 0) / levels.length;
  const variance = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length;
  const bitsPerDimension = levels.map(Math.log2);
  const bits = Math.log2(codes);
  return {
    levels: [...levels],
    codes,
    basis: placeValues(levels),
    bitsPerDimension,
    bits,
    storageBits: Math.ceil(bits),
    imbalance: Math.sqrt(variance) / mean,
    indexKiB: codes * 4 / 1024,
    tableKiB: codes * levels.length * 4 / 1024,
    relativeIndexSize: 512 / codes,
    windowsFor60: windowsNeeded(codes, 0.6),
    windowsFor80: windowsNeeded(codes, 0.8),
  };
}

/** How much shorter a code is than the numbers it stands for. */
export interface Compression {
  /** The base: as many float32 numbers, and their bits. */
  numbers: number;
  baseBits: number;
  codeBits: number;
  ratio: number;
}

/**
 * Compression of `numbers` float32 numbers into one code of whole bits. A ratio means nothing without its base: a latent
 * of 128 numbers and a window of 1 800 samples give very different ones for the same code.
 *
 * ```ts
 * import { compressionOf } from "./levels_analysis.ts";
 * import assert from "node:assert/strict";
 * const { baseBits, codeBits, ratio } = compressionOf([8, 6, 5, 5, 4], 128);
 * assert.deepEqual([baseBits, codeBits, ratio.toFixed(1)], [4096, 13, "315.1"]);
 * ```
 */
export function compressionOf(levels: readonly number[], numbers: number): Compression {
  const { storageBits: codeBits } = analyzeLevels(levels);
  const baseBits = 32 * numbers;
  return { numbers, baseBits, codeBits, ratio: baseBits / codeBits };
}

/** Where the levels are to be used. */
export interface LevelsUse {
  /** Windows that will be coded. */
  windows?: number;
  /** The codes feed tables on a small device. */
  edge?: boolean;
}

/** One remark on a choice of levels. */
export interface LevelsFinding {
  severity: "error" | "warning";
  /** Stable word for the kind of finding. */
  rule:
    | "level-2"
    | "level-size"
    | "code-size"
    | "below-5"
    | "imbalanced"
    | "edge-size"
    | "too-many-codes"
    | "never-used";
  message: string;
}

/** Remarks on levels for a use: what cannot work, and what commonly disappoints. */
export function lintLevels(levels: readonly number[], use: LevelsUse = {}): LevelsFinding[] {
  const { codes, imbalance } = analyzeLevels(levels);
  const found: LevelsFinding[] = [];
  const add = (severity: LevelsFinding["severity"], rule: LevelsFinding["rule"], message: string) =>
    void found.push({ severity, rule, message });
  if (levels.includes(2)) {
    add("error", "level-2", "2 levels: standard normal latents give 99.99 % one value; use 3 or more");
  }
  const large = levels.filter((level) => level > MAX_LEVEL);
  if (large.length > 0) {
    add("error", "level-size", `${large.join(", ")} levels: the quantiser has ${MAX_LEVEL} at most`);
  }
  if (codes > MAX_CODES) {
    add(
      "error",
      "code-size",
      `${codes} codes: more than the 2^32 that are stored${
        codes > Number.MAX_SAFE_INTEGER ? ", and than the 2^53 that are counted" : ""
      }`,
    );
  }
  const small = levels.filter((level) => level > 2 && level < 5).length;
  if (small > 0) {
    add("warning", "below-5", `${small} of ${levels.length} levels are below the paper's least, 5`);
  }
  if (imbalance > 1) {
    add(
      "warning",
      "imbalanced",
      `levels spread by ${imbalance.toFixed(2)} of their mean: one dimension carries nearly everything`,
    );
  }
  if (use.edge === true && codes > 1000) {
    add(
      "warning",
      "edge-size",
      `${codes} codes: tables per code (motifs, transitions) outgrow a small device`,
    );
  }
  if (use.windows !== undefined) {
    const ceiling = expectedDistinct(codes, use.windows) / codes;
    const percent = `${(100 * ceiling).toPrecision(3)} %`;
    if (ceiling < 0.01) {
      add(
        "error",
        "never-used",
        `${use.windows} windows can show at most about ${percent} of ${codes} codes`,
      );
    } else if (use.windows < 10 * codes) {
      add(
        "warning",
        "too-many-codes",
        `${use.windows} windows are fewer than 10 per code (${codes} codes): ` +
          `even use would show ${percent} of them`,
      );
    }
  }
  return found;
}
