import assert from "node:assert/strict";
import { qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { chooseInputRange, clipValues } from "../../../lib/model/export/int8_input.ts";
import { activationRanges, type Ranges } from "../../../lib/model/export/int8_ranges.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const bare = { levels: null, latent: 2, classes: 0, head: [] };
const model = sampleModel({
  ...bare,
  input: [1, 1, 4],
  blocks: [{ channels: 2, kernel: [1, 3], pool: 1 }],
});
const windows = sampleWindows(model, 4);
const rows = Int32Array.from(windows.start, (_, i) => i);
const scaled = new Float32Array(rows.length * 4);
gatherWindows(windows, rows, model.scaler, scaled);
const ranges = await activationRanges(model, scaled);

/** Chooses among the ranges of `calibration`, where the estimate of the i-th has an input `widths[i]` times too wide. */
async function choose(calibration: Float32Array, widths: number[], own = model) {
  const asked: Ranges[] = [];
  const [low, high] = ranges.get("window")!;
  const quantized = (given: Ranges, options: { perChannel: boolean }) => {
    assert.deepEqual(options, { perChannel: true });
    const width = widths[asked.push(given) - 1];
    return qdqOnnx(own, new Map(ranges).set("window", [width * low, width * high]), options);
  };
  const step = (given: Ranges) => (assert.equal(given, ranges), 1);
  return {
    ...await chooseInputRange({ model: own, quantized, step }, windows, rows, calibration, ranges),
    asked,
  };
}

/** 0 … n − 1 in another order. */
const shuffled = (n: number) => Float32Array.from({ length: n }, (_, i) => i * 7 % n);

Deno.test("ranges leave out none, 1, 5 and 10 of ten thousand values at each end, and the best at the cut is chosen", async () => {
  const { asked, tried, range, clipped } = await choose(shuffled(10_000), [30, 9, 1, 60]);
  const expected = [[0, 9999], [1, 9998], [5, 9994], [10, 9989]];
  assert.deepEqual(tried.map((one) => one.range), expected);
  asked.forEach((given, i) => assert.deepEqual(given, new Map(ranges).set("window", expected[i] as any)));
  const ratios = tried.map((one) => one.snr_db!);
  assert.ok(ratios[2] > ratios[1] && ratios[1] > ratios[0] && ratios[0] > ratios[3], `${ratios}`);
  // What lies at the ends themselves is not cut off.
  assert.deepEqual([range, clipped], [[5, 9994], 10 / 10_000]);
});

Deno.test("a range that few values do not change is tried once, and the first of equally good ones is chosen", async () => {
  const { tried, range, clipped } = await choose(shuffled(3000), [1, 1, 1, 1]);
  assert.deepEqual(tried.map((one) => one.range), [[0, 2999], [1, 2998], [3, 2996]]);
  assert.deepEqual([range, clipped], [[0, 2999], 0]);
});

Deno.test("an estimate without any error is better than every other", async () => {
  const silent = sampleModel({ ...bare, input: [1, 1, 4], blocks: model.architecture.blocks });
  for (const part of ["weight", "bias"]) (silent.weights[`projection.${part}`].data as Float32Array).fill(0);
  silent.onnx = encoderOnnx(silent);
  const { tried, range } = await choose(shuffled(3000), [1, 1, 1, 1], silent);
  assert.deepEqual([tried.map((one) => one.snr_db), range], [[null, null, null], [0, 2999]]);
});

Deno.test("clipValues() moves what lies outside to the ends, in place", () => {
  const values = Float32Array.of(-3, -1, 0, 2, 5);
  assert.equal(clipValues(values, [-1, 2]), values);
  assert.deepEqual([...values], [-1, -1, 0, 2, 2]);
});
