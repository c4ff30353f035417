/** How much of a codebook is used, and how evenly. */
import { entropyBits, expectedDistinct, perplexity } from "../artifacts/code_usage.ts";

export { entropyBits, expectedDistinct, perplexity };

/** Statistics of a list of codes. */
export interface CodeStatistics {
  /** Number of codes N. */
  n: number;
  codebookSize: number;
  /** `[code, count]` of the codes that occur, ascending by code. */
  counts: [code: number, count: number][];
  /** Number of distinct codes. */
  used: number;
  /** used / codebookSize. */
  utilization: number;
  /** Expected distinct codes if all were equally likely: what `used` can be at this N. */
  expectedDistinct: number;
  /** expectedDistinct / codebookSize: the ceiling of `utilization`. */
  expectedUtilization: number;
  /** used / min(codebookSize, expectedDistinct): usage judged against what N windows can show. */
  relativeUtilization: number;
  entropyBits: number;
  /** 2^entropy: 1 for a single code, `used` for even use. */
  perplexity: number;
  /** Share of the most frequent code. */
  topShare: number;
}

/** Least number of windows at which uniform use is expected to show the share `utilization` of `size` codes. */
export function windowsNeeded(size: number, utilization: number): number {
  if (!(utilization > 0 && utilization < 1)) {
    throw new RangeError(`Cannot compute windows needed: utilization must be in (0, 1), got ${utilization}`);
  }
  return Math.ceil(Math.log1p(-utilization) / Math.log1p(-1 / size));
}

/** Counts and usage statistics of `codes` from a codebook of `codebookSize`. Throws RangeError for a code outside it. */
export function codeStatistics(codes: ArrayLike<number>, codebookSize: number): CodeStatistics {
  const byCode = new Map<number, number>();
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] >= codebookSize) {
      throw new RangeError(`Cannot count codes: code ${codes[i]} at ${i} is outside 0..${codebookSize - 1}`);
    }
    byCode.set(codes[i], (byCode.get(codes[i]) ?? 0) + 1);
  }
  const counts = [...byCode].sort(([a], [b]) => a - b);
  const list = counts.map(([, count]) => count);
  const n = codes.length;
  const ceiling = expectedDistinct(codebookSize, n);
  return {
    n,
    codebookSize,
    counts,
    used: counts.length,
    utilization: counts.length / codebookSize,
    expectedDistinct: ceiling,
    expectedUtilization: ceiling / codebookSize,
    relativeUtilization: n === 0 ? 0 : counts.length / Math.min(codebookSize, ceiling),
    entropyBits: entropyBits(list),
    perplexity: n === 0 ? 0 : perplexity(list),
    topShare: n === 0 ? 0 : Math.max(...list) / n,
  };
}
