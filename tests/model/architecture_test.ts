import assert from "node:assert/strict";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { countParameters, shapesOf, weightShapes } from "../../lib/model/architecture.ts";
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
