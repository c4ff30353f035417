/** Points of codes: the quantised values of the codes that occur, never the whole codebook. */
import { InputError } from "../../errors.ts";
import { halfWidths } from "../../fsq/constants.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { IndexedPoints } from "./points.ts";

/** Codebooks up to this size are counted in a table, larger ones in a map. */
const tableLimit = 1 << 24;

/**
 * The distinct codes as weighted points in ascending order of code.
 *
 * @param codes uint32 `[N]`.
 * @param levels Levels of the codebook; points are the quantised values `(digit − h)/h`, in [−1, 1].
 * @param fit uint8 `[N]`: 1 for rows that count towards the weights; all rows when left out.
 * @throws InputError for a code outside the codebook.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = pointsOfCodes(Uint32Array.of(42, 63, 42), [4, 4, 4]);
 * assert.deepEqual([...points.values], [0, 0, 0, 0.5, 0.5, 0.5]);
 * assert.deepEqual([...points.weights], [2, 1]);
 * assert.deepEqual([...points.index], [0, 1, 0]);
 * ```
 */
export function pointsOfCodes(
  codes: Uint32Array,
  levels: readonly number[],
  fit?: Uint8Array,
): IndexedPoints {
  const quantizer = new Quantizer(levels);
  const { dimensions: d, codebookSize } = quantizer;
  const { index, distinct } = codebookSize <= tableLimit
    ? distinctByTable(codes, codebookSize)
    : distinctByMap(codes, codebookSize);
  const values = new Float64Array(distinct.length * d);
  distinct.forEach((code, i) => values.set(quantizer.valuesOf(code), i * d));
  const weights = new Float64Array(distinct.length);
  for (let n = 0; n < index.length; n++) if (fit === undefined || fit[n] === 1) weights[index[n]]++;
  return { values, dimensions: d, weights, index, exact: true, cell: 0, rmsError: 0 };
}

/**
 * Digits of codes from their quantised values.
 *
 * @param values float64 `[M, d]`.
 * @returns uint16 `[M, d]`, each in 0…L − 1.
 */
export function placeDigits(values: Float64Array, levels: readonly number[]): Uint16Array {
  const widths = halfWidths(levels);
  return Uint16Array.from(values, (v, q) => {
    const half = widths[q % widths.length];
    return Math.round(v * half) + half;
  });
}

function outside(code: number, row: number, codebookSize: number): InputError {
  return new InputError(`Cannot use code ${code} of window ${row}: the codebook has ${codebookSize} codes`, {
    hint: "Give the levels that the codes were made with.",
  });
}

function distinctByTable(codes: Uint32Array, codebookSize: number) {
  const rank = new Int32Array(codebookSize).fill(-1);
  for (let n = 0; n < codes.length; n++) {
    if (codes[n] >= codebookSize) throw outside(codes[n], n, codebookSize);
    rank[codes[n]] = 0;
  }
  const distinct: number[] = [];
  for (let code = 0; code < codebookSize; code++) if (rank[code] === 0) rank[code] = distinct.push(code) - 1;
  const index = new Uint32Array(codes.length);
  for (let n = 0; n < codes.length; n++) index[n] = rank[codes[n]];
  return { index, distinct };
}

function distinctByMap(codes: Uint32Array, codebookSize: number) {
  const distinct = [...new Set(codes)].sort((a, b) => a - b);
  const rank = new Map(distinct.map((code, i) => [code, i]));
  const index = new Uint32Array(codes.length);
  for (let n = 0; n < codes.length; n++) {
    if (codes[n] >= codebookSize) throw outside(codes[n], n, codebookSize);
    index[n] = rank.get(codes[n])!;
  }
  return { index, distinct };
}
