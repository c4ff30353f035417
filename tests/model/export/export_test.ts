import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeNpy } from "../../../lib/artifacts/npy.ts";
import { bundleFiles } from "../../../lib/artifacts/onnx_bundle.ts";
import type { Model } from "../../../lib/artifacts/model.ts";
import { Part, type Split } from "../../../lib/artifacts/split.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { exportBundle } from "../../../lib/model/export/export.ts";
import { boundaryDistance } from "../../../lib/model/export/export_rows.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../sample_model.ts";

const options = {
  parityWindows: 9,
  calibrationWindows: 20,
  selftestWindows: 14,
  int8Windows: 11,
  tfjs: true,
};

/** @param tfjs Whether the encoder is written for TensorFlow.js too. */
async function bundle(model: Model, windows: Windows, split: Split | undefined, tfjs = false) {
  const dir = await Deno.makeTempDir();
  const steps: [number, string][] = [];
  try {
    const exported = await exportBundle(
      dir,
      model,
      windows,
      split,
      { ...options, tfjs },
      new Random(3),
      (fraction, message) => steps.push([fraction, message]),
    );
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (
      const name of Object.values(bundleFiles).flatMap((n) => typeof n === "string" ? [n] : Object.values(n))
    ) {
      if ((tfjs || !name.startsWith("tfjs/")) && name !== bundleFiles.wholeQdq) {
        files.set(name, await Deno.readFile(join(dir, name)));
      }
    }
    const json = (name: string) => JSON.parse(new TextDecoder().decode(files.get(name)));
    const floats = (name: string) => new Float32Array(files.get(name)!.buffer);
    return { ...exported, files, json, floats, steps };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const model = sampleModel();
const windows = sampleWindows(model, 12);
const row = (recording: string, start: number) =>
  windows.start.findIndex((s, i) =>
    s === start && windows.recordings.recordings[windows.recording[i]].id === recording
  );
const input = (rows: number[], scaled: boolean, m = model) => {
  const data = new Float32Array(rows.length * 480);
  gatherWindows(windows, rows, scaled ? m.scaler : undefined, data);
  return data;
};
const made = await bundle(model, windows, splitByRecording(windows), true);

Deno.test("exportBundle() writes golden windows with what the plain reference makes of each", () => {
  const facts = made.json(bundleFiles.selftest.facts);
  assert.equal(facts.n, 14);
  assert.deepEqual(facts.inputs, { file: "inputs.f32.bin", shape: [14, 6, 2, 40], units: "raw" });
  assert.deepEqual(facts.full, { file: "expected.full.f32.bin", output: "predictions", shape: [14, 4] });
  assert.deepEqual(facts.device, { file: "expected.device.f32.bin", output: "bounded", shape: [14, 3] });
  assert.deepEqual(facts.tolerance, { full: 1e-4, device: 1e-4 });
  const rows = facts.windows.map((w: { recording: string; start: number }) => row(w.recording, w.start));
  // Two of each label, whatever the network takes them for.
  const byClass = rows.filter((_: number, i: number) => facts.windows[i].reason === "class");
  assert.deepEqual(byClass.map((r: number) => windows.labels[r]).sort(), [0, 0, 1, 1, 2, 2, 3, 3]);
  assert.deepEqual(made.floats(bundleFiles.selftest.inputs), input(rows, false));
  const full = made.floats(bundleFiles.selftest.full), device = made.floats(bundleFiles.selftest.device);
  const quantizer = new Quantizer(model.architecture.levels!);
  assert.deepEqual([full.length, device.length, facts.codes.length, facts.predicted.length], [
    56,
    42,
    14,
    14,
  ]);
  for (const [i, r] of rows.entries()) {
    const expected = referenceForward(model, input([r], true));
    const logits = [...expected.logits!.data].map((x) => Math.exp(x / model.temperature));
    const total = logits.reduce((a, b) => a + b);
    logits.forEach((x, c) => assert.ok(Math.abs(full[4 * i + c] - x / total) < 1e-5));
    expected.bounded.data.forEach((x, j) => assert.ok(Math.abs(device[3 * i + j] - x) < 1e-4));
    assert.equal(facts.codes[i], quantizer.codeOfBounded(expected.bounded.data));
    assert.equal(facts.predicted[i], logits.indexOf(Math.max(...logits)));
    assert.equal(facts.windows[i].label, `class${windows.labels[r]}`);
    const distance = boundaryDistance(expected.bounded.data);
    assert.ok(Math.abs(facts.windows[i].boundary_distance - distance) < 1e-4);
  }
});

Deno.test("exportBundle() calibrates on training windows only, clipped to the range of the input, channels last", () => {
  const { data, shape } = decodeNpy(made.files.get(bundleFiles.calibration)!);
  assert.deepEqual(shape, [12, 2, 40, 6]);
  const rows = Array.from(windows.recording.keys()).filter((i) => windows.recording[i] === 0);
  const { range, clipped } = made.json(bundleFiles.int8).input_range;
  const scaled = input(rows, true);
  assert.equal(scaled.filter((v) => v < range[0] || v > range[1]).length / scaled.length, clipped);
  const expected = Array.from({ length: data.length }, (_, i) => {
    const c = i % 6, t = Math.floor(i / 6) % 40, s = Math.floor(i / 240) % 2, n = Math.floor(i / 480);
    return Math.min(range[1], Math.max(range[0], scaled[((n * 6 + c) * 2 + s) * 40 + t]));
  });
  assert.deepEqual([...data as Float32Array], expected);
  assert.deepEqual(made.json(bundleFiles.metadata).calibration, {
    file: bundleFiles.calibration,
    layout: "N, sensor, time, channel",
    n: 12,
    source: "training part, by subject",
    range,
    clipped_share: clipped,
  });
});

Deno.test("exportBundle() judges the estimate on the test part, and says on how many windows everything rests", () => {
  assert.equal(made.json(bundleFiles.parity).n, 9);
  assert.deepEqual(made.json(bundleFiles.parity), JSON.parse(JSON.stringify(made.parity)));
  const int8 = made.json(bundleFiles.int8);
  assert.deepEqual([int8.name, int8.origin, int8.part], [
    "int8-cpu-estimate",
    "estimated",
    "test part, by subject",
  ]);
  assert.deepEqual(int8.variants, JSON.parse(JSON.stringify(made.int8)));
  assert.deepEqual(made.int8.map(({ weights, n, labelled }) => [weights, n, labelled]), [
    ["per-channel", 11, 11],
    ["per-tensor", 11, 11],
  ]);
  assert.notEqual(made.int8[0].mean_abs_error, made.int8[1].mean_abs_error);
  assert.deepEqual(made.warnings, []);
  assert.deepEqual(made.steps.map(([, message]) => message), [
    "prove parity",
    "choose calibration windows",
    "estimate int8",
    "write golden windows",
    "exported",
  ]);
  assert.ok(made.steps.every(([at], i) => at > (made.steps[i - 1]?.[0] ?? 0)) && made.steps.at(-1)![0] === 1);
});

Deno.test("model_metadata.json tells inputs, outputs, names and hashes of the files beside it", async () => {
  const facts = made.json(bundleFiles.metadata);
  const shape = [1, 6, 2, 40], layout = "N, channel, sensor, time", dtype = "float32";
  const predictions = { name: "predictions", dtype, shape: [1, 4] };
  const uncertainty = { name: "uncertainty", dtype, shape: [1, 1] };
  const code = { name: "code", dtype: "int64", shape: [1] };
  const ranges = new Quantizer(model.architecture.levels!).constants
    .map(({ halfRange, offset }) => [-halfRange - offset, halfRange - offset]);
  assert.deepEqual(facts.files[bundleFiles.full], {
    input: { name: "window", dtype, shape, layout, values: "raw units" },
    outputs: [predictions, uncertainty, code, { name: "latent", dtype, shape: [1, 3] }],
  });
  assert.deepEqual(facts.files[bundleFiles.device], {
    input: { name: "window", dtype, shape, layout, values: "scaled" },
    outputs: [{ name: "bounded", dtype, shape: [1, 3], ranges }],
    notes: [],
  });
  assert.deepEqual(facts.files[bundleFiles.qdq].input, {
    name: "window",
    dtype,
    shape: ["n", 6, 2, 40],
    layout,
    values: "scaled",
  });
  assert.deepEqual(facts.files[bundleFiles.qdq].outputs, ["bounded", "predictions", "uncertainty", "code"]);
  assert.deepEqual(facts.files[bundleFiles.hostOnnx], {
    input: { name: "bounded", dtype, shape: [1, 3] },
    outputs: [predictions, uncertainty, code],
  });
  assert.deepEqual([facts.version, facts.rate, facts.temperature, facts.parameters], [
    1,
    20,
    1.7,
    model.parameters,
  ]);
  assert.deepEqual(facts.window, { length: 40, hop: 20, seconds: 2 });
  assert.deepEqual(facts.labels, model.labels);
  assert.deepEqual(facts.levels, [8, 6, 5]);
  assert.deepEqual(facts.bounded_ranges, ranges);
  assert.deepEqual(facts.scaler, { rule: "(x - center) * scale, [sensor][channel]", ...model.scaler });
  const hashed = Object.keys(facts.sha256);
  assert.deepEqual(
    hashed,
    [
      bundleFiles.full,
      bundleFiles.device,
      bundleFiles.qdq,
      bundleFiles.hostOnnx,
      bundleFiles.hostHead,
      bundleFiles.plain,
      bundleFiles.plainWeights,
      bundleFiles.tfjs,
      bundleFiles.tfjsWeights,
      bundleFiles.calibration,
    ].sort(),
  );
  for (const name of hashed) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", made.files.get(name)!));
    assert.equal(facts.sha256[name], digest.toHex());
  }
});

Deno.test("the host part makes of the device part's output what the full file makes of raw samples", async () => {
  const [full, device, host] = await Promise.all(
    [bundleFiles.full, bundleFiles.device, bundleFiles.hostOnnx].map((name) =>
      openSession(made.files.get(name)!)
    ),
  );
  const shape = [1, 6, 2, 40];
  for (const r of [0, 13, 35]) {
    const { bounded } = await device.run({ window: { data: input([r], true), shape } });
    const expected = await full.run({ window: { data: input([r], false), shape } });
    const got = await host.run({ bounded: { data: bounded.data as Float32Array, shape: [1, 3] } });
    assert.deepEqual(got.code.data, expected.code.data);
    const [p, q] = [got, expected].map((out) => out.predictions.data as Float32Array);
    p.forEach((x, c) => assert.ok(Math.abs(x - q[c]) < 1e-5));
    assert.ok(Math.abs(Number(expected.uncertainty.data[0]) - (1 - Math.max(...q))) < 1e-6);
  }
  for (const session of [full, device, host]) await session.release();
});

Deno.test("exportBundle() of a model without classes and levels writes latents, and says what it calibrates on", async () => {
  const bare = sampleModel({ classes: 0, head: [], levels: null, pooling: ["mean", "std"] });
  const strange = { ...bare, training: { ...bare.training, subjects: [] } };
  const unlabelled = { ...windows, labels: windows.labels.map(() => -1) };
  const { json, floats, warnings, int8 } = await bundle(strange, unlabelled, undefined);
  const facts = json(bundleFiles.selftest.facts), metadata = json(bundleFiles.metadata);
  assert.deepEqual(facts.full, { file: "expected.full.f32.bin", output: "latent", shape: [14, 3] });
  assert.deepEqual([facts.codes, facts.predicted], [undefined, undefined]);
  assert.ok(
    facts.windows.every((w: { label: unknown; boundary_distance: unknown }) =>
      w.label === null && w.boundary_distance === null
    ),
  );
  const rows = facts.windows.map((w: { recording: string; start: number }) => row(w.recording, w.start));
  const latents = rows.flatMap((
    r: number,
  ) => [...referenceForward(bare, input([r], true, bare)).latent.data]);
  const values = floats(bundleFiles.selftest.full);
  latents.forEach((x: number, i: number) => assert.ok(Math.abs(values[i] - x) < 1e-4, `${i}`));
  assert.deepEqual([facts.device.output, facts.device.shape.length], ["maps", 4]);
  assert.deepEqual(metadata.files[bundleFiles.full].outputs.map((o: { name: string }) => o.name), ["latent"]);
  assert.equal(metadata.files[bundleFiles.device].outputs[0].ranges, null);
  assert.match(
    metadata.files[bundleFiles.device].notes[0],
    /ends at the last feature maps .* standard deviation/,
  );
  assert.deepEqual([metadata.labels, metadata.bounded_ranges], [[], null]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /^Calibration uses all windows/);
  assert.equal(metadata.calibration.n, 20);
  assert.equal(json(bundleFiles.int8).part, "all windows, training windows among them");
  const { n, labelled, label_agreement, code_agreement, digit_agreement, near_boundary } = int8[0];
  assert.deepEqual([n, labelled], [11, 0]);
  assert.deepEqual([label_agreement, code_agreement, digit_agreement, near_boundary], [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("exportBundle() judges on the validation part where nothing is held out for a test", async () => {
  const split = splitByRecording(windows);
  const part = split.part.map((p) => p === Part.test ? Part.train : p);
  const { json } = await bundle(model, windows, { ...split, part });
  assert.equal(json(bundleFiles.int8).part, "validation part, by subject");
});

Deno.test("exportBundle() reads the file for TensorFlow.js back, and tells how far its latents are", () => {
  const { tfjs_latent, passed } = made.json(bundleFiles.parity);
  assert.ok(passed && tfjs_latent < 1e-5, `${tfjs_latent}`);
  const { userDefinedMetadata: { motiflow } } = made.json(bundleFiles.tfjs);
  assert.deepEqual([motiflow.levels, motiflow.rate, motiflow.channels], [[8, 6, 5], 20, model.channels]);
});

Deno.test("exportBundle() takes an encoder from elsewhere whose layers are known, and the rate of the windows", async () => {
  const { json } = await bundle({ ...model, imported: true, rate: 0 }, windows, undefined);
  assert.ok(json(bundleFiles.parity).passed);
  assert.equal(json(bundleFiles.metadata).rate, 20);
});

Deno.test("exportBundle() refuses a learned codebook, other weights than the network's and no windows", async () => {
  const learned = sampleModel({ levels: null, codebook: 8 });
  await assert.rejects(bundle(learned, windows, undefined), /its codebook is learned/);
  const none = {
    ...windows,
    start: new Int32Array(0),
    recording: new Int32Array(0),
    labels: new Int32Array(0),
  };
  await assert.rejects(bundle(model, none, undefined), /there are no windows/);
  // An encoder that is not the network of the weights.
  const other = { ...model, onnx: sampleModel({}, 6).onnx };
  await assert.rejects(bundle(other, windows, undefined), /on 9 windows the exported files differ by up to/);
});
