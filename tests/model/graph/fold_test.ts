import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer } from "../../../lib/artifacts/encoder_graph.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { peakActivations } from "../../../lib/model/architecture.ts";
import { type Folded, foldGraph } from "../../../lib/model/graph/fold.ts";
import { withoutTurning } from "../../../lib/model/graph/fold_input.ts";
import { graphWeights, normalizedNext, rectifiedNext } from "../../../lib/model/graph/graph_weights.ts";
import { PlainOps } from "../../../lib/model/graph/plain_ops.ts";
import { followers, onlyFollower, runGraph } from "../../../lib/model/graph/walk.ts";
import { Random } from "../../../lib/random.ts";

const window = [2, 3, 5] as const;
const rng = new Random(12);
const input = (layout: "time" | "grid"): GraphLayer => ({ op: "input", layout, name: "window", inputs: [] });
const sliding = { strides: [1, 1] as [number, number], dilations: [1, 1] as [number, number] };
const conv = (from: number, rows: number, bias: boolean): GraphLayer => ({
  op: "conv",
  name: "conv",
  inputs: [from],
  kernel: [rows, 3],
  pads: [0, 1, 0, 1],
  filters: 4,
  bias,
  ...sliding,
});
const norm = (from: number, scale = true, center = true): GraphLayer => ({
  op: "batchNorm",
  name: "norm",
  inputs: [from],
  epsilon: 0.01,
  scale,
  center,
});
const relu = (from: number): GraphLayer => ({
  op: "activation",
  name: "relu",
  inputs: [from],
  kind: "relu",
  alpha: 0,
});

function weightsOf(graph: EncoderGraph): Record<string, NpyArray> {
  return Object.fromEntries(
    Object.entries(graphWeights(graph, window)).map(([name, shape]) => [name, {
      data: Float32Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        () => name.endsWith("variance") ? 0.5 + rng.uniform() : rng.normal(),
      ),
      shape,
    }]),
  );
}
const run = ({ graph, weights }: Folded) => {
  const x = Float64Array.from({ length: 30 }, (_, i) => Math.sin(3 * i));
  return runGraph(new PlainOps(weights, window), graph, window, x);
};
function same(a: Folded, b: Folded): void {
  const [x, y] = [run(a), run(b)];
  assert.equal(x.length, y.length);
  x.forEach((value, i) =>
    assert.ok(Math.abs(value - y[i]) < 1e-5 * (1 + Math.abs(value)), `${i}: ${value} ${y[i]}`)
  );
}

Deno.test("foldGraph() gives the same numbers without normalisation or dropout behind a product", () => {
  const products: GraphLayer[] = [
    conv(0, 1, true),
    conv(0, 3, false),
    {
      op: "depthwise",
      name: "deep",
      inputs: [0],
      kernel: [1, 3],
      pads: [0, 1, 0, 1],
      multiplier: 2,
      bias: true,
      ...sliding,
    },
    { op: "dense", name: "dense", inputs: [0], units: 3, bias: false },
  ];
  for (const product of products) {
    for (const [scale, center] of [[true, true], [false, true], [true, false]]) {
      const graph: EncoderGraph = [
        input("grid"),
        product,
        { op: "dropout", name: "out", inputs: [1], rate: 0.5, shared: false },
        relu(2),
      ];
      const normal = [
        ...graph.slice(0, 2),
        norm(1, scale, center),
        { ...graph[2], inputs: [2] },
        relu(3),
      ] as EncoderGraph;
      const weights = weightsOf(normal);
      const given = structuredClone(weights);
      const folded = foldGraph(normal, weights);
      same({ graph: normal, weights }, folded);
      assert.deepEqual(weights, given);
      assert.deepEqual(folded.graph.map(({ op }) => op), [
        "input",
        product.op,
        "dropout",
        "dropout",
        "activation",
      ]);
      assert.deepEqual(folded.graph[4].inputs, [1]);
      assert.equal((folded.graph[1] as { bias: boolean }).bias, true);
      // What passes on counts as no follower.
      assert.deepEqual(followers(folded.graph, 1), [4]);
      const { name } = folded.graph[2];
      assert.deepEqual(folded.graph[2], { op: "dropout", name, inputs: [0], rate: 0, shared: false });
      // Weights are of the shapes that the folded layer asks for.
      for (const [weight, shape] of Object.entries(graphWeights(folded.graph, window))) {
        assert.deepEqual(folded.weights[weight].shape, shape, weight);
      }
    }
  }
});

Deno.test("foldGraph() leaves a normalisation that another layer sees past, and one at the end passes on", () => {
  const seen: EncoderGraph = [input("grid"), conv(0, 1, true), norm(1), {
    op: "add",
    name: "sum",
    inputs: [1, 2],
  }];
  const weights = weightsOf(seen);
  const kept = foldGraph(seen, weights);
  assert.deepEqual(kept.graph, seen);
  same({ graph: seen, weights }, kept);
  const last: EncoderGraph = [input("grid"), conv(0, 1, false), norm(1)];
  const own = weightsOf(last);
  same({ graph: last, weights: own }, foldGraph(last, own));
  const behind: EncoderGraph = [input("grid"), relu(0), norm(1), conv(2, 1, true)];
  const others = weightsOf(behind);
  assert.equal(foldGraph(behind, others).graph[2].op, "batchNorm");
});

Deno.test("withoutTurning() makes convolutions over sequences ones over all sensors, with the same numbers", () => {
  const graph: EncoderGraph = [input("time"), conv(0, 1, true), conv(0, 1, false), {
    op: "add",
    name: "sum",
    inputs: [1, 2],
  }];
  const weights = weightsOf(graph);
  const turned = withoutTurning({ graph, weights }, window);
  same({ graph, weights }, turned);
  assert.deepEqual(turned.graph[0], input("grid"));
  assert.deepEqual(
    [turned.graph[1], turned.graph[2]].map((layer) => (layer as { kernel: number[] }).kernel),
    [[3, 3], [3, 3]],
  );
  assert.deepEqual(turned.weights["layer1.weight"].shape, [4, 2, 3, 3]);
  // What folding has set aside takes nothing.
  const normal: EncoderGraph = [input("time"), conv(0, 1, true), norm(1), relu(2)];
  const before = { graph: normal, weights: weightsOf(normal) };
  const after = withoutTurning(foldGraph(normal, before.weights), window);
  assert.deepEqual(after.graph[0], input("grid"));
  same(before, after);
  for (
    const other of [
      [input("grid"), conv(0, 3, true)],
      [input("time"), conv(0, 1, true), relu(0), { op: "concat", name: "both", inputs: [1, 2], axis: 2 }],
    ] as EncoderGraph[]
  ) {
    const own = weightsOf(other);
    assert.deepEqual(withoutTurning({ graph: other, weights: own }, window), { graph: other, weights: own });
  }
});

Deno.test("what follows a layer decides its bias and its first weights, and how much is alive at once", () => {
  const graph: EncoderGraph = [
    input("grid"),
    conv(0, 1, true),
    norm(1),
    relu(2),
    { op: "dense", name: "dense", inputs: [3], units: 2, bias: true },
    { op: "activation", name: "tanh", inputs: [4], kind: "tanh", alpha: 0 },
    { op: "add", name: "sum", inputs: [5, 4] },
  ];
  const half: EncoderGraph = [input("grid"), conv(0, 1, true), norm(1), relu(1)];
  assert.equal(normalizedNext(half, 1), false);
  assert.deepEqual(graph.map((_, i) => normalizedNext(graph, i)), [
    false,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  assert.deepEqual(graph.map((_, i) => rectifiedNext(graph, i)), [
    false,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  assert.deepEqual(followers(graph, 4), [5, 6]);
  assert.equal(onlyFollower(graph, 1, "batchNorm"), graph[2]);
  assert.deepEqual([
    onlyFollower(graph, 4, "activation"),
    onlyFollower(graph, 1, "conv"),
    onlyFollower(graph, 6, "add"),
  ], [
    undefined,
    undefined,
    undefined,
  ]);
  // 60 numbers of the convolution beside 60 normalised ones; without those 30 of the window beside 60.
  const architecture = {
    input: [...window],
    blocks: [],
    pooling: [],
    levels: null,
    latent: 2,
    head: [],
    classes: 0,
  } as never;
  assert.equal(peakActivations({ ...(architecture as object), graph } as never), 120);
  assert.equal(
    peakActivations(
      { ...(architecture as object), graph: [...graph.slice(0, 2), { ...graph[4], inputs: [0] }] } as never,
    ),
    90,
  );
});
