import assert from "node:assert/strict";
import { samePads } from "../../../lib/model/graph/same_pads.ts";

/** The least padding with which a kernel meets `⌈size / stride⌉` places, by trying. */
function least(size: number, kernel: number, stride: number, dilation: number): [number, number] {
  const wanted = Math.ceil(size / stride);
  for (let total = 0;; total++) {
    let places = 0;
    for (let from = 0; from + dilation * (kernel - 1) < size + total; from += stride) places++;
    if (places >= wanted) return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }
}

Deno.test("samePads() adds the least that keeps one place a stride, the odd one at the end, on either axis", () => {
  for (let size = 1; size <= 9; size++) {
    for (let kernel = 1; kernel <= 4; kernel++) {
      for (let stride = 1; stride <= 4; stride++) {
        for (let dilation = 1; dilation <= 3; dilation++) {
          const [begin, end] = least(size, kernel, stride, dilation);
          const what = `${size} under ${kernel} by ${stride}, ${dilation} apart`;
          const [columns, rows] = [
            samePads([7, size, 2], [1, kernel], [2, stride], [3, dilation]),
            samePads([size, 7, 2], [kernel, 1], [stride, 2], [dilation, 3]),
          ];
          assert.deepEqual(columns, [0, begin, 0, end], what);
          assert.deepEqual(rows, [begin, 0, end, 0], what);
        }
      }
    }
  }
  assert.deepEqual(samePads([5, 6, 1], [4, 2], [1, 1], [1, 1]), [1, 0, 2, 1]);
});
