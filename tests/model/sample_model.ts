/** A small untrained model and synthetic windows, for tests of what comes after training. */
import type { Architecture, Model } from "../../lib/artifacts/model.ts";
import type { NpyArray } from "../../lib/artifacts/npy.ts";
import { Part, type Split } from "../../lib/artifacts/split.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";
import { countParameters, weightShapes } from "../../lib/model/architecture.ts";
import { encoderOnnx } from "../../lib/model/forward.ts";
import { Random } from "../../lib/random.ts";

export const sampleArchitecture: Architecture = {
  input: [6, 2, 40],
  blocks: [
    { channels: 8, kernel: [1, 5], pool: 2 },
    { channels: 12, kernel: [2, 5], pool: 1 },
  ],
  pooling: ["mean", "max"],
  levels: [8, 6, 5],
  latent: 3,
  head: [16],
  classes: 4,
};

/** Random weights, with batch statistics that are not trivial. */
export function sampleModel(changes: Partial<Architecture> = {}, seed = 5): Model {
  const architecture = { ...sampleArchitecture, ...changes };
  const rng = new Random(seed);
  const weights: Record<string, NpyArray<Float32Array>> = {};
  for (const [name, shape] of Object.entries(weightShapes(architecture))) {
    const size = shape.reduce((a, b) => a * b, 1);
    const scale = shape.length > 1 ? 1.5 / Math.sqrt(size / shape[0]) : 0.3;
    const positive = name.endsWith(".variance") || name.endsWith(".gamma");
    const data = Float32Array.from(
      { length: size },
      () => positive ? rng.between(0.5, 1.5) : scale * rng.normal(),
    );
    weights[name] = { data, shape };
  }
  const [channels, sensors] = architecture.input;
  const grid = (value: () => number) =>
    Array.from({ length: sensors }, () => Array.from({ length: channels }, () => Math.fround(value())));
  return {
    architecture,
    quantizer: architecture.levels === null ? "none" : "fsq/v1-offset-atanh",
    scaler: { method: "zscore", center: grid(() => rng.normal()), scale: grid(() => rng.between(0.3, 2)) },
    sensors: Array.from({ length: sensors }, (_, s) => `sensor${s}`),
    channels: Array.from({ length: channels }, (_, c) => `channel${c}`),
    units: new Array(channels).fill("m/s^2"),
    labels: Array.from({ length: architecture.classes }, (_, c) => `class${c}`),
    rate: 20,
    temperature: 1.7,
    parameters: countParameters(architecture),
    history: [],
    bestEpoch: 1,
    training: {
      windows: 0,
      validationWindows: 0,
      subjects: ["s0", "s1"],
      seed,
      origin: "simulated",
    },
    weights,
    onnx: encoderOnnx({ architecture, weights }),
  };
}

/** Three subjects, one recording each: sums of sines and noise, labels in blocks. */
export function sampleWindows(model: Model, perSubject = 60, seed = 9): Windows {
  const rng = new Random(seed);
  const [channels, sensors, length] = model.architecture.input;
  const hop = length / 2;
  const samples = hop * (perSubject + 1);
  const classes = Math.max(1, model.architecture.classes);
  const recordings = ["s0", "s1", "s2"].map((subject) => {
    const labels = Int32Array.from({ length: samples }, (_, t) => Math.floor(t / length) % classes);
    const data = new Float32Array(samples * sensors * channels);
    for (let t = 0, i = 0; t < samples; t++) {
      for (let j = 0; j < sensors * channels; j++) {
        data[i++] = 1.5 * Math.sin((0.1 + 0.2 * labels[t]) * t + j) + 0.4 * rng.normal();
      }
    }
    return { id: subject, subject, samples, data, labels, gaps: [] as [number, number][] };
  });
  const n = 3 * perSubject;
  const recording = Int32Array.from({ length: n }, (_, i) => Math.floor(i / perSubject));
  const start = Int32Array.from({ length: n }, (_, i) => i % perSubject * hop);
  return {
    recordings: {
      rate: model.rate,
      sensors: model.sensors,
      channels: model.channels,
      units: model.units,
      triads: [],
      labelNames: model.labels,
      origin: "simulated",
      source: { name: "sines" },
      recordings,
    },
    recording,
    start,
    labels: Int32Array.from(start, (s, i) => recordings[recording[i]].labels[s + length / 4]),
    purity: new Float32Array(n).fill(1),
    length,
    hop,
  };
}

/** Trains on the first recording, validates on the second and tests on the third; one subject each. */
export function splitByRecording({ recording }: Windows): Split {
  return {
    part: Uint8Array.from(recording, (r) => [Part.train, Part.validation, Part.test][r]),
    rule: "by subject",
    groups: { train: ["s0"], validation: ["s1"], test: ["s2"] },
    leaks: false,
    sharesSubjects: false,
    details: {},
  };
}
