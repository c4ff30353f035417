import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";

type Methods = Record<string, (...rest: unknown[]) => tf.Tensor>;

Deno.test("tensors have the methods of TensorFlow.js", async () => {
  await tf.setBackend("cpu");
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  const y = tf.tensor2d([[5, 6], [7, 8]]);
  const methods = x as unknown as Methods;
  const expected: [string, unknown[], number[] | [], number[]][] = [
    ["mul", [2], [2, 2], [2, 4, 6, 8]],
    ["stridedSlice", [[0, 0], [2, 2], [1, 2]], [2, 1], [1, 3]],
    ["matMul", [y, true], [2, 2], [26, 30, 38, 44]],
    ["flatten", [], [4], [1, 2, 3, 4]],
    ["as1D", [], [4], [1, 2, 3, 4]],
    ["as3D", [1, 4, 1], [1, 4, 1], [1, 2, 3, 4]],
    ["reshapeAs", [tf.zeros([4, 1])], [4, 1], [1, 2, 3, 4]],
    ["concat", [y, 1], [2, 4], [1, 2, 5, 6, 3, 4, 7, 8]],
    ["concat", [[y, y]], [6, 2], [1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8]],
    ["stack", [y], [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]],
    ["where", [tf.tensor2d([[1, 0], [0, 1]], [2, 2], "bool"), y], [2, 2], [1, 6, 7, 4]],
    ["toInt", [], [2, 2], [1, 2, 3, 4]],
    ["sum", [], [], [10]],
  ];
  for (const [name, rest, shape, values] of expected) {
    const out = methods[name](...rest);
    assert.deepEqual([name, out.shape, [...out.dataSync()]], [name, shape, values]);
  }
  assert.equal(methods.asType("bool").dtype, "bool");
  assert.deepEqual((tf.tensor1d([7]) as unknown as Methods).asScalar().shape, []);
  assert.throws(() => methods.asScalar(), /Size\(4\)/);
});
