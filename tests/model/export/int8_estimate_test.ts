import assert from "node:assert/strict";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { bnEpsilon, encoderOnnx } from "../../../lib/model/forward.ts";
import { cutScale, qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { chooseInputRange, clipValues } from "../../../lib/model/export/int8_input.ts";
import { formsOf } from "../../../lib/model/export/forms.ts";
import { estimateInt8 } from "../../../lib/model/export/int8_estimate.ts";
import { activationRanges, type Ranges } from "../../../lib/model/export/int8_ranges.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 40);
const rows = Int32Array.from(windows.start, (_, i) => i);
const scaled = new Float32Array(rows.length * 6 * 2 * 40);
gatherWindows(windows, rows, model.scaler, scaled);
const truth = windows.labels;

async function estimate(ranges: Ranges, perChannel: boolean) {
  const facts = {
    weights: perChannel ? "per-channel" : "per-tensor",
    step: cutScale(model, ranges).scale,
  };
  return await estimateInt8(model, qdqOnnx(model, ranges, { perChannel }), windows, rows, truth, facts, 50);
}

Deno.test("activationRanges() covers what the plain reference computes", async () => {
  const ranges = await activationRanges(model, scaled, 32);
  const [low, high] = ranges.get("projection")!;
  const latents = [0, 17, 119].map((i) =>
    referenceForward(model, scaled.subarray(i * 480, (i + 1) * 480)).latent.data
  );
  for (const z of latents) for (const v of z) assert.ok(v >= low - 1e-5 && v <= high + 1e-5);
  assert.deepEqual(ranges.get("window"), [Math.min(...scaled), Math.max(...scaled)]);
  assert.equal(ranges.get("relu0")![0], 0);
});

Deno.test("T088 estimateInt8() agrees with differences counted by hand", async () => {
  const ranges = await activationRanges(model, scaled);
  const result = await estimate(ranges, true);
  const session = await openSession(qdqOnnx(model, ranges, { perChannel: true }), {
    optimization: "disabled",
  });
  const out = await session.run({ window: { data: scaled, shape: [120, 6, 2, 40] } });
  await session.release();
  const bounded = out.bounded.data as Float32Array;
  const quantizer = new Quantizer(model.architecture.levels!);
  let [same, worst, signal, noise] = [0, 0, 0, 0];
  for (let i = 0; i < 120; i++) {
    const exact = referenceForward(model, scaled.subarray(i * 480, (i + 1) * 480)).bounded.data;
    const estimated = bounded.subarray(i * 3, i * 3 + 3);
    if (quantizer.codeOfBounded(exact) === quantizer.codeOfBounded(estimated)) same++;
    exact.forEach((b, j) => {
      worst = Math.max(worst, Math.abs(b - estimated[j]));
      signal += b * b;
      noise += (b - estimated[j]) ** 2;
    });
  }
  assert.equal(result.n, 120);
  assert.equal(result.labelled, 120);
  assert.ok(Math.abs(result.code_agreement! - same / 120) <= 1 / 120 + 1e-12);
  assert.ok(Math.abs(result.max_abs_error - worst) < 0.02, `${result.max_abs_error} ${worst}`);
  assert.ok(Math.abs(result.snr_db! - 10 * Math.log10(signal / noise)) < 0.2);
  assert.ok(result.step > 0 && result.near_boundary! > 0 && result.near_boundary! < 1);
  // Each subject's windows are counted apart, and add up to the whole.
  const people = result.subjects!;
  const subjects = windows.recordings.recordings.map(({ subject }) => subject);
  for (const { subject, windows: n } of people) {
    assert.equal(n, windows.recording.filter((r) => subjects[r] === subject).length);
  }
  const total = (key: "windows" | "labelled" | "right_float" | "right_int8" | "same_code") =>
    people.reduce((sum, person) => sum + person[key], 0);
  assert.deepEqual([total("windows"), total("labelled")], [120, 120]);
  assert.equal(total("right_float") / 120, result.accuracy_float);
  assert.equal(total("right_int8") / 120, result.accuracy_int8);
  assert.equal(total("same_code") / 120, result.code_agreement);
});

Deno.test("estimateInt8() loses more when one scale serves all channels of a lopsided layer", async () => {
  // One channel with huge weights that never fires: it costs nothing but the scale that it shares.
  const weights = { ...model.weights };
  for (const [name, change] of [["gamma", (v: number) => 100 * v], ["beta", () => -1e6]] as const) {
    const data = (weights[`block0.bn.${name}`].data as Float32Array).slice();
    data[1] = change(data[1]);
    weights[`block0.bn.${name}`] = { data, shape: [8] };
  }
  const lopsided = { ...model, weights, onnx: encoderOnnx({ architecture: model.architecture, weights }) };
  const ranges = await activationRanges(lopsided, scaled);
  const snr = async (perChannel: boolean) => {
    const qdq = qdqOnnx(lopsided, ranges, { perChannel });
    const facts = { weights: "", step: cutScale(lopsided, ranges).scale };
    return (await estimateInt8(lopsided, qdq, windows, rows, truth, facts)).snr_db!;
  };
  const [channel, tensor] = [await snr(true), await snr(false)];
  assert.ok(channel > tensor + 3, `${channel} ${tensor}`);
});

Deno.test("chooseInputRange() clips peaks that are rarer than what they cost", async () => {
  const peaked = sampleWindows(model, 40);
  for (const r of peaked.recordings.recordings) r.data[0] = 400;
  const values = new Float32Array(scaled.length);
  gatherWindows(peaked, rows, model.scaler, values);
  const ranges = await activationRanges(model, values);
  const chosen = await chooseInputRange(formsOf(model), peaked, rows, values, ranges);
  assert.ok(chosen.range[1] < ranges.get("window")![1] / 5, `${chosen.range}`);
  assert.ok(chosen.clipped > 0 && chosen.clipped < 0.003);
  assert.ok(chosen.tried.length > 1);
  const clipped = clipValues(values.slice(), chosen.range);
  assert.ok(clipped.every((v) => v >= chosen.range[0] && v <= chosen.range[1]));
});

Deno.test("qdqOnnx() takes scales that a compiled file names instead of calibrated ones", async () => {
  const ranges = await activationRanges(model, scaled);
  const scales = { window: { scale: 0.125, zeroPoint: 100 }, cut: { scale: 0.0625, zeroPoint: 70 } };
  const { graph } = decodeModel(qdqOnnx(model, ranges, { perChannel: false, scales }));
  const value = (name: string) => Number(graph.initializers.find((t) => t.name === name)!.data![0]);
  assert.deepEqual(["window.scale", "window.zero_point"].map(value), [0.125, 100]);
  assert.deepEqual(["fsq.bounded.scale", "fsq.bounded.zero_point"].map(value), [0.0625, 70]);
});

for (const changes of [{}, { levels: null }, { classes: 0, head: [] }]) {
  Deno.test(`estimateInt8() counts every field as its definition says, for ${JSON.stringify(changes)}`, async () => {
    const own = sampleModel(changes);
    const { levels, classes } = own.architecture;
    const scaled = new Float32Array(rows.length * 480);
    gatherWindows(windows, rows, own.scaler, scaled);
    const some = Int32Array.of(3, 4, 9, 17, 40, 41, 55, 70, 71, 90, 119);
    const labels = truth.map((label, i) => i % 3 === 0 ? -1 : i === 40 ? (label + 1) % 4 : label);
    const qdq = qdqOnnx(own, await activationRanges(own, scaled), { perChannel: false });
    const step = 0.07;
    const result = await estimateInt8(own, qdq, windows, some, labels, { weights: "w", step }, 4);
    const session = await openSession(qdq, { optimization: "basic" });
    const quantizer = levels === null ? undefined : new Quantizer(levels);
    const errors: number[] = [], values: number[] = [], digits = [0, 0, 0];
    let codes = 0, near = 0, same = 0, labelled = 0, right = 0, rightInt8 = 0;
    const largest = (x: ArrayLike<number>) => Array.from(x).indexOf(Math.max(...Array.from(x)));
    for (const r of some) {
      const data = scaled.subarray(r * 480, (r + 1) * 480);
      const exact = referenceForward(own, data);
      const out = await session.run({ window: { data, shape: [1, 6, 2, 40] } });
      const bounded = out.bounded.data as Float32Array;
      exact.bounded.data.forEach((x, j) => (values.push(x), errors.push(Math.abs(x - bounded[j]))));
      if (quantizer !== undefined) {
        const [a, b] = [exact.bounded.data, bounded].map((x) => Array.from(x, (v) => Math.round(v)));
        a.forEach((x, j) => digits[j] += Number(x === b[j]));
        codes += Number(a.join() === b.join());
        near += Number(exact.bounded.data.some((x) => Math.abs(Math.abs(x % 1) - 0.5) <= step));
      }
      if (classes === 0) continue;
      const [c, d] = [largest(exact.logits!.data), largest(out.predictions.data as Float32Array)];
      same += Number(c === d);
      if (labels[r] < 0) continue;
      labelled++;
      right += Number(c === labels[r]);
      rightInt8 += Number(d === labels[r]);
    }
    await session.release();
    const close = (a: number, b: number) =>
      assert.ok(Math.abs(a - b) < 1e-4 * Math.max(1, b), `${a} is not ${b}`);
    const sum = (x: number[]) => x.reduce((a, b) => a + b);
    close(result.max_abs_error, Math.max(...errors));
    close(result.mean_abs_error, sum(errors) / 33);
    close(result.snr_db!, 10 * Math.log10(sum(values.map((x) => x * x)) / sum(errors.map((x) => x * x))));
    assert.deepEqual([result.weights, result.n, result.step], ["w", 11, step]);
    assert.equal(result.code_agreement, levels === null ? null : codes / 11);
    assert.deepEqual(result.digit_agreement, levels === null ? null : digits.map((n) => n / 11));
    assert.equal(result.near_boundary, levels === null ? null : near / 11);
    assert.equal(result.label_agreement, classes === 0 ? null : same / 11);
    assert.equal(result.labelled, labelled);
    assert.equal(result.accuracy_float, labelled === 0 ? null : right / labelled);
    assert.equal(result.accuracy_int8, labelled === 0 ? null : rightInt8 / labelled);
  });
}

Deno.test("estimateInt8() of nothing that differs has no signal-to-noise ratio", async () => {
  const flat = sampleModel({ levels: null, classes: 0, head: [] });
  (flat.weights["projection.weight"].data as Float32Array).fill(0);
  (flat.weights["projection.bias"].data as Float32Array).fill(0);
  flat.onnx = encoderOnnx(flat);
  const qdq = qdqOnnx(flat, await activationRanges(flat, scaled), { perChannel: true });
  const result = await estimateInt8(flat, qdq, windows, rows.subarray(0, 3), truth, { weights: "", step: 1 });
  assert.deepEqual([result.snr_db, result.max_abs_error, result.mean_abs_error], [null, 0, 0]);
});

Deno.test("qdqOnnx() computes what rounding every tensor to its 8-bit scale computes", async () => {
  // Without spare optimisation, an independent loop over the same graph: one block, one mean, one projection.
  const small = sampleModel({
    blocks: [{ channels: 3, kernel: [2, 3], pool: 2 }],
    pooling: ["mean"],
    levels: [8, 5],
    latent: 2,
    classes: 0,
    head: [],
  });
  const ranges = await activationRanges(small, scaled);
  const round = (x: number) => {
    const floor = Math.floor(x), rest = x - floor;
    return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  };
  const activation = (low: number, high: number) => {
    const [a, b] = [Math.min(low, 0), Math.max(high, 0)];
    const scale = Math.fround((b - a) / 255), zero = round(-a / scale);
    return (x: number) => (Math.min(255, Math.max(0, round(x / scale) + zero)) - zero) * scale;
  };
  const ranged = (name: string) => activation(...ranges.get(name)!);
  const step = ([low, high]: [number, number]) => (Math.max(high, 0) - Math.min(low, 0)) / 255;
  const weight = (name: string) => small.weights[name].data as Float32Array;
  // Batch normalisation folded into the weights.
  const factor = weight("block0.bn.gamma").map((g, o) =>
    g / Math.sqrt(weight("block0.bn.variance")[o] + bnEpsilon)
  );
  const folded = weight("block0.weight").map((w, i) => w * factor[Math.floor(i / 36)]);
  const bias = weight("block0.bias").map((b, o) =>
    (b - weight("block0.bn.mean")[o]) * factor[o] + weight("block0.bn.beta")[o]
  );
  const quantized = (data: Float32Array, b: Float32Array, inputStep: number) => {
    const per = data.length / b.length;
    const scales = Array.from(
      b,
      (_, o) => Math.max(...data.subarray(o * per, (o + 1) * per).map(Math.abs)) / 127,
    );
    return {
      w: Array.from(data, (x, i) => round(x / scales[Math.floor(i / per)]) * scales[Math.floor(i / per)]),
      b: Array.from(b, (x, o) => round(x / (scales[o] * inputStep)) * scales[o] * inputStep),
    };
  };
  const conv = quantized(folded, bias, step(ranges.get("window")!));
  const pooledName = [...ranges.keys()].find((name) => /mean/.test(name))!;
  const project = quantized(
    weight("projection.weight"),
    weight("projection.bias"),
    step(ranges.get(pooledName)!),
  );
  const names = { window: ranged("window"), relu: ranged("relu0"), pooled: ranged(pooledName) };
  const constants = new Quantizer([8, 5]).constants;
  const lows = constants.map((c) => -c.halfRange - c.offset),
    highs = constants.map((c) => c.halfRange - c.offset);
  const cut = activation(Math.min(...lows), Math.max(...highs)), tanh = activation(-1, 1);
  const shifted = ranged("fsq.shifted");
  const session = await openSession(qdqOnnx(small, ranges, { perChannel: true }), {
    optimization: "disabled",
  });
  for (const r of [0, 50, 119]) {
    const data = scaled.subarray(r * 480, (r + 1) * 480);
    const out = (await session.run({ window: { data, shape: [1, 6, 2, 40] } })).bounded.data as Float32Array;
    const x = Array.from(data, names.window);
    const features = [0, 1, 2].map((o) => {
      const values = Array.from({ length: 40 }, (_, t) => {
        let sum = conv.b[o];
        for (let c = 0; c < 6; c++) {
          for (let s = 0; s < 2; s++) {
            for (let k = 0; k < 3; k++) {
              const at = t + k - 1;
              if (at >= 0 && at < 40) sum += conv.w[((o * 6 + c) * 2 + s) * 3 + k] * x[(c * 2 + s) * 40 + at];
            }
          }
        }
        return names.relu(Math.max(0, sum));
      });
      const pooled = Array.from({ length: 20 }, (_, t) => Math.max(values[2 * t], values[2 * t + 1]));
      return names.pooled(pooled.reduce((a, b) => a + b) / 20);
    });
    const bounded = constants.map((c, j) => {
      const z = features.reduce((sum, f, o) => sum + project.w[3 * j + o] * f, project.b[j]);
      return cut(tanh(Math.tanh(shifted(z + c.shift))) * c.halfRange - c.offset);
    });
    // A sum in float32 may round to the neighbouring step of a tensor.
    bounded.forEach((value, j) =>
      assert.ok(Math.abs(out[j] - value) < 0.04, `${r} ${j}: ${out[j]} is not ${value}`)
    );
  }
  await session.release();
});
