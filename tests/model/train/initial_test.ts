import assert from "node:assert/strict";
import { defaultArchitecture, initialParameter } from "../../../lib/model/train/initial.ts";
import { Random } from "../../../lib/random.ts";

const a = defaultArchitecture([6, 2, 40], 4, [8, 6, 5]);
const deviation = (name: string, shape: number[]) => {
  const values = initialParameter(a, name, shape, new Random(1));
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
};

Deno.test("initialParameter() is He-normal before a ReLU and Glorot-normal otherwise, with ones for γ and zeros for biases", () => {
  const shape = [50, 400];
  for (
    const [name, expected] of [
      ["block0.weight", Math.sqrt(2 / 50)],
      ["neck0.weight", Math.sqrt(2 / 50)],
      ["head0.weight", Math.sqrt(2 / 50)],
      ["head1.weight", Math.sqrt(2 / 450)],
      ["projection.weight", Math.sqrt(2 / 450)],
      ["auxiliary.weight", Math.sqrt(2 / 450)],
    ] as const
  ) {
    // 20 000 draws: the deviation is known to 0.5 %.
    assert.ok(Math.abs(deviation(name, shape) / expected - 1) < 0.02, name);
  }
  assert.deepEqual([...initialParameter(a, "block0.bn.gamma", [3], new Random(1))], [1, 1, 1]);
  assert.deepEqual([...initialParameter(a, "block0.bn.beta", [3], new Random(1))], [0, 0, 0]);
});

Deno.test("defaultArchitecture() pools by two where four steps are left, and joins the sensors in its last block", () => {
  assert.deepEqual(a.blocks, [
    { channels: 32, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [2, 5], pool: 1 },
  ]);
  const pools = (length: number) =>
    defaultArchitecture([6, 1, length], 4, null).blocks.map(({ pool }) => pool);
  assert.deepEqual([pools(7), pools(8), pools(15), pools(16)], [[1, 1, 1], [2, 1, 1], [2, 1, 1], [2, 2, 1]]);
  assert.deepEqual([a.pooling, a.neck, a.head, a.latent, a.segments], [
    ["mean", "max"],
    [40],
    [64],
    3,
    undefined,
  ]);
});

Deno.test("defaultArchitecture() takes what it is given instead", () => {
  const own = defaultArchitecture([6, 1, 40], 4, null, {
    latent: 5,
    pooling: ["std"],
    head: [],
    widths: [7, 9],
    kernel: 3,
    pools: [4, 2],
    neck: [],
    segments: 2,
  });
  assert.deepEqual(own, {
    input: [6, 1, 40],
    blocks: [{ channels: 7, kernel: [1, 3], pool: 4 }, { channels: 9, kernel: [1, 3], pool: 2 }],
    pooling: ["std"],
    levels: null,
    latent: 5,
    head: [],
    classes: 4,
    segments: 2,
  });
  assert.equal(defaultArchitecture([6, 1, 40], 4, null).latent, 3);
  assert.equal(defaultArchitecture([6, 1, 40], 4, null, { segments: 1 }).segments, undefined);
  assert.throws(() => defaultArchitecture([6, 1, 40], 4, null, { kernel: 4 }), /use an odd one/);
});
