import assert from "node:assert/strict";
import type { GraphLayer, Pair, Sides, Size } from "../../../lib/artifacts/encoder_graph.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { layerSize } from "../../../lib/model/graph/layer_size.ts";
import { PlainOps } from "../../../lib/model/graph/plain_ops.ts";
import { runGraph } from "../../../lib/model/graph/walk.ts";
import { samePads } from "../../../lib/model/graph/same_pads.ts";
import { Random } from "../../../lib/random.ts";

// Every operation by its definition, place by place, on maps whose three sizes differ.
const rng = new Random(41);
const window = [2, 3, 4] as const;
type Op = GraphLayer extends infer L ? L extends GraphLayer ? Omit<L, "name" | "inputs"> : never : never;
type At = (row: number, column: number, channel: number) => number;

const numbers = (n: number) => Float64Array.from({ length: n }, () => rng.normal());
const weights = (parts: Record<string, number>, index = 1): Record<string, NpyArray> =>
  Object.fromEntries(
    Object.entries(parts).map((
      [part, n],
    ) => [`layer${index}.${part}`, { data: Float32Array.from(numbers(n)), shape: [n] } as NpyArray]),
  );

/** Runs an operation over maps of the given sizes; gives them by place, and the result. */
function run(op: Op, sizes: Size[], own: Record<string, NpyArray> = {}) {
  const maps = sizes.map(([r, c, k]) => numbers(r * c * k));
  const layer = { ...op, name: "it", inputs: sizes.map((_, i) => i) } as GraphLayer;
  const to = layerSize(layer, sizes, window);
  const ops = new PlainOps(own, window);
  const y = (ops[layer.op] as (l: GraphLayer, xs: Float64Array[], place: object) => Float64Array)(
    layer,
    maps,
    {
      index: 1,
      from: sizes,
      to,
    },
  );
  const at = maps.map((map, i): At => (r, c, k) => {
    const [rows, columns, channels] = sizes[i];
    const inside = r >= 0 && c >= 0 && r < rows && c < columns;
    return inside ? map[(r * columns + c) * channels + k] : NaN;
  });
  return { y, to, at };
}

/** Holds a result against its definition. */
function check({ y, to }: { y: Float64Array; to: Size }, size: Size, of: At): void {
  assert.deepEqual(to, size);
  assert.equal(y.length, size[0] * size[1] * size[2]);
  let i = 0;
  for (let r = 0; r < size[0]; r++) {
    for (let c = 0; c < size[1]; c++) {
      for (let k = 0; k < size[2]; k++) {
        const expected = of(r, c, k);
        assert.ok(Math.abs(y[i] - expected) < 1e-9, `${r} ${c} ${k}: ${y[i]} ${expected}`);
        i++;
      }
    }
  }
}

const slidings: { kernel: Pair; strides: Pair; pads: Sides; dilations: Pair; to: Pair }[] = [
  { kernel: [2, 3], strides: [1, 2], pads: [1, 0, 1, 1], dilations: [2, 1], to: [5, 4] },
  { kernel: [3, 2], strides: [2, 1], pads: [0, 2, 1, 0], dilations: [1, 3], to: [2, 7] },
  { kernel: [1, 1], strides: [3, 4], pads: [0, 0, 0, 0], dilations: [1, 1], to: [2, 2] },
];
const taps = ({ kernel }: { kernel: Pair }) =>
  Array.from({ length: kernel[0] * kernel[1] }, (_, i): Pair => [Math.floor(i / kernel[1]), i % kernel[1]]);

Deno.test("conv and depthwise add up taps times what they meet, padding as zeros", () => {
  const size: Size = [5, 8, 2];
  for (const { to, ...sliding } of slidings) {
    const { strides: [down, right], pads: [top, left], dilations: [tall, wide], kernel } = sliding;
    const many = kernel[0] * kernel[1];
    for (const bias of [true, false]) {
      const own = weights({ weight: 3 * 2 * many, ...(bias ? { bias: 3 } : {}) });
      const { data: w } = own["layer1.weight"], b = own["layer1.bias"]?.data;
      const conv = run({ op: "conv", ...sliding, filters: 3, bias }, [size], own);
      check(conv, [...to, 3], (r, c, f) => {
        let sum = Number(b?.[f] ?? 0);
        for (const [i, [p, q]] of taps(sliding).entries()) {
          for (const k of [0, 1]) {
            const met = conv.at[0](r * down - top + p * tall, c * right - left + q * wide, k);
            if (!Number.isNaN(met)) sum += Number(w[(f * 2 + k) * many + i]) * met;
          }
        }
        return sum;
      });
      const deep = weights({ weight: 6 * many, ...(bias ? { bias: 6 } : {}) });
      const { data: v } = deep["layer1.weight"], d = deep["layer1.bias"]?.data;
      const depthwise = run({ op: "depthwise", ...sliding, multiplier: 3, bias }, [size], deep);
      check(depthwise, [...to, 6], (r, c, f) => {
        let sum = Number(d?.[f] ?? 0);
        for (const [i, [p, q]] of taps(sliding).entries()) {
          const met = depthwise.at[0](
            r * down - top + p * tall,
            c * right - left + q * wide,
            Math.floor(f / 3),
          );
          if (!Number.isNaN(met)) sum += Number(v[f * many + i]) * met;
        }
        return sum;
      });
    }
  }
});

Deno.test("poolings take the largest, or the mean without padding, of what their kernel meets", () => {
  const size: Size = [5, 8, 2];
  for (const { to: _, dilations: _d, ...wide } of slidings) {
    // A kernel that meets padding only has nothing to pool.
    const sliding = { ...wide, pads: wide.pads.map((n) => Math.min(n, 1)) as Sides };
    const { strides: [down, right], pads: [top, left, bottom, end], kernel } = sliding;
    const to: Size = [
      Math.floor((5 + top + bottom - kernel[0]) / down) + 1,
      Math.floor((8 + left + end - kernel[1]) / right) + 1,
      2,
    ];
    const met = (at: At, r: number, c: number, k: number) =>
      taps(sliding).map(([p, q]) => at(r * down - top + p, c * right - left + q, k)).filter((x) =>
        !Number.isNaN(x)
      );
    const most = run({ op: "maxPool", ...sliding }, [size]);
    check(most, to, (r, c, k) => Math.max(...met(most.at[0], r, c, k)));
    const mean = run({ op: "averagePool", ...sliding }, [size]);
    check(
      mean,
      to,
      (r, c, k) => met(mean.at[0], r, c, k).reduce((sum, x, _, all) => sum + x / all.length, 0),
    );
  }
  const whole = Array.from({ length: 40 }, (_, i): Pair => [Math.floor(i / 8), i % 8]);
  const most = run({ op: "globalMax" }, [size]);
  check(most, [1, 1, 2], (_, __, k) => Math.max(...whole.map(([r, c]) => most.at[0](r, c, k))));
  const mean = run({ op: "globalAverage" }, [size]);
  check(mean, [1, 1, 2], (_, __, k) => whole.reduce((sum, [r, c]) => sum + mean.at[0](r, c, k) / 40, 0));
});

Deno.test("dense and the norms work on the channels of each place", () => {
  const size: Size = [2, 3, 4];
  const sum = (n: number, of: (i: number) => number) =>
    Array.from({ length: n }, (_, i) => of(i)).reduce((a, b) => a + b);
  for (const on of [true, false]) {
    const own = weights({ weight: 5 * 4, ...(on ? { bias: 5 } : {}) });
    const w = own["layer1.weight"].data, b = own["layer1.bias"]?.data;
    const dense = run({ op: "dense", units: 5, bias: on }, [size], own);
    check(
      dense,
      [2, 3, 5],
      (r, c, u) => Number(b?.[u] ?? 0) + sum(4, (k) => Number(w[u * 4 + k]) * dense.at[0](r, c, k)),
    );
    const parts = weights({ mean: 4, variance: 4, ...(on ? { gamma: 4, beta: 4 } : {}) });
    parts["layer1.variance"].data = Float32Array.of(0.5, 1, 2, 4);
    const of = (part: string, k: number, other: number) => Number(parts[`layer1.${part}`]?.data[k] ?? other);
    const batch = run({ op: "batchNorm", epsilon: 0.1, scale: on, center: on }, [size], parts);
    check(
      batch,
      size,
      (r, c, k) =>
        (batch.at[0](r, c, k) - of("mean", k, 0)) / Math.sqrt(of("variance", k, 0) + 0.1) *
          of("gamma", k, 1) + of("beta", k, 0),
    );
    const norm = run({ op: "layerNorm", epsilon: 0.2, scale: on, center: on }, [size], parts);
    check(norm, size, (r, c, k) => {
      const mean = sum(4, (i) => norm.at[0](r, c, i)) / 4;
      const variance = sum(4, (i) => (norm.at[0](r, c, i) - mean) ** 2) / 4;
      return (norm.at[0](r, c, k) - mean) / Math.sqrt(variance + 0.2) * of("gamma", k, 1) + of("beta", k, 0);
    });
  }
});

Deno.test("what only moves numbers puts each where it belongs", () => {
  const size: Size = [2, 3, 4];
  for (const order of [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]] as [number, number, number][]) {
    const moved = run({ op: "permute", order }, [size]);
    check(moved, order.map((axis) => size[axis]) as Size, (...place) => {
      const at = [0, 0, 0];
      order.forEach((axis, i) => at[axis] = place[i]);
      return moved.at[0](at[0], at[1], at[2]);
    });
  }
  const flat = run({ op: "reshape", shape: [1, 4, 6] }, [size]);
  check(flat, [1, 4, 6], (_, c, k) => {
    const i = c * 6 + k;
    return flat.at[0](Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4);
  });
  for (const axis of [0, 1, 2] as const) {
    const sizes = [1, 3, 2].map((n) => size.with(axis, n) as Size);
    const joined = run({ op: "concat", axis }, sizes);
    check(joined, size.with(axis, 6) as Size, (...place) => {
      const which = place[axis] < 1 ? 0 : place[axis] < 4 ? 1 : 2;
      const [r, c, k] = place.with(axis, place[axis] - [0, 1, 4][which]);
      return joined.at[which](r, c, k);
    });
  }
  const padded = run({ op: "pad", pads: [1, 2, 3, 0] }, [size]);
  check(padded, [6, 5, 4], (r, c, k) => padded.at[0](r - 1, c - 2, k) || 0);
  const cropped = run({ op: "crop", pads: [1, 0, 0, 2] }, [size]);
  check(cropped, [1, 1, 4], (r, c, k) => cropped.at[0](r + 1, c, k));
  const right = run({ op: "crop", pads: [0, 1, 1, 0] }, [size]);
  check(right, [1, 2, 4], (r, c, k) => right.at[0](r, c + 1, k));
  const shares = run({ op: "activation", kind: "softmax", alpha: 0 }, [size]);
  check(shares, size, (r, c, k) => {
    const row = [0, 1, 2, 3].map((i) => Math.exp(shares.at[0](r, c, i)));
    return row[k] / row.reduce((a, b) => a + b);
  });
  const same = run({ op: "dropout", rate: 0.5, shared: false }, [size]);
  check(same, size, same.at[0]);
});

Deno.test("add and multiply repeat an axis of one", () => {
  const sizes: Size[] = [[2, 3, 4], [1, 3, 1], [2, 1, 4], [1, 1, 1]];
  const each = (at: At[], r: number, c: number, k: number) =>
    at.map((of, i) => of(sizes[i][0] === 1 ? 0 : r, sizes[i][1] === 1 ? 0 : c, sizes[i][2] === 1 ? 0 : k));
  const added = run({ op: "add" }, sizes);
  check(added, [2, 3, 4], (r, c, k) => each(added.at, r, c, k).reduce((a, b) => a + b));
  const times = run({ op: "multiply" }, sizes);
  check(times, [2, 3, 4], (r, c, k) => each(times.at, r, c, k).reduce((a, b) => a * b));
});

Deno.test("a window [channels, sensors, time] becomes a sequence sensor by sensor, or a grid", () => {
  const [channels, sensors, length] = window;
  const x = numbers(channels * sensors * length);
  const of = (c: number, s: number, t: number) => x[(c * sensors + s) * length + t];
  for (const layout of ["time", "grid"] as const) {
    const graph: GraphLayer[] = [
      { op: "input", layout, name: "in", inputs: [] },
      { op: "permute", order: [0, 1, 2], name: "same", inputs: [0] },
    ];
    const y = runGraph(new PlainOps({}, window), graph, window, x);
    const to: Size = layout === "time" ? [1, length, sensors * channels] : [sensors, length, channels];
    check(
      { y, to },
      to,
      (r, c, k) => layout === "time" ? of(k % channels, Math.floor(k / channels), c) : of(k, r, c),
    );
  }
});

Deno.test("layerSize() refuses what cannot be done, naming the layer and the sizes", () => {
  const size = (op: Op, ...from: Size[]) =>
    layerSize({ ...op, name: "it", inputs: [0] } as GraphLayer, from, window);
  const sliding = { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] } as const;
  assert.throws(
    () => size({ op: "maxPool", ...sliding } as never, [1, 5, 2]),
    /layer it leaves nothing of \[5, 2\]/,
  );
  assert.deepEqual(size({ op: "maxPool", ...sliding } as never, [2, 2, 3]), [1, 1, 3]);
  assert.throws(() => size({ op: "reshape", shape: [1, 2, 3] }, [1, 1, 5]), /cannot make \[2, 3\] of \[5\]/);
  assert.throws(() => size({ op: "reshape", shape: [1, 1, 1] }, [1, 1, 5]), /cannot make \[1\] of \[5\]/);
  assert.throws(() => size({ op: "add" }, [1, 3, 4], [1, 2, 4]), /cannot combine \[3, 4\] and \[2, 4\]/);
  assert.throws(
    () => size({ op: "add" }, [2, 3, 4], [3, 3, 4]),
    /cannot combine \[2, 3, 4\] and \[3, 3, 4\]/,
  );
  assert.deepEqual(size({ op: "add" }, [1, 3, 4], [5, 1, 4]), [5, 3, 4]);
  assert.throws(
    () => size({ op: "concat", axis: 2 }, [1, 3, 4], [1, 2, 4]),
    /cannot join \[3, 4\] and \[2, 4\]/,
  );
  assert.throws(() => size({ op: "crop", pads: [0, 2, 0, 1] }, [1, 3, 4]), /leaves nothing of \[3, 4\]/);
  const gru = { op: "gru", units: 5, bias: true, backwards: false, gate: "sigmoid" } as const;
  assert.throws(() => size({ ...gru, sequences: true }, [2, 3, 4]), /takes a sequence, not \[2, 3, 4\]/);
  assert.deepEqual([
    size({ ...gru, sequences: true }, [1, 3, 4]),
    size({ ...gru, sequences: false }, [1, 3, 4]),
  ], [
    [1, 3, 5],
    [1, 1, 5],
  ]);
});

Deno.test("samePads() keeps ⌈size/stride⌉ places, with the odd rest at the end", () => {
  for (const size of [1, 4, 7, 10]) {
    for (const kernel of [1, 2, 3, 5]) {
      for (const stride of [1, 2, 3]) {
        for (const dilation of [1, 2]) {
          const [top, left, bottom, right] = samePads([size, 9, 1], [kernel, 1], [stride, 1], [dilation, 1]);
          const [up, before, down, after] = samePads([9, size, 1], [1, kernel], [1, stride], [1, dilation]);
          assert.deepEqual([left, right, up, down], [0, 0, 0, 0]);
          assert.deepEqual([before, after], [top, bottom]);
          assert.ok(bottom - top === 0 || bottom - top === 1);
          const reach = dilation * (kernel - 1) + 1, places = Math.ceil(size / stride);
          // Just enough for the last place, and no more than that.
          const missing = (places - 1) * stride + reach - size;
          assert.equal(top + bottom, missing < 0 ? 0 : missing);
        }
      }
    }
  }
});

Deno.test("GRU and LSTM are their equations, forth and back, the last state or all", () => {
  const [steps, channels, n] = [4, 3, 2];
  const sigma = (x: number) => 1 / (1 + Math.exp(-x));
  const hard = (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5));
  for (const op of ["gru", "lstm"] as const) {
    for (
      const [sequences, backwards, bias] of [[true, false, true], [false, true, false], [true, true, true]]
    ) {
      for (const gate of ["sigmoid", "hardSigmoid"] as const) {
        const gates = op === "gru" ? 3 : 4;
        const own = weights({
          kernel: gates * n * channels,
          recurrent: gates * n * n,
          ...(bias ? { bias: gates * n } : {}),
        });
        const [w, u, b] = ["kernel", "recurrent", "bias"].map((part) => own[`layer1.${part}`]?.data);
        const found = run({ op, units: n, bias, sequences, backwards, gate }, [[1, steps, channels]], own);
        const g = gate === "sigmoid" ? sigma : hard;
        let h = new Array<number>(n).fill(0), cell = new Array<number>(n).fill(0);
        const all: number[][] = [];
        for (let k = 0; k < steps; k++) {
          const t = backwards ? steps - 1 - k : k;
          const vector = (i: number, state: number[]) =>
            h.map((_, j) => {
              const row = i * n + j;
              let sum = Number(b?.[row] ?? 0);
              for (let c = 0; c < channels; c++) sum += Number(w[row * channels + c]) * found.at[0](0, t, c);
              for (let q = 0; q < n; q++) sum += Number(u[row * n + q]) * state[q];
              return sum;
            });
          if (op === "gru") {
            const z = vector(0, h).map(g), r = vector(1, h).map(g);
            const fresh = vector(2, h.map((x, j) => x * r[j])).map(Math.tanh);
            h = h.map((x, j) => z[j] * x + (1 - z[j]) * fresh[j]);
          } else {
            const [i, f, o] = [0, 1, 3].map((part) => vector(part, h).map(g)),
              c = vector(2, h).map(Math.tanh);
            cell = cell.map((x, j) => f[j] * x + i[j] * c[j]);
            h = cell.map((x, j) => o[j] * Math.tanh(x));
          }
          all.push(h);
        }
        check(found, [1, sequences ? steps : 1, n], (_, c, k) => sequences ? all[c][k] : h[k]);
      }
    }
  }
});
