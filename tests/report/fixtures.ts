/** Small artifacts of every type that a report shows, made from a seed. Test data only. */
import { join } from "node:path";
import { Behaviours, type Bout } from "../../lib/artifacts/behaviours.ts";
import { Benchmark } from "../../lib/artifacts/benchmark.ts";
import { OnnxBundle } from "../../lib/artifacts/onnx_bundle.ts";
import { Package } from "../../lib/artifacts/package.ts";
import { Hef } from "../../lib/artifacts/hef.ts";
import { Codes } from "../../lib/artifacts/codes.ts";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { Model, type ModelFacts } from "../../lib/artifacts/model.ts";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import { Split } from "../../lib/artifacts/split.ts";
import { Windows } from "../../lib/artifacts/windows.ts";
import type { ArtifactType } from "../../lib/artifacts/artifact.ts";
import { Random } from "../../lib/random.ts";
import type { Source } from "../../lib/report/sources.ts";

export const labelNames = [
  "walking",
  "stairs up",
  "stairs down",
  "sitting",
  "standing",
  "lying",
  "running",
  "turning",
];
export const behaviourNames = [...labelNames, "motif 8", "motif 9", "sit to stand", "motif 11"];

/** Bouts that fill each recording without overlap. */
export function makeBehaviours({ recordings = 6, minutes = 12, seed = 5 } = {}): Behaviours {
  const rng = new Random(seed);
  const bouts: Bout[] = [];
  for (let r = 0; r < recordings; r++) {
    const length = minutes * 60;
    for (let start = 0, label = rng.below(8); start < length;) {
      const duration = Math.min(length - start, 0.5 + Math.exp(1.2 + 0.15 * label + 0.7 * rng.normal()));
      const end = length - (start + duration) < 0.5 ? length : start + duration;
      bouts.push({
        recording: `s${String(r + 1).padStart(2, "0")}`,
        subject: `${r + 1}`,
        label,
        start,
        end,
        duration: end - start,
        censoredLeft: start === 0,
        censoredRight: end === length,
      });
      start = end;
      const weights = behaviourNames.map((_, j) => j === label ? 0 : 1 / (1 + Math.abs(j - label)) ** 2);
      label = rng.uniform() < 0.03 ? -1 : rng.weighted(weights);
    }
  }
  const merged: Bout[] = [];
  for (const bout of bouts) {
    const last = merged.at(-1);
    if (last?.recording === bout.recording && last.label === bout.label) {
      Object.assign(last, {
        end: bout.end,
        duration: bout.end - last.start,
        censoredRight: bout.censoredRight,
      });
    } else merged.push({ ...bout });
  }
  const labels = new Int32Array(recordings * minutes * 60).map(() => rng.below(behaviourNames.length));
  return {
    labels,
    names: behaviourNames,
    bouts: merged,
    predictionRate: 1,
    origin: "simulated",
    dictionary: behaviourNames.map((name, id) => ({
      id,
      name,
      label: id < 10 ? labelNames[id % 8] : null,
      purity: id < 10 ? 0.9 - 0.04 * id : null,
      windows: 400 - 30 * id,
    })),
    details: {},
    warnings: [],
  };
}

/** Codes with a long tail. */
export function makeCodes({ windows = 4000, seed = 6 } = {}): Codes {
  const rng = new Random(seed);
  const weights = Array.from({ length: 64 }, (_, i) => i % 7 === 3 ? 0 : Math.exp(-i / 14));
  const codes = new Uint32Array(windows).map(() => rng.weighted(weights));
  const counts = [...Map.groupBy(codes, (c) => c)].map(([c, list]): [number, number] => [c, list.length])
    .sort((a, b) => a[0] - b[0]);
  const entropyBits = -counts.reduce((sum, [, n]) => sum + n / windows * Math.log2(n / windows), 0);
  return {
    codes,
    levels: [4, 4, 4],
    variant: "fsq/v1-offset-atanh",
    counts,
    codebookSize: 64,
    utilization: counts.length / 64,
    expectedUtilization: 1 - (1 - 1 / 64) ** windows,
    entropyBits,
    perplexity: 2 ** entropyBits,
  };
}

/** Metrics with a confusion matrix, confidence bins and subjects. */
export function makeMetrics({ seed = 7, labels = labelNames } = {}): Metrics {
  const rng = new Random(seed);
  const counts = labels.map((_, i) =>
    labels.map((_, j) => i === j ? 90 + rng.below(300) : rng.below(Math.abs(i - j) === 1 ? 24 : 4))
  );
  const n = counts.flat().reduce((a, b) => a + b, 0);
  const accuracy = counts.reduce((sum, row, i) => sum + row[i], 0) / n;
  const of = "windows";
  const origin = "simulated" as const;
  const interval = {
    level: 0.95,
    lower: accuracy - 0.02,
    upper: accuracy + 0.015,
    method: "bootstrap over subjects",
  };
  return {
    metrics: {
      accuracy: { value: accuracy, n, of, origin, interval },
      majority_accuracy: { value: 0.21, n, of, origin, note: "always the most frequent class" },
      balanced_accuracy: { value: accuracy - 0.01, n, of, origin },
      macro_f1: {
        value: accuracy - 0.013,
        n,
        of,
        origin,
        interval: { ...interval, lower: interval.lower - 0.01 },
      },
      ece: {
        value: 0.031,
        n,
        of,
        origin,
        interval: { level: 0.95, lower: 0.02, upper: 0.045, method: "bootstrap over subjects" },
      },
      ece_null: { value: 0.012, n, of, origin },
      perplexity: { value: 31.4, n, of, origin },
      silhouette: { value: null, n: 0, of, origin, note: "one cluster" },
    },
    confusion: { labels: [...labels], counts },
    tables: {
      reliability: Array.from({ length: 15 }, (_, i) => {
        const count = i < 4 ? 0 : 5 + Math.round(2 ** (i / 1.6));
        const confidence = (i + 0.5) / 15;
        return {
          lower: i / 15,
          upper: (i + 1) / 15,
          count,
          confidence: count > 0 ? confidence : null,
          accuracy: count > 0 ? Math.min(1, Math.max(0, confidence - 0.04 + 0.05 * rng.normal())) : null,
        };
      }),
      per_subject: Array.from(
        { length: 9 },
        (_, i) => ({
          subject: `${i + 1}`,
          accuracy: 0.8 + 0.2 * rng.uniform(),
          windows: 120 + rng.below(200),
        }),
      ),
      segments: ["classifier", "behaviours"].map((source, i) => ({
        source,
        sequences: 12,
        true_segments: 75,
        predicted_segments: 150 - 60 * i,
        edit: 70 + 15 * i,
        f1_at_50: 60 + 20 * i,
      })),
    },
    judgedOn: { data: "simulator", rule: "by subject, fold 1 of 5", part: "test" },
    details: {},
  };
}

/** A model whose weights nobody needs. */
export function makeModel({ epochs = 24, seed = 8 } = {}): Model {
  const rng = new Random(seed);
  const history = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    learningRate: 1e-3,
    loss: 2 * Math.exp(-i / 6) + 0.15 + 0.02 * rng.uniform(),
    accuracy: 0.97 - 0.7 * Math.exp(-i / 5),
    validationLoss: 2 * Math.exp(-i / 6) + 0.24 + 0.05 * rng.uniform(),
    validationAccuracy: 0.93 - 0.65 * Math.exp(-i / 5) + 0.01 * rng.normal(),
    perplexity: 40 - 30 * Math.exp(-i / 4) + rng.normal(),
  }));
  const facts: ModelFacts = {
    architecture: {
      input: [9, 2, 100],
      blocks: [{ channels: 32, kernel: [1, 5], pool: 2 }, { channels: 64, kernel: [1, 5], pool: 2 }, {
        channels: 64,
        kernel: [2, 5],
        pool: 1,
      }],
      pooling: ["mean", "max"],
      levels: [4, 4, 4],
      latent: 3,
      head: [64],
      classes: labelNames.length,
    },
    quantizer: "fsq/v1-offset-atanh",
    scaler: { method: "triad", center: [], scale: [] },
    sensors: ["phone", "watch"],
    channels: ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z", "mag_x", "mag_y", "mag_z"],
    units: [],
    labels: labelNames,
    rate: 50,
    temperature: 1.34,
    parameters: 41234,
    history,
    bestEpoch: 20,
    training: {
      windows: 2400,
      validationWindows: 600,
      subjects: ["1", "2", "3", "4"],
      seed: 7,
      origin: "simulated",
    },
  };
  return { ...facts, weights: {}, onnx: new Uint8Array() };
}

/** Motifs chosen by a curve. */
export function makeMotifs({ windows = 4000 } = {}): Motifs {
  return {
    labels: new Int32Array(windows),
    k: 12,
    points: new Uint32Array(windows),
    posterior: new Float32Array(24),
    centroids: new Float64Array(36),
    dimensions: 3,
    pointValues: new Float64Array(6),
    pointWeights: new Float64Array(2).fill(1800),
    method: "kmeans",
    space: "code",
    support: Array.from({ length: 12 }, (_, i) => 600 - 45 * i),
    inertia: 311.2,
    bic: 8123.4,
    bicVariant: "spherical-mle",
    silhouette: 0.61,
    silhouetteError: null,
    reason: "given",
    curve: [],
    hitBoundary: false,
    mergeLog: [{ from: 12, to: 3, count: 9 }],
    warnings: [],
    details: {},
  };
}

export function makeWindows({ subjects = 6, seed = 9 } = {}): Windows {
  const rng = new Random(seed);
  const samples = 500;
  const per = 20;
  const n = subjects * per;
  return {
    recordings: {
      rate: 50,
      sensors: ["phone", "watch"],
      channels: ["acc_x", "acc_y", "acc_z"],
      units: ["m/s^2", "m/s^2", "m/s^2"],
      triads: [[0, 1, 2]],
      labelNames,
      origin: "simulated",
      source: { name: "simulator", licence: "MIT" },
      recordings: Array.from({ length: subjects }, (_, i) => ({
        id: `s${i + 1}`,
        subject: `${i + 1}`,
        samples,
        data: new Float32Array(samples * 6),
        labels: new Int32Array(samples),
        gaps: [],
      })),
    },
    recording: new Int32Array(n).map((_, i) => Math.floor(i / per)),
    start: new Int32Array(n).map((_, i) => (i % per) * 20),
    labels: new Int32Array(n).map(() => rng.below(9) - 1),
    purity: new Float32Array(n).fill(1),
    length: 100,
    hop: 20,
  };
}

/** Writes one artifact of each type below `root` and describes them as the `report` step would. */
export async function writeFixtures(root: string): Promise<Source[]> {
  const sources: Source[] = [];
  const put = async <T>(step: string, type: ArtifactType<T>, value: T, cell: Source["cell"] = {}) => {
    const dir = join(root, step + Object.values(cell).map((v) => `-${v}`).join(""));
    await Deno.mkdir(dir, { recursive: true });
    await type.write(dir, value);
    sources.push({ step, cell, type: type.name, dir });
  };
  const windows = makeWindows();
  await put("windows", Windows, windows);
  for (const fold of [0, 1]) {
    const part = new Uint8Array(windows.labels.length).map((_, i) =>
      Math.floor(i / 40) === fold ? 3 : i % 5 === 0 ? 2 : 1
    );
    const groups = fold === 0
      ? { train: ["3", "4", "5"], validation: ["6"], test: ["1", "2"] }
      : { train: ["1", "2", "5"], validation: ["6"], test: ["3", "4"] };
    await put("split", Split, {
      part,
      rule: `by subject, fold ${fold + 1} of 2`,
      leaks: false,
      sharesSubjects: false,
      groups,
      details: {},
    }, { fold });
  }
  await put("model", Model, makeModel());
  await put("metrics", Metrics, makeMetrics());
  await put("codes", Codes, makeCodes());
  await put("motifs", Motifs, makeMotifs());
  await put("behaviours", Behaviours, makeBehaviours());
  await putDirectories(root, sources);
  return sources;
}

async function putDirectories(root: string, sources: Source[]): Promise<void> {
  const put = async (step: string, type: typeof Hef, files: Record<string, unknown>) => {
    const dir = join(root, step);
    await Deno.mkdir(dir);
    for (const [name, content] of Object.entries(files)) {
      if (content instanceof Uint8Array) await Deno.writeFile(join(dir, name), content);
      else await Deno.writeTextFile(join(dir, name), JSON.stringify(content));
    }
    await type.write(dir, { dir, header: { type: type.name, version: 1, meta: {} } });
    sources.push({ step, cell: {}, type: type.name, dir });
  };
  const rng = new Random(10);
  const samples = new Float64Array(4 * 2000);
  for (let i = 0; i < 2000; i++) {
    const total = 1e6 * Math.exp(-0.6 + 0.12 * rng.normal() + (rng.uniform() < 0.03 ? 0.8 : 0));
    samples.set([0.1 * total, 0.8 * total, 0.1 * total, total], 4 * i);
  }
  const row = {
    launch: 0,
    n: 2000,
    warmup: 100,
    unit: "ms",
    min: 0.4,
    mean: 0.56,
    sd: 0.1,
    percentile: "nearest-rank",
    stages: { pre: 0.05, device: 0.46, post: 0.05 },
    p50: 0.55,
    p95: 0.7,
    p99: 1.2,
    max: 1.6,
    tail: 20,
  };
  await put("bundle", OnnxBundle, {
    "parity.json": {
      n: 256,
      max_abs_difference: 2.4e-7,
      tolerance: 1e-5,
      max_abs_latent: 3,
      boundary_distance: 1e-5,
      full_latent: 2.4e-7,
      encoder_latent: 1e-7,
      device_bounded: 2e-7,
      predictions: null,
      codes_identical: true,
      codes_different: 0,
      undecidable: 0,
      runtime: "onnxruntime-node",
      passed: true,
    },
    "int8_estimate.json": {
      part: "test part, by subject",
      variants: [{
        weights: "per-channel",
        n: 256,
        labelled: 256,
        label_agreement: 0.98,
        digit_agreement: [0.97, 0.98, 0.98],
        max_abs_error: 0.2,
        mean_abs_error: 0.01,
        step: 0.03,
        accuracy_float: 0.97,
        accuracy_int8: 0.9625,
        code_agreement: 0.9414,
        snr_db: 31.8,
        near_boundary: 0.0668,
      }],
    },
  });
  await put("hef", Hef, {
    "compile_report.json": {
      schema: 1,
      status: "skipped-no-sdk",
      origin: null,
      publishable: false,
      arch: "hailo8",
      netName: "net",
      endNodes: ["bounded"],
      sdk: null,
      source: null,
      calibration: { n: 1024, sha256: "", range: { min: -4, max: 4, low: -3, high: 3 } },
      deviceOnnx: { sha256: "" },
      hef: null,
      stages: [],
      facts: null,
      findings: [
        {
          code: "PREFLIGHT_UNSUPPORTED_OP",
          severity: "warning",
          message: "max: not yet seen compiled",
          remedy: "Move it.",
          details: {},
        },
        {
          code: "SDK_MISSING",
          severity: "warning",
          message: "there is no program `hailo` here",
          remedy: "Install it.",
          details: {},
        },
      ],
    },
    "preflight.json": {
      ok: true,
      findings: [],
      parameters: 53196,
      macs: 2336384,
      operators: { Conv: 3, Relu: 3 },
    },
  });
  await put("device", Benchmark, {
    "samples.f64.bin": new Uint8Array(samples.buffer),
    "device_benchmark.json": {
      schema: 1,
      origin: "measured",
      status: "measured",
      kind: "local",
      device: "Example CPU",
      target: {},
      hef: null,
      selftest: null,
      core: null,
      endToEnd: [{ mode: "back-to-back", ...row }, { mode: "paced", ...row, p50: 0.7 }],
      power: null,
      thermal: null,
      budget: { p95Ms: 15, met: true },
      rawSamples: {
        file: "samples.f64.bin",
        sha256: "",
        series: [{ mode: "back-to-back", launch: 1, n: 2000 }],
      },
      warnings: [],
    },
  });
  const stored = { sha256: "0".repeat(64), mediaType: "application/octet-stream" };
  await put("package", Package, {
    "MANIFEST.json": {
      schema: 1,
      name: "production",
      version: "0.1.0",
      id: "sha256:0123",
      license: "MIT",
      status: { hef: "not-compiled", reason: "SDK_MISSING" },
      verdict: "not-recommended",
      files: [
        { path: "models/model.full.onnx", bytes: 190000, role: "model", ...stored },
        { path: "README.md", bytes: 2100, role: "document", ...stored },
      ],
    },
  });
}
