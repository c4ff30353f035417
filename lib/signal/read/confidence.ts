/** Samples that are missing where a column beside them says that they are not to be trusted. */
import { InputError } from "../../errors.ts";
import { listed } from "./laws/notes.ts";
import type { Place } from "./laws/place.ts";

/** Which columns hold confidences, and what is too little. */
export interface Confidence {
  /** A pattern on their names; what stands before it is the beginning of the channels' names. */
  columns: string;
  below: number;
}

/**
 * The column of confidences of each value: of the columns that match, the one whose name without the match begins the
 * value's name, the longest where there are several.
 *
 * ```ts
 * import { confidenceColumns } from "./confidence.ts";
 * import assert from "node:assert/strict";
 * const header = ["nose_x", "nose_y", "nose_likelihood", "tail_x", "tail_likelihood"];
 * assert.deepEqual(confidenceColumns(header, [0, 1, 3], "likelihood", { file: "a" }), [2, 2, 4]);
 * ```
 *
 * @param values Positions of the values.
 * @throws {InputError} for a pattern that no column matches, and a value that has no confidence.
 */
export function confidenceColumns(
  header: readonly string[] | null,
  values: readonly number[],
  pattern: string,
  place: Place,
): number[] {
  const expression = new RegExp(pattern);
  const found = (header ?? []).flatMap((name, at) =>
    expression.test(name) && !values.includes(at)
      ? [{ at, stem: name.slice(0, name.search(expression)) }]
      : []
  );
  if (found.length === 0) {
    throw new InputError(`Cannot find columns of confidence: no column matches /${pattern}/`, {
      ...place,
      hint: header === null ? "The file has no header." : `Columns are ${listed(header)}.`,
    });
  }
  return values.map((c) => {
    const own = found.filter(({ stem }) => header![c].startsWith(stem));
    if (own.length > 0) return own.reduce((a, b) => b.stem.length > a.stem.length ? b : a).at;
    throw new InputError(`Cannot find the confidence of ${header![c]}`, {
      ...place,
      hint: `Columns of confidence are ${listed(found.map(({ at }) => header![at]))}.`,
    });
  });
}

/**
 * Takes confidences out of rows that end with them, and makes values NaN whose confidence is too low or missing.
 *
 * @param values float32 `[rows, width + confidences]`. @param own Which confidence each value has, `[width]`.
 * @returns float32 `[rows, width]`, and how many values were dropped.
 */
export function dropUnsure(
  values: Float32Array,
  own: readonly number[],
  confidences: number,
  below: number,
): { values: Float32Array; dropped: number } {
  const width = own.length;
  const rows = values.length / (width + confidences);
  const out = new Float32Array(rows * width);
  let dropped = 0;
  for (let row = 0; row < rows; row++) {
    const from = row * (width + confidences);
    for (let c = 0; c < width; c++) {
      const sure = values[from + width + own[c]] >= below;
      out[row * width + c] = sure ? values[from + c] : NaN;
      if (!sure) dropped++;
    }
  }
  return { values: out, dropped };
}
