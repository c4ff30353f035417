import assert from "node:assert/strict";
import { Tape } from "../../../lib/model/train/tape.ts";
import { checkGradient, type Plain, type Reference } from "./gradient_check.ts";

const each = (f: (x: number, column: number) => number): Reference => ({ shape, data }) => ({
  shape,
  data: data.map((x, i) => f(x, i % shape.at(-1)!)),
});

Deno.test("matmul() has the value and both gradients of a matrix product", () =>
  checkGradient([[5, 3], [3, 4]], (tape, x, w) => tape.matmul(x, w), (x, w) => ({
    shape: [5, 4],
    data: Array.from(
      { length: 20 },
      (_, i) =>
        [0, 1, 2].reduce((sum, k) => sum + x.data[Math.floor(i / 4) * 3 + k] * w.data[k * 4 + i % 4], 0),
    ),
  })));

Deno.test("addRow() adds to every row, and sumRows() of differently many rows do not mix", () =>
  checkGradient(
    [[5, 3], [3], [2, 3]],
    (tape, x, bias, few) => {
      const ones = tape.reshape(tape.addRow(few, bias), [6, 1]);
      return tape.matmul(tape.reshape(tape.addRow(x, bias), [15, 1]), tape.transpose(ones, [1, 0]));
    },
    (x, bias, few) => {
      const columns = few.data.map((value, i) => value + bias.data[i % 3]);
      return {
        shape: [15, 6],
        data: x.data.flatMap((value, i) => columns.map((column) => (value + bias.data[i % 3]) * column)),
      };
    },
  ));

Deno.test("relu() and tanh() have their slopes", async () => {
  await checkGradient([[4, 3]], (tape, x) => tape.relu(x), each((x) => Math.max(0, x)));
  await checkGradient([[4, 3]], (tape, x) => tape.tanh(x), each(Math.tanh));
});

Deno.test("scaleRow(), shiftRow() and mask() change each column by its own number", async () => {
  const row = [0.5, -2, 3];
  await checkGradient(
    [[4, 3]],
    (tape, x) => tape.scaleRow(x, Float32Array.from(row)),
    each((x, c) => x * row[c]),
  );
  await checkGradient(
    [[4, 3]],
    (tape, x) => tape.shiftRow(x, Float32Array.from(row)),
    each((x, c) => x + row[c]),
  );
  await checkGradient([[2, 3]], (tape, x) => {
    const mask = tape.graph.initializer(Float32Array.of(0, 2, 1, 1, 0, 2), [2, 3]);
    return tape.mask(x, { name: mask, shape: [2, 3] });
  }, ({ shape, data }) => ({ shape, data: data.map((x, i) => x * [0, 2, 1, 1, 0, 2][i]) }));
});

Deno.test("transpose() of three axes sends the gradient back by the inverse order", () =>
  checkGradient([[2, 3, 4]], (tape, x) => tape.transpose(x, [1, 2, 0]), ({ data }) => ({
    shape: [3, 4, 2],
    data: Array.from({ length: 24 }, (_, i) => data[(i % 2) * 12 + Math.floor(i / 2)]),
  })));

Deno.test("firstSteps() keeps the first steps, and the others have no gradient", () =>
  checkGradient([[2, 5, 3]], (tape, x) => tape.firstSteps(x, 3), ({ data }) => ({
    shape: [2, 3, 3],
    data: [...data.slice(0, 9), ...data.slice(15, 24)],
  })));

Deno.test("concat() joins rows of different widths and cuts the gradient at the same places", () =>
  checkGradient([[3, 2], [3, 4], [3, 1]], (tape, ...xs) => tape.concat(xs), (...xs) => ({
    shape: [3, 7],
    data: [0, 1, 2].flatMap((row) =>
      xs.flatMap(({ shape, data }: Plain) => data.slice(row * shape[1], (row + 1) * shape[1]))
    ),
  })));

Deno.test("a tensor that is used several times gets the sum of its gradients", () =>
  checkGradient(
    [[2, 2]],
    (tape, x) => tape.matmul(tape.matmul(x, x), tape.tanh(x)),
    ({ data }) => {
      const times = (a: number[], b: number[]) =>
        Array.from({ length: 4 }, (_, i) => a[i & 2] * b[i & 1] + a[(i & 2) + 1] * b[2 + (i & 1)]);
      return { shape: [2, 2], data: times(times(data, data), data.map(Math.tanh)) };
    },
  ));

Deno.test("a constant gets no gradient, nor does a reshape of it", () => {
  const tape = new Tape("constant");
  const window = tape.input("window", [2, 3]);
  const trained = tape.input("trained", [3, 2], true);
  const flat = tape.reshape(window, [3, 2]);
  assert.deepEqual([window, flat, trained].map((x) => tape.wants(x)), [false, false, true]);
  const y = tape.matmul(tape.reshape(flat, [2, 3]), trained);
  tape.backward([[y, tape.graph.initializer(new Float32Array(4), [2, 2])]]);
  assert.deepEqual([window, flat].map((x) => tape.gradientOf(x)), [undefined, undefined]);
  assert.equal(typeof tape.gradientOf(trained), "string");
});

Deno.test("reshape() refuses another number of elements", () => {
  const tape = new Tape("reshape");
  const x = tape.input("x", [2, 3], true);
  assert.throws(() => tape.reshape(x, [2, 2]), new RangeError("Cannot reshape [2,3] to [2,2]"));
});
