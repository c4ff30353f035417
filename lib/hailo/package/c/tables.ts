/** What the tables of the C code can hold. */

/** Codes that have a label. */
const mostCodes = 1 << 16;
/** Labels are told in 8 bits, with one value for none. */
const mostLabels = 255;
/** Codes are told as int32. */
const largest = 2 ** 31 - 1;

/** What a model is too large for. */
export interface Lack {
  /** Whether codes are told, and only their labels are not. */
  codes: boolean;
  /** In a sentence without full stop. */
  missing: string;
}

/**
 * What the C code cannot tell of a model; undefined where it tells codes and labels.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(lackOf([8, 6, 5], 12), undefined);
 * assert.equal(lackOf([9, 90, 90], 0)?.missing, "The C code gives no labels: a table of 72900 codes is larger than 65536");
 * assert.equal(lackOf(null, 12)?.missing, "The model has no quantiser: the C code gives the latent, and no code or label");
 * ```
 *
 * @param levels Levels of the quantiser; null for a model without.
 * @param labels Number of classes; 0 where it is not known yet.
 */
export function lackOf(levels: readonly number[] | null, labels: number): Lack | undefined {
  const codes = levels?.reduce((a, b) => a * b, 1) ?? 0;
  if (levels === null || codes > largest || levels.some((level) => level > 256)) {
    const why = levels === null ? "The model has no quantiser" : `Levels [${levels}] are too many for 8 bits`;
    return { codes: false, missing: `${why}: the C code gives the latent, and no code or label` };
  }
  if (codes <= mostCodes && labels <= mostLabels) return undefined;
  const table = labels === 0 ? `${codes} codes` : `${codes} codes and ${labels} labels`;
  const most = labels === 0 ? mostCodes : `${mostCodes} and ${mostLabels}`;
  const missing = `The C code gives no labels: a table of ${table} is larger than ${most}`;
  return { codes: true, missing };
}
