import assert from "node:assert/strict";
import { trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { nearestCodes } from "../../../lib/fsq/nearest.ts";
import { kMeansPlusPlus } from "../../../lib/model/train/vq_initial.ts";
import { VqEma } from "../../../lib/model/train/vq_ema.ts";
import { perplexity } from "../../../lib/fsq/statistics.ts";
import { openSession, type RuntimeTensor } from "../../../lib/onnx/runtime.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { Random } from "../../../lib/random.ts";
import { sampleArchitecture, sampleModel } from "../sample_model.ts";

const start = [0, 0, 1, 0, 0, 1, 5, 5];
const points = [0.1, 0, 0.2, 0.1, 0.9, 0.1, 1.1, -0.1, 0.1, 0.9, 0, 1.2, 0, 0.1, 0.8, 0];
const assigned = [0, 0, 1, 1, 2, 2, 0, 1];

function toy(): VqEma {
  const vq = new VqEma(4, 2);
  vq.load(start);
  return vq;
}

function near(actual: ArrayLike<number>, expected: number[], tolerance = 1e-7): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((x, i) =>
    assert.ok(Math.abs(actual[i] - x) <= tolerance, `${i}: ${actual[i]} is not ${x}`)
  );
}

Deno.test("T242 VqEma.update() gives the reference codebook on the toy batch", () => {
  const vq = toy();
  assert.deepEqual([...nearestCodes(points, vq.codebook, 2)], assigned);
  vq.update(points, assigned);
  near(vq.counts, [1.02, 1.02, 1.01, 0.99], 1e-12);
  const expected = [0.00294118, 0.00196078, 0.99803931, 0, 0.0009901, 1.0009901, 4.999999, 4.999999];
  near(vq.codebook, expected, 5e-7);
  assert.equal(perplexity([3, 3, 2, 0]).toFixed(10), "2.9511517859");
});

Deno.test("T280 VqEma.initialize() with stale sums collapses the codebook at its first update, and without does not", () => {
  // Each of the four vectors is a cluster of its own, so that k-means finds exactly them.
  const wrong = new VqEma(4, 2), right = new VqEma(4, 2);
  wrong.initialize(start, 8, new Random(1), "stale-sums");
  right.initialize(start, 8, new Random(1));
  const order = (vq: VqEma) => [...nearestCodes(start, vq.codebook, 2)];
  const [w, r] = [order(wrong), order(right)];
  wrong.update(points, assigned.map((k) => w[k]));
  right.update(points, assigned.map((k) => r[k]));
  const rows = (vq: VqEma, by: number[]) => by.flatMap((k) => [...vq.codebook.subarray(2 * k, 2 * k + 2)]);
  // The guide's numbers: a hundredth of every vector is left, the unused one is zero.
  near(rows(wrong, w), [0.00294, 0.00196, 0.02745, 0, 0.00099, 0.02079, 0, 0], 5e-6);
  const moved = rows(right, r).map((x, i) => Math.abs(x - start[i]));
  assert.ok(moved.every((x) => x <= 0.01), `moved by ${moved}`);
});

Deno.test("T310 VqEma.initialize() starts from fewer latents than codes", () => {
  const vq = new VqEma(6, 2);
  vq.initialize([0, 0, 1, 1], 4, new Random(2));
  assert.ok(vq.codebook.every((x) => x === 0 || x === 1));
});

Deno.test("VqEma.restart() moves dead codes for good; keeping the averages undoes it at the next update", () => {
  const move = (fault?: "keep-state") => {
    const vq = toy();
    for (let i = 0; i < 400; i++) vq.update(points, assigned);
    assert.deepEqual(vq.dead(), [3]);
    assert.deepEqual(vq.restart(points, new Random(4), fault), [3]);
    const moved = vq.codebook.slice(6);
    assert.ok(Math.hypot(moved[0], moved[1]) < 2);
    vq.update(points, assigned);
    return Math.hypot(vq.codebook[6] - moved[0], vq.codebook[7] - moved[1]);
  };
  assert.ok(move() < 0.02);
  assert.ok(move("keep-state") > 3, "the old sums put the vector back to (5, 5)");
});

Deno.test("T311 VqEma.restart() at an absolute share calls every code of an even codebook of 512 dead", () => {
  const vq = new VqEma(512, 1);
  vq.load(Float32Array.from({ length: 512 }, (_, k) => k));
  assert.deepEqual(vq.restart([1, 2], new Random(1)), []);
  assert.equal(vq.restart([1, 2], new Random(1), "absolute-threshold").length, 512);
});

Deno.test("T308 the exported encoder takes the nearest vector of the codebook, as the plain network does", async () => {
  const model = sampleModel({ levels: null, codebook: 9 });
  const rng = new Random(8);
  const window = Float32Array.from({ length: 6 * 2 * 40 }, () => rng.normal());
  const session = await openSession(model.onnx);
  const out = await session.run({ window: { data: window, shape: [1, 6, 2, 40] } });
  const plain = referenceForward(model, window);
  near(out.latent.data as Float32Array, [...plain.latent.data], 1e-5);
  near(out.logits.data as Float32Array, [...plain.logits!.data], 1e-5);
  await session.release();
});

Deno.test("T304 T323 trainingGraph() commits latents to the codebook and passes gradients straight through it", async () => {
  const batch = 6;
  const architecture = { ...sampleArchitecture, levels: null, codebook: 9 };
  const rng = new Random(6);
  const normal = (n: number) => Float32Array.from({ length: n }, () => 0.3 * rng.normal());
  const base = { batch, dropout: false, auxiliary: 0, spread: 0 };
  const feeds: Record<string, RuntimeTensor> = {
    window: { data: normal(batch * 480), shape: [batch, 6, 2, 40] },
    target: { data: new Float32Array(batch * 4), shape: [batch, 4] },
    "vq.codebook": { data: normal(27), shape: [9, 3] },
  };
  const graph = trainingGraph(architecture, { ...base, commitment: 0.25 });
  for (const [name, shape] of Object.entries(graph.parameters)) {
    feeds[name] = { data: normal(shape.reduce((a, b) => a * b, 1)), shape };
  }
  const session = await openSession(graph.onnx);
  const run = async (weight: number, labelled: boolean, nudge = 0) => {
    const target = new Float32Array(batch * 4);
    if (labelled) { for (let i = 0; i < batch; i++) target[4 * i + i % 4] = 1 / batch; }
    const bias = (feeds["projection.bias"].data as Float32Array).slice();
    bias[1] += nudge;
    return await session.run({
      ...feeds,
      target: { data: target, shape: [batch, 4] },
      "projection.bias": { data: bias, shape: [3] },
      "vq.weight": { data: Float32Array.of(weight), shape: [] },
    });
  };
  // Commitment alone: β · mean of (z − e)², whose slope by the bias of a dimension is that of its finite difference.
  const [up, here, down] = [await run(1, false, 1e-3), await run(1, false), await run(1, false, -1e-3)];
  const z = here["vq.latent"].data as Float32Array;
  const codebook = feeds["vq.codebook"].data as Float32Array;
  const codes = Array.from(here["vq.codes"].data as BigInt64Array, Number);
  assert.deepEqual(codes, [...nearestCodes(z, codebook, 3)]);
  const loss = z.reduce((sum, x, i) => sum + (x - codebook[3 * codes[Math.floor(i / 3)] + i % 3]) ** 2, 0) /
    z.length;
  near([Number(here.loss.data[0])], [0.25 * loss], 1e-6);
  const slope = (Number(up.loss.data[0]) - Number(down.loss.data[0])) / 2e-3;
  near([Number(here["grad.projection.bias"].data[1])], [slope], 1e-3 * Math.abs(slope) + 1e-6);
  // Classification alone: dL/dz equals dL/dz_q, which is what the head passes down.
  const classified = await run(0, true);
  const parameters = Object.keys(graph.parameters).filter((name) => name.startsWith("head"));
  assert.ok(parameters.length > 0);
  const sum = [0, 0, 0];
  const w0 = feeds["head0.weight"].data as Float32Array,
    gb0 = classified["grad.head0.bias"].data as Float32Array;
  // The bias gradient of the first layer is the column sum of its input gradient before the weights.
  for (let j = 0; j < 3; j++) for (let o = 0; o < 16; o++) sum[j] += w0[j * 16 + o] * gb0[o];
  near(classified["grad.projection.bias"].data as Float32Array, sum, 1e-6);
  await session.release();
});

Deno.test("kMeansPlusPlus() seeds by squared distance, so that a lone far latent gets a code of its own", () => {
  const z = Float64Array.from({ length: 200 }, (_, i) => (i === 140 ? 100 : i % 4 === 0 ? 1 : 0));
  for (let seed = 0; seed < 8; seed++) {
    const { centers, counts } = kMeansPlusPlus(z, 2, 1, new Random(seed));
    assert.deepEqual([...centers].map((c) => Math.round(c)).sort((a, b) => a - b), [0, 100]);
    assert.deepEqual([...counts].sort((a, b) => a - b), [1, 199]);
  }
});

Deno.test("kMeansPlusPlus() moves its centers to the means of their latents", () => {
  const rng = new Random(4);
  const z = Float64Array.from({ length: 300 }, (_, i) => 10 * (i % 3) + rng.between(-1, 1));
  const { centers, counts } = kMeansPlusPlus(z, 3, 1, new Random(1));
  assert.deepEqual(counts, [100, 100, 100]);
  const means = [0, 1, 2].map((g) => z.filter((_, i) => i % 3 === g).reduce((a, b) => a + b) / 100);
  [...centers].sort((a, b) => a - b).forEach((c, g) =>
    assert.ok(Math.abs(c - means[g]) < 1e-5, `${c} ${means[g]}`)
  );
  assert.throws(() => kMeansPlusPlus([], 2, 1, new Random(1)), /there are no latents/);
});

Deno.test("VqEma.update() follows the moving averages of counts and sums over many batches", () => {
  const rng = new Random(3), size = 5, d = 3, decay = 0.8;
  const vq = new VqEma(size, d, { decay, deadShare: 0.3 });
  const begin = Array.from({ length: size * d }, () => rng.normal());
  vq.load(begin);
  const counts = new Array<number>(size).fill(1), sums = [...begin];
  for (let batch = 0; batch < 12; batch++) {
    const z = Array.from({ length: 7 * d }, () => rng.normal()),
      codes = Array.from({ length: 7 }, () => rng.below(4));
    vq.update(z, codes);
    const total = Array.from({ length: size }, (_, k) => {
      const own = codes.flatMap((code, i) => code === k ? [i] : []);
      counts[k] = decay * counts[k] + (1 - decay) * own.length;
      for (let j = 0; j < d; j++) {
        sums[k * d + j] = decay * sums[k * d + j] +
          (1 - decay) * own.reduce((sum, i) => sum + z[i * d + j], 0);
      }
      return counts[k];
    }).reduce((a, b) => a + b);
    // Laplace smoothing of the counts, their total kept.
    near(
      vq.codebook,
      sums.map((sum, q) => sum * (total + size * 1e-5) / (counts[Math.floor(q / d)] + 1e-5) / total),
      1e-6,
    );
    near(vq.counts, counts, 1e-9);
    const even = total / size;
    assert.deepEqual(vq.dead(), [...counts.keys()].filter((k) => counts[k] < 0.3 * even));
  }
  assert.deepEqual(vq.dead(), [4]);
});

Deno.test("VqEma.initialize() counts latents a batch, one at least for each code", () => {
  const vq = new VqEma(3, 1);
  // Nine latents at 0, three at 10: the third code finds none of its own.
  vq.initialize([0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10, 10], 4, new Random(1));
  const own = [...vq.codebook].map((at, k) => [at, vq.counts[k], vq.sums[k]]).sort((a, b) =>
    a[0] - b[0] || b[1] - a[1]
  );
  assert.deepEqual([own[0], own.at(-1)], [[0, 3, 0], own[2][1] === 1 ? [10, 1, 10] : [10, 1 / 3, 10 / 3]]);
  for (const [at, count, sum] of own) assert.ok(Math.abs(sum - at * count) < 1e-12);
});

Deno.test("VqEma.restart() takes latents at random with a fiftieth of their deviation, and even counts", () => {
  const vq = new VqEma(4, 2);
  vq.load(start);
  for (let i = 0; i < 300; i++) vq.update(points, assigned);
  const total = vq.counts.reduce((a, b) => a + b), own = new Random(4);
  const row = own.below(8), mean = points.reduce((a, b) => a + b) / 16;
  const deviation = Math.sqrt(points.reduce((sum, z) => sum + (z - mean) ** 2, 0) / 16);
  const expected = [0, 1].map((j) => points[2 * row + j] + 0.02 * deviation * own.normal());
  assert.deepEqual(vq.restart(points, new Random(4)), [3]);
  near(vq.codebook.subarray(6), expected, 1e-6);
  near(vq.counts.subarray(3), [total / 4], 1e-9);
  near(vq.sums.subarray(6), expected.map((x) => x * total / 4), 1e-6);
  assert.deepEqual(vq.restart([], new Random(1)), []);
  assert.deepEqual(vq.restart(points, new Random(1)), []);
  const hundred = new VqEma(100, 1), more = new VqEma(101, 1);
  assert.equal(hundred.restart([1], new Random(1), "absolute-threshold").length, 0);
  assert.equal(more.restart([1], new Random(1), "absolute-threshold").length, 101);
});

Deno.test("kMeansPlusPlus() seeds by D² and takes ten Lloyd steps, as its definition does with the same draws", () => {
  for (const [n, size] of [[40, 5], [3, 5]]) {
    const data = new Random(7), d = 2;
    const z = Float64Array.from({ length: n * d }, () => data.normal());
    const own = new Random(11), centers: number[][] = [];
    const rows = Array.from({ length: n }, (_, i) => [z[2 * i], z[2 * i + 1]]);
    const squared = (a: number[], b: number[]) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
    for (let k = 0; k < size; k++) {
      const weights = rows.map((row) => Math.min(Infinity, ...centers.map((c) => squared(row, c))));
      const at = k > 0 && weights.some((w) => w > 0) ? own.weighted(weights) : own.below(n);
      centers.push(rows[at].map(Math.fround));
    }
    let counts: number[] = [];
    for (let round = 0; round < 10; round++) {
      const codes = rows.map((row) => {
        const distances = centers.map((c) => squared(row, c));
        return distances.indexOf(Math.min(...distances));
      });
      counts = centers.map((_, k) => codes.filter((code) => code === k).length);
      centers.forEach((center, k) => {
        const members = rows.filter((_, i) => codes[i] === k);
        if (members.length === 0) return;
        for (const j of [0, 1]) {
          center[j] = Math.fround(members.reduce((sum, row) => sum + row[j], 0) / members.length);
        }
      });
    }
    const found = kMeansPlusPlus(z, size, d, new Random(11));
    near(found.centers, centers.flat(), 1e-5);
    assert.deepEqual(found.counts, counts);
  }
});
