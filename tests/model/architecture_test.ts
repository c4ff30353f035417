import assert from "node:assert/strict";
import type { Architecture } from "../../lib/artifacts/model.ts";
import {
  countParameters,
  cutShape,
  headWidths,
  mapsShape,
  peakActivations,
  shapesOf,
  weightShapes,
} from "../../lib/model/architecture.ts";
import { defaultArchitecture } from "../../lib/model/train/initial.ts";

const guide: Architecture = {
  input: [9, 2, 100],
  blocks: [32, 64, 128].map((channels) => ({ channels, kernel: [1, 5], pool: 1 })),
  pooling: ["mean"],
  levels: [8, 6, 5, 5, 4],
  latent: 5,
  head: [256],
  classes: 10,
};

Deno.test("T076 T214 T261 countParameters() gives 58 063 for the guide's model", () => {
  assert.equal(countParameters(guide), 58_063);
});

Deno.test("T201 T213 T230 T264 the projection costs 645 parameters and the quantiser none", () => {
  const shapes = weightShapes(guide);
  assert.deepEqual([shapes["projection.weight"], shapes["projection.bias"]], [[5, 128], [5]]);
  assert.equal(Object.keys(shapes).filter((name) => /fsq|quant/.test(name)).length, 0);
});

Deno.test("shapesOf() follows sensors and time through pooling and fusion", () => {
  const shapes = shapesOf(defaultArchitecture([9, 2, 101], 5, [4, 4, 4]));
  assert.deepEqual(shapes.lengths, [101, 50, 25, 25]);
  assert.deepEqual(shapes.sensors, [2, 2, 2, 1]);
  assert.equal(shapes.features, 128);
});

Deno.test("T073 defaultArchitecture() fits any channels, sensors and length within 60 000 parameters", () => {
  for (
    const input of [[6, 1, 128], [9, 2, 100], [3, 3, 20], [6, 2, 1000], [3, 1, 5]] as [
      number,
      number,
      number,
    ][]
  ) {
    const a = defaultArchitecture(input, 12, [8, 6, 5]);
    assert.ok(shapesOf(a).lengths.every((t) => t >= 1));
    if (input[1] <= 2) assert.ok(countParameters(a) <= 60_000, `${input}: ${countParameters(a)}`);
  }
});

Deno.test("shapesOf() names the block that does not fit", () => {
  const bad = (block: Architecture["blocks"][number]) => () => shapesOf({ ...guide, blocks: [block] });
  assert.throws(bad({ channels: 4, kernel: [1, 4], pool: 1 }), /block 1 has kernel width 4, use an odd one/);
  assert.throws(bad({ channels: 4, kernel: [3, 5], pool: 1 }), /block 1 has kernel height 3, use 1 or .* 2/);
  assert.throws(bad({ channels: 4, kernel: [1, 5], pool: 101 }), /block 1 pools 100 time steps by 101/);
  assert.throws(() => shapesOf({ ...guide, latent: 3 }), /5 levels for 3 latent dimensions/);
});

Deno.test("a pool may take all steps that are left, and a third step is pooled by two", () => {
  const pooled = (pool: number) =>
    shapesOf({ ...guide, blocks: [{ channels: 4, kernel: [1, 5], pool }] }).lengths;
  assert.deepEqual([pooled(100), pooled(51), pooled(50)], [[100, 1], [100, 1], [100, 2]]);
});

Deno.test("shapesOf() refuses more segments than steps, segments of several sensors, and two quantisers", () => {
  const fused: Architecture = { ...guide, blocks: [{ channels: 4, kernel: [2, 5], pool: 50 }] };
  assert.equal(shapesOf({ ...fused, segments: 2 }).features, 8);
  assert.throws(() => shapesOf({ ...fused, segments: 3 }), /: 3 segments of 2 time steps$/);
  const unfused: Architecture = { ...guide, segments: 2 };
  assert.throws(() => shapesOf(unfused), /segments need one sensor after the last block, 2 are left$/);
  assert.equal(shapesOf({ ...unfused, segments: 1 }).features, 128);
  assert.throws(() => shapesOf({ ...guide, codebook: 8 }), /both levels and a learned codebook$/);
});

Deno.test("weightShapes() lists every weight in the order of the network", () => {
  const shapes = weightShapes({
    ...guide,
    blocks: [{ channels: 4, kernel: [1, 5], pool: 2 }, { channels: 6, kernel: [2, 3], pool: 1 }],
    pooling: ["mean", "max"],
    neck: [9, 7],
    levels: null,
    codebook: 16,
    latent: 3,
  });
  const norm = (i: number, n: number) =>
    ["gamma", "beta", "mean", "variance"].map((part) => [`block${i}.bn.${part}`, [n]]);
  assert.deepEqual(Object.entries(shapes), [
    ["block0.weight", [4, 9, 1, 5]],
    ["block0.bias", [4]],
    ...norm(0, 4),
    ["block1.weight", [6, 4, 2, 3]],
    ["block1.bias", [6]],
    ...norm(1, 6),
    ["neck0.weight", [9, 12]],
    ["neck0.bias", [9]],
    ["neck1.weight", [7, 9]],
    ["neck1.bias", [7]],
    ["projection.weight", [3, 7]],
    ["projection.bias", [3]],
    ["vq.codebook", [16, 3]],
    ["head0.weight", [256, 3]],
    ["head0.bias", [256]],
    ["head1.weight", [10, 256]],
    ["head1.bias", [10]],
  ]);
});

Deno.test("a network without classes has no head, whatever widths are written", () => {
  assert.deepEqual(headWidths(guide), [[5, 256], [256, 10]]);
  assert.deepEqual(headWidths({ ...guide, classes: 0 }), []);
});

Deno.test("peakActivations() takes the block whose input and unpooled output are largest, or the window", () => {
  const one = (channels: number, kernel: [number, number]): Architecture => ({
    ...guide,
    blocks: [{ channels, kernel, pool: 2 }, { channels: 2, kernel: [1, 3], pool: 1 }],
  });
  // 100 steps of 2 sensors with 9 channels, then 32 channels of both sensors or of one.
  assert.equal(peakActivations(one(32, [1, 5])), 100 * (2 * 9 + 2 * 32));
  assert.equal(peakActivations(one(32, [2, 5])), 100 * (2 * 9 + 32));
  assert.equal(peakActivations({ ...guide, blocks: [] }), 1800);
});

Deno.test("segments fit where so many time steps and one sensor are left", () => {
  const one: Architecture = {
    ...guide,
    input: [9, 2, 8],
    blocks: [{ channels: 4, kernel: [2, 3], pool: 2 }],
    pooling: ["mean", "max"],
  };
  assert.deepEqual([1, 2, 4].map((segments) => shapesOf({ ...one, segments }).features), [8, 16, 32]);
  assert.throws(() => shapesOf({ ...one, segments: 5 }), /5 segments of 4 time steps/);
  const two = { ...one, blocks: [{ channels: 4, kernel: [1, 3] as [number, number], pool: 2 }] };
  assert.equal(shapesOf({ ...two, segments: 1 }).features, 8);
  assert.throws(() => shapesOf({ ...two, segments: 2 }), /one sensor after the last block, 2 are left/);
  assert.throws(() => shapesOf({ ...one, codebook: 9 }), /both levels and a learned codebook/);
  assert.deepEqual(shapesOf(one), { sensors: [2, 1], lengths: [8, 4], channels: [9], features: 8 });
});

Deno.test("the device ends at the last maps or at the latent, and both have their sizes", () => {
  const deep: Architecture = {
    ...guide,
    blocks: [{ channels: 3, kernel: [1, 5], pool: 4 }, { channels: 7, kernel: [2, 3], pool: 5 }],
  };
  assert.deepEqual(mapsShape(deep), [7, 1, 5]);
  assert.deepEqual(mapsShape({ ...deep, blocks: deep.blocks.slice(0, 1) }), [3, 2, 25]);
  assert.deepEqual(cutShape({ ...deep, pooling: ["mean", "std"] }), [7, 1, 5]);
  assert.deepEqual(cutShape(deep), [5]);
});

Deno.test("peakActivations() of a graph counts what is still needed while each layer is computed", () => {
  const dense = (name: string, units: number, from: number) => ({
    ...{ op: "dense" as const, name, units, bias: true, inputs: [from] },
  });
  // 24 numbers come in; then 10, 20 beside the 10 that the sum needs, and their sum.
  const a: Architecture = {
    ...{ ...guide, input: [3, 1, 8], blocks: [], pooling: [], levels: null },
    graph: [
      { op: "input", name: "window", inputs: [], layout: "time" },
      { op: "reshape", name: "flat", inputs: [0], shape: [1, 1, 24] },
      dense("a", 10, 1),
      dense("b", 20, 2),
      dense("c", 10, 3),
      { op: "add", name: "sum", inputs: [2, 4] },
    ],
  };
  // The window and its flat form are the most.
  assert.equal(peakActivations(a), 48);
  const wide = {
    ...a,
    graph: a.graph!.map((layer) => layer.name === "b" ? { ...layer, units: 60 } as typeof layer : layer),
  };
  // While c is computed: a (10), b (60) and c (10).
  assert.equal(peakActivations(wide), 80);
  const shorter = { ...wide, graph: wide.graph.slice(0, 5) };
  // Without the sum nobody needs a any more.
  assert.equal(peakActivations(shorter), 70);
  assert.equal(shapesOf(a).features, 10);
});
