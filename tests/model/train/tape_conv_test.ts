import assert from "node:assert/strict";
import { maxPoolTime, normalizedConv, statistic } from "../../../lib/model/train/tape_conv.ts";
import { Tape } from "../../../lib/model/train/tape.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { checkGradient, type Plain, spreadOut } from "./gradient_check.ts";

const epsilon = 0.01;

/** `[batch, time, sensors, channels]` with `[width · channels, out]`: sums over taps, then batch normalisation. */
function convolved({ shape: [b, t, s, c], data }: Plain, w: Plain, width: number) {
  const out = w.shape[1], side = (width - 1) / 2;
  const rows: number[][] = [];
  for (let i = 0; i < b; i++) {
    for (let j = 0; j < t; j++) {
      for (let k = 0; k < s; k++) {
        rows.push(Array.from({ length: out }, (_, o) => {
          let sum = 0;
          for (let tap = 0; tap < width; tap++) {
            const from = j + tap - side;
            if (from < 0 || from >= t) continue;
            for (let e = 0; e < c; e++) {
              sum += data[((i * t + from) * s + k) * c + e] * w.data[(tap * c + e) * out + o];
            }
          }
          return sum;
        }));
      }
    }
  }
  const mean = Array.from(
    { length: out },
    (_, o) => rows.reduce((sum, row) => sum + row[o], 0) / rows.length,
  );
  const variance = mean.map((m, o) => rows.reduce((sum, row) => sum + (row[o] - m) ** 2, 0) / rows.length);
  return { rows, mean, variance };
}

const normalized = (width: number) => (x: Plain, w: Plain, gamma: Plain, beta: Plain): Plain => {
  const { rows, mean, variance } = convolved(x, w, width);
  const value = (row: number[]) =>
    row.map((v, o) => gamma.data[o] * (v - mean[o]) / Math.sqrt(variance[o] + epsilon) + beta.data[o]);
  return { shape: x.shape.with(3, w.shape[1]), data: rows.flatMap(value) };
};

// Sixteen channels and more take another way than fewer, before and behind the convolution.
for (
  const { width, channels, out } of [[1, 2, 3], [3, 2, 3], [5, 3, 2], [3, 16, 2], [3, 2, 17]].map(
    ([width, channels, out]) => ({ width, channels, out }),
  )
) {
  Deno.test(`normalizedConv() with ${width} taps from ${channels} to ${out} channels has the gradients of its definition`, () =>
    checkGradient(
      [[2, 5, 2, channels], [width * channels, out], [out], [out]],
      (tape, x, w, gamma, beta) => normalizedConv(tape, x, w, width, { gamma, beta, epsilon }).y,
      normalized(width),
    ));
}

Deno.test("normalizedConv() tells mean and variance of the batch", async () => {
  const x = spreadOut([2, 5, 1, 2], 1), w = spreadOut([6, 3], 2), ones = spreadOut([3], 3);
  const tape = new Tape("statistics");
  const vars = [x, w, ones, ones].map(({ shape }, i) => tape.input(`x${i}`, shape));
  const { statistics } = normalizedConv(tape, vars[0], vars[1], 3, {
    gamma: vars[2],
    beta: vars[3],
    epsilon,
  });
  tape.graph.output(statistics.mean, [3], "float32", "mean");
  tape.graph.output(statistics.variance, [3], "float32", "variance");
  const session = await openSession(tape.graph.encode());
  const feed = ({ shape, data }: Plain) => ({ shape, data: Float32Array.from(data) });
  const given = await session.run({ x0: feed(x), x1: feed(w), x2: feed(ones), x3: feed(ones) });
  await session.release();
  const expected = convolved(x, w, 3);
  for (const name of ["mean", "variance"] as const) {
    expected[name].forEach((value, o) => assert.ok(Math.abs(Number(given[name].data[o]) - value) < 1e-5));
  }
});

Deno.test("normalizedConv() computes no gradient for an input that is not trained", () => {
  const nodes = (trained: boolean) => {
    const tape = new Tape("frozen");
    const x = tape.input("x", [2, 5, 1, 2], trained);
    const [w, gamma, beta] = [[6, 3], [3], [3]].map((shape, i) => tape.input(`p${i}`, shape, true));
    const { y } = normalizedConv(tape, x, w, 3, { gamma, beta, epsilon });
    tape.backward([[maxPoolTime(tape, y, 1), tape.graph.initializer(new Float32Array(30), y.shape)]]);
    return tape.graph.graph().nodes.length;
  };
  assert.ok(nodes(false) < nodes(true));
});

for (const [length, factor] of [[6, 2], [7, 2], [8, 3]]) {
  Deno.test(`maxPoolTime() of ${length} steps by ${factor} sends the gradient to the largest and drops a rest`, () =>
    checkGradient(
      [[2, length, 2, 3]],
      (tape, x) => maxPoolTime(tape, x, factor),
      ({ data }) => {
        const kept = Math.floor(length / factor);
        const value = (i: number) => {
          const column = i % 6, step = Math.floor(i / 6) % kept, batch = Math.floor(i / 6 / kept);
          const at = (phase: number) => data[(batch * length + step * factor + phase) * 6 + column];
          return Math.max(...Array.from({ length: factor }, (_, phase) => at(phase)));
        };
        return { shape: [2, kept, 2, 3], data: Array.from({ length: 2 * kept * 6 }, (_, i) => value(i)) };
      },
    ));
}

Deno.test("maxPoolTime() by one step changes nothing and adds nothing", () => {
  const tape = new Tape("pool");
  const x = tape.input("x", [2, 5, 1, 2], true);
  assert.equal(maxPoolTime(tape, x, 1), x);
  assert.equal(tape.graph.graph().nodes.length, 0);
});

Deno.test("maxPoolTime() computes no gradient for an input that is not trained", () => {
  const nodes = (trained: boolean) => {
    const tape = new Tape("pool");
    const y = maxPoolTime(tape, tape.input("x", [2, 5, 1, 2], trained), 2);
    tape.backward([[y, tape.graph.initializer(new Float32Array(8), y.shape)]]);
    return tape.graph.graph().nodes.length;
  };
  assert.ok(nodes(false) < nodes(true));
});

const statistics = {
  mean: (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length,
  max: (values: number[]) => Math.max(...values),
  std: (values: number[]) => {
    const mean = statistics.mean(values);
    return Math.sqrt(statistics.mean(values.map((x) => (x - mean) ** 2)) + epsilon);
  },
};

for (const which of ["mean", "max", "std"] as const) {
  for (const [length, segments] of [[5, 1], [6, 3], [7, 2]]) {
    Deno.test(`statistic() gives ${which} of ${length} steps in ${segments} segments with its gradient`, () =>
      checkGradient(
        [[2, length, 2, 3]],
        (tape, x) => statistic(tape, x, which, epsilon, segments),
        ({ data }) => {
          const steps = Math.floor(length / segments);
          const value = (i: number) => {
            const segment = i % segments, c = Math.floor(i / segments) % 3, b = Math.floor(i / segments / 3);
            const first = (b * length + segment * steps) * 2;
            return statistics[which](Array.from({ length: steps * 2 }, (_, j) => data[(first + j) * 3 + c]));
          };
          return { shape: [2, 3 * segments], data: Array.from({ length: 6 * segments }, (_, i) => value(i)) };
        },
      ));
  }
}
