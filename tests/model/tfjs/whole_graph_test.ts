import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer, Size } from "../../../lib/artifacts/encoder_graph.ts";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { weightShapes } from "../../../lib/model/architecture.ts";
import { bnEpsilon } from "../../../lib/model/forward.ts";
import { wholeGraph } from "../../../lib/model/tfjs/whole_graph.ts";

/** The layers of a network as text, inputs by position; and the names of the weights that each part has. */
function written(changes: Partial<Architecture>) {
  const architecture = {
    input: [2, 3, 8],
    blocks: [],
    pooling: [],
    levels: null,
    latent: 5,
    head: [],
    classes: 0,
    ...changes,
  } as Architecture;
  const given = Object.fromEntries(
    Object.entries(weightShapes(architecture)).map(([name, shape]) => [name, {
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    }]),
  );
  const whole = wholeGraph({ architecture, weights: given });
  const nameOf = (weight: unknown) => Object.keys(given).find((name) => given[name] === weight);
  return whole && {
    layers: whole.graph.map(({ op, name, inputs, ...rest }) => [op, name, inputs.join(), rest]),
    weights: Object.fromEntries(Object.entries(whole.weights).map(([name, w]) => [name, nameOf(w)])),
  };
}

const latent = (at: number) => ["dense", "latent", `${at}`, { units: 5, bias: true }];

Deno.test("blocks are convolution, normalisation, ReLU and, where they pool, a pooling", () => {
  const blocks = [
    { channels: 3, kernel: [1, 5] as [number, number], pool: 1 },
    { channels: 4, kernel: [3, 3] as [number, number], pool: 2 },
  ];
  const { layers, weights } = written({ blocks, pooling: ["max"] })!;
  const conv = (kernel: number[], side: number, filters: number) => ({
    kernel,
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, side, 0, side],
    filters,
    bias: true,
  });
  const relu = { kind: "relu", alpha: 0 };
  const pool = { kernel: [1, 2], strides: [1, 2], pads: [0, 0, 0, 0] };
  assert.deepEqual(layers.map((layer) => layer.slice(0, 3)), [
    ["input", "window", ""],
    ["conv", "block0", "0"],
    ["batchNorm", "block0_norm", "1"],
    ["activation", "block0_relu", "2"],
    ["conv", "block1", "3"],
    ["batchNorm", "block1_norm", "4"],
    ["activation", "block1_relu", "5"],
    ["maxPool", "block1_pool", "6"],
    ["globalMax", "max", "7"],
    ["dense", "latent", "8"],
  ]);
  assert.deepEqual([1, 3, 4, 7].map((at) => layers[at][3]), [
    conv([1, 5], 2, 3),
    relu,
    conv([3, 3], 1, 4),
    pool,
  ]);
  assert.deepEqual([layers[2][3], layers[9]], [
    { epsilon: bnEpsilon, scale: true, center: true },
    latent(8),
  ]);
  assert.deepEqual(weights, {
    "layer1.weight": "block0.weight",
    "layer1.bias": "block0.bias",
    ...Object.fromEntries(
      ["gamma", "beta", "mean", "variance"].flatMap((part) => [
        [`layer2.${part}`, `block0.bn.${part}`],
        [`layer5.${part}`, `block1.bn.${part}`],
      ]),
    ),
    "layer4.weight": "block1.weight",
    "layer4.bias": "block1.bias",
    "layer9.weight": "projection.weight",
    "layer9.bias": "projection.bias",
  });
});

Deno.test("several statistics are joined, those of segments are channel by channel", () => {
  const blocks = [{ channels: 3, kernel: [3, 3] as [number, number], pool: 1 }];
  const end = (changes: Partial<Architecture>) => written({ blocks, ...changes })!.layers.slice(4);
  assert.deepEqual(end({ pooling: ["mean", "max"] }), [
    ["globalAverage", "mean", "3", {}],
    ["globalMax", "max", "3", {}],
    ["concat", "features", "4,5", { axis: 2 }],
    latent(6),
  ]);
  // Two halves of eight samples.
  const half = { kernel: [1, 4], strides: [1, 4], pads: [0, 0, 0, 0] };
  assert.deepEqual(end({ pooling: ["mean"], segments: 2 }), [
    ["averagePool", "mean", "3", half],
    ["permute", "mean_by_channel", "4", { order: [0, 2, 1] }],
    ["reshape", "mean_flat", "5", { shape: [1, 1, 6] }],
    latent(6),
  ]);
  assert.deepEqual(end({ pooling: ["max"], segments: 2 })[0], ["maxPool", "max", "3", half]);
  assert.deepEqual(end({ pooling: ["mean"], neck: [7] }).slice(1), [
    ["dense", "neck0", "4", { units: 7, bias: true }],
    ["activation", "neck0_relu", "5", { kind: "relu", alpha: 0 }],
    latent(6),
  ]);
  assert.equal(written({ blocks, pooling: ["mean", "std"] }), undefined);
});

Deno.test("recorded layers stay as they are, and more than one place is one row for the projection", () => {
  const recorded = (size: Size) => {
    const graph: EncoderGraph = [
      { op: "input", name: "window", inputs: [], layout: "grid" },
      { op: "reshape", name: "own", inputs: [0], shape: size } as GraphLayer,
    ];
    return written({ graph })!.layers.slice(1);
  };
  const own = (size: Size) => ["reshape", "own", "0", { shape: size }];
  assert.deepEqual(recorded([1, 1, 48]), [own([1, 1, 48]), latent(1)]);
  for (const size of [[1, 6, 8], [6, 1, 8], [2, 3, 8]] as Size[]) {
    assert.deepEqual(recorded(size), [
      own(size),
      ["reshape", "features", "1", { shape: [1, 1, 48] }],
      latent(2),
    ]);
  }
});
