import assert from "node:assert/strict";
import type { Architecture } from "../../lib/artifacts/model.ts";
import {
  countParameters,
  headWidths,
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
