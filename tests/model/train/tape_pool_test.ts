import assert from "node:assert/strict";
import type { Pair, Sliding } from "../../../lib/artifacts/encoder_graph.ts";
import { Tape, type Var } from "../../../lib/model/train/tape.ts";
import { averagePool, maxPool } from "../../../lib/model/train/tape_pool.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { checkGradient, type Plain } from "./gradient_check.ts";

/** Every place of the map that lies under the kernel, by place of the result. */
function pooled({ shape, data }: Plain, sliding: Sliding, to: Pair, pool: (seen: number[]) => number): Plain {
  const [n, rows, columns, channels] = shape;
  const { kernel, strides, pads } = sliding;
  const out: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let r = 0; r < to[0]; r++) {
      for (let c = 0; c < to[1]; c++) {
        for (let e = 0; e < channels; e++) {
          const seen: number[] = [];
          for (let a = 0; a < kernel[0]; a++) {
            for (let b = 0; b < kernel[1]; b++) {
              const row = r * strides[0] - pads[0] + a, column = c * strides[1] - pads[1] + b;
              if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
              seen.push(data[((i * rows + row) * columns + column) * channels + e]);
            }
          }
          out.push(pool(seen));
        }
      }
    }
  }
  return { shape: [n, ...to, channels], data: out };
}

const pools = {
  max: { on: maxPool, of: (seen: number[]) => Math.max(...seen) },
  average: { on: averagePool, of: (seen: number[]) => seen.reduce((sum, x) => sum + x, 0) / seen.length },
};

const slides: [string, number[], Sliding, Pair][] = [
  ["that overlap", [2, 4, 5, 2], { kernel: [2, 3], strides: [1, 1], pads: [0, 0, 0, 0] }, [3, 3]],
  ["with a rest", [1, 5, 7, 3], { kernel: [2, 2], strides: [3, 2], pads: [0, 0, 0, 0] }, [2, 3]],
  ["over every edge", [1, 3, 4, 2], { kernel: [3, 2], strides: [2, 1], pads: [2, 1, 1, 0] }, [2, 4]],
  ["over the far edges", [2, 3, 4, 1], { kernel: [2, 3], strides: [1, 2], pads: [0, 0, 1, 1] }, [3, 2]],
  ["of single places", [1, 3, 5, 2], { kernel: [1, 1], strides: [2, 3], pads: [0, 0, 0, 0] }, [2, 2]],
];

for (const [name, { on, of }] of Object.entries(pools)) {
  for (const [what, shape, sliding, to] of slides) {
    Deno.test(`${name} poolings ${what} have the gradients of their definition`, () =>
      checkGradient([shape], (tape, x) => on(tape, x, sliding, to), (x) => pooled(x, sliding, to, of)));
  }
}

const row: Sliding = { kernel: [1, 2], strides: [1, 1], pads: [0, 1, 0, 1] };

/** Values and gradients of a pooling of one row, whose results have the weights 1, 2, 4…. */
async function ofRow(on: (tape: Tape, x: Var, sliding: Sliding, to: Pair) => Var, data: number[]) {
  const tape = new Tape("row");
  const x = tape.input("x", [1, 1, data.length, 1], true);
  const y = on(tape, x, row, [1, data.length + 1]);
  const weights = Float32Array.from({ length: data.length + 1 }, (_, i) => 2 ** i);
  tape.backward([[y, tape.graph.initializer(weights, y.shape)]]);
  tape.graph.output(y.name, y.shape, "float32", "value");
  tape.graph.output(tape.gradientOf(x)!, x.shape, "float32", "gradient");
  const session = await openSession(tape.graph.encode());
  const { value, gradient } = await session.run({ x: { shape: x.shape, data: Float32Array.from(data) } });
  await session.release();
  return { value: [...value.data as Float32Array], gradient: [...gradient.data as Float32Array] };
}

Deno.test("equal largest values each get the gradient, and nothing outside the map is larger than they", async () => {
  assert.deepEqual(await ofRow(maxPool, [-1e38, -1e38, -2e38]), {
    value: [-1e38, -1e38, -1e38, -2e38].map(Math.fround),
    // The first is the largest of results 0 and 1, the second of 1 and 2, the third of 3.
    gradient: [1 + 2, 2 + 4, 8],
  });
});

Deno.test("a mean at the edge is one of the places inside", async () => {
  assert.deepEqual(await ofRow(averagePool, [8, 2, -4]), {
    value: [8, 5, -1, -4],
    gradient: [1 + 2 / 2, 2 / 2 + 4 / 2, 4 / 2 + 8],
  });
});

Deno.test("poolings compute no gradient for an input that is not trained", () => {
  for (const { on } of Object.values(pools)) {
    const padded = (trained: boolean) => {
      const tape = new Tape("frozen");
      const y = on(tape, tape.input("x", [1, 1, 3, 1], trained), row, [1, 4]);
      tape.backward([[y, tape.graph.initializer(new Float32Array(4), y.shape)]]);
      return tape.graph.graph().nodes.filter(({ op }) => op === "Pad").length;
    };
    // The map, and what comes back by each of two taps.
    assert.deepEqual([padded(true), padded(false)], [3, 1]);
  }
});
