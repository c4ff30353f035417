/** Padding that keeps `⌈size / stride⌉` places, as TensorFlow's `same`. */
import type { Pair, Sides, Size } from "../../artifacts/encoder_graph.ts";

/**
 * What a kernel adds at each side; an odd rest goes to the end.
 *
 * ```ts
 * import { samePads } from "./same_pads.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(samePads([1, 10, 3], [1, 4], [1, 2], [1, 1]), [0, 1, 0, 1]);
 * ```
 */
export function samePads(size: Size, kernel: Pair, strides: Pair, dilations: Pair): Sides {
  const along = (axis: 0 | 1): Pair => {
    const reach = dilations[axis] * (kernel[axis] - 1);
    const total = Math.max(
      0,
      (Math.ceil(size[axis] / strides[axis]) - 1) * strides[axis] + reach + 1 - size[axis],
    );
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top, left, bottom, right];
}
