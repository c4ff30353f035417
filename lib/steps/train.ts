/** `train`: the Conv2d-FSQ encoder with its classifier head. */
import { z } from "zod";
import { Model } from "../artifacts/model.ts";
import { Part, Split } from "../artifacts/split.ts";
import { inputLength, Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { type VqFix, vqFixes } from "../model/train/vq_fixes.ts";
import { defineStep } from "./define.ts";

const params = z.strictObject({
  quantizer: z.enum(["fsq", "vq-ema", "none"]).default("fsq")
    .describe(
      "Quantiser of the latent: finite scalar levels, a learned codebook (a baseline, not for export), or none.",
    ),
  levels: z.array(z.int().min(3).max(1000)).min(1).nullable().default([4, 4, 4])
    .describe("Quantiser levels per latent dimension; null trains the same network without a quantiser."),
  latent: z.int().min(1).max(64).default(3)
    .describe("Latent dimensions without levels; with levels there is one dimension a level."),
  codebook_size: z.int().min(2).max(4096).default(64).describe("Vectors of a learned codebook (vq-ema)."),
  codebook_decay: z.number().gt(0).lt(1).default(0.99)
    .describe("Decay an update of the averages behind a learned codebook; half-life 69 updates at 0.99."),
  commitment: z.number().min(0).default(0.25)
    .describe("Weight that pulls latents to their vector of a learned codebook, reached over ten epochs."),
  codebook_without: z.enum(["none", ...vqFixes, "all"]).or(z.array(z.enum(vqFixes))).default("none")
    .describe(
      "What makes a learned codebook work, one or several, to be left out to see what each is worth.",
    ),
  widths: z.array(z.int().min(1).max(512)).min(1).default([32, 64, 64])
    .describe("Output channels of each convolution; the last one joins the sensors."),
  kernel: z.int().min(1).max(63).default(5)
    .describe("Samples that a convolution sees at once, an odd number."),
  pools: z.array(z.int().min(1).max(16)).min(1).optional()
    .describe(
      "Time steps that the maximum after each convolution joins, one number a convolution; 2 after all but the last when left out.",
    ),
  pooling: z.array(z.enum(["mean", "max", "std"])).min(1).default(["mean", "max"])
    .describe(
      "Statistics over time that summarise a window; std is stronger, but no Hailo-8 computes its root.",
    ),
  segments: z.int().min(1).max(32).default(1)
    .describe(
      "Stretches of time that are summarised apart, so that the model knows when; 1 suits any device.",
    ),
  neck: z.array(z.int().min(1).max(512)).default([40])
    .describe(
      "Hidden widths between the pooled features and the latent: many classes find their places in few dimensions only through one.",
    ),
  head: z.array(z.int().min(1)).default([64]).describe(
    "Hidden widths of the classifier on the quantised values.",
  ),
  scaler: z.enum(["triad", "zscore", "none"]).default("triad")
    .describe(
      "Input scaling, fitted on the training part: one factor a sensor triad, or a z-score a channel.",
    ),
  epochs: z.int().min(1).default(50).describe("Most epochs."),
  early_stopping_patience: z.int().min(1).default(10)
    .describe("Stop after this many epochs without a better macro-F1 on the validation subjects."),
  keep: z.enum(["best", "last"]).default("best")
    .describe(
      "Keep the epoch that did best on the validation subjects, or the last one: few validation subjects choose by chance.",
    ),
  batch_size: z.int().min(2).default(64).describe("Windows a step."),
  learning_rate: z.number().positive().default(2e-3).describe("Peak learning rate of AdamW."),
  warmup_epochs: z.number().min(0).default(1).describe("Epochs of linear warm-up before the cosine."),
  weight_decay: z.number().min(0).default(1e-4).describe("Decoupled decay of weights, not of biases."),
  gradient_clip: z.number().positive().default(1).describe("Largest global L2 norm of the gradients."),
  dropout: z.number().min(0).max(0.9).default(0.1).describe("Dropout in the hidden layers of the head."),
  label_smoothing: z.number().min(0).max(0.5).default(0.1).describe(
    "Share of each target spread over all classes.",
  ),
  auxiliary_weight: z.number().min(0).default(0.5)
    .describe(
      "Weight of a second classifier on the unquantised features; it helps training and is then dropped.",
    ),
  spread_weight: z.number().min(0).default(0.005)
    .describe("Weight of the term that keeps latents near zero mean and unit variance, out of saturation."),
  rotation: z.number().min(0).max(3.2).default(0.8)
    .describe("Largest random rotation of a sensor during training, radians."),
  scaling: z.number().min(0).max(1).default(0.1).describe(
    "Spread of a random factor a sensor during training.",
  ),
  jitter: z.number().min(0).max(1).default(0).describe("Noise added during training, in scaled units."),
  offset: z.number().min(0).max(1).default(0)
    .describe("Spread of a constant on each channel during training, in scaled units."),
  time_warp: z.number().min(0).max(0.9).default(0)
    .describe(
      "Largest change of speed within a window during training; more than about 0.3 is not physical.",
    ),
  channel_dropout: z.number().min(0).max(0.9).default(0)
    .describe("Probability of a silent triad or lone channel of a sensor during training."),
  sensor_dropout: z.number().min(0).max(0.9).default(0)
    .describe("Probability of a silent sensor during training; one of each window stays."),
  shift: z.number().min(0).max(0.5).default(0.25)
    .describe("Largest random shift of a window's start during training, as a share of its length."),
  averaging: z.number().min(0).max(0.9999).default(0.99)
    .describe("Decay a step of the running mean of the weights; the mean is what is judged and kept."),
  class_weighting: z.enum(["none", "sqrt", "balanced"]).default("none")
    .describe("Loss weight by class: none, 1/sqrt(share) or 1/share."),
  min_purity: z.number().min(0).max(1).default(0)
    .describe("Windows whose majority label covers less are not trained on."),
  seed: z.int().optional().describe("Seed of this step alone; by default it comes from the run's seed."),
  calibrate: z.boolean().default(true).describe("Fit the softmax temperature on the validation subjects."),
});

function leftOut(which: "none" | "all" | VqFix | VqFix[]): readonly VqFix[] {
  if (Array.isArray(which)) return which;
  return which === "none" ? [] : which === "all" ? vqFixes : [which];
}

export default defineStep({
  type: "train",
  summary: "Train the Conv2d-FSQ encoder on the training part, judged on validation subjects",
  inputs: { windows: Windows, split: Split },
  params,
  outputs: { model: Model },
  random: true,
  check({ kernel, pools, widths, quantizer, codebook_without }) {
    const problems = [];
    if (kernel % 2 === 0) {
      problems.push({ path: ["kernel"], message: `A kernel of ${kernel} has no middle: use an odd number` });
    }
    if (pools !== undefined && pools.length !== widths.length) {
      const message = `There are ${pools.length} pools for ${widths.length} convolutions`;
      problems.push({ path: ["pools"], message });
    }
    if (quantizer !== "vq-ema" && leftOut(codebook_without).length > 0) {
      const message = `only a learned codebook has fixes to leave out (quantizer: vq-ema), got ${quantizer}`;
      problems.push({ path: ["codebook_without"], message });
    }
    return problems;
  },
  permissions: { ffi: true, env: ["ORT_*", "DEBUG"], sys: ["cpus", "osRelease"] },
  async run({ inputs, params: p, rng, seed, threads, progress, warn, signal, checkpoint }) {
    const { windows, split } = inputs;
    const { countParameters } = await import("../model/architecture.ts");
    const { classesOf, classWeights, rowsOf } = await import("../model/train/training_rows.ts");
    const { encoderOnnx } = await import("../model/forward.ts");
    const { defaultArchitecture } = await import("../model/train/initial.ts");
    const { fitScaler } = await import("../model/scaler.ts");
    const { train } = await import("../model/train/train.ts");
    const { VQ_DEFAULTS } = await import("../model/train/vq_ema.ts");
    const { fitTemperature } = await import("../metrics/calibration/temperature.ts");
    const { Quantizer } = await import("../fsq/quantizer.ts");

    const started = performance.now();
    const { recordings } = windows;
    const trainRows = rowsOf(windows, split, Part.train, p.min_purity);
    const { names, labels, classOf } = classesOf(windows, trainRows);
    if (names.length < 2) {
      throw new InputError(`Cannot train: the training part holds ${names.length} class(es), 2 are needed`, {
        hint: "Check the label column, keep_labels and the split.",
      });
    }
    const validationRows = rowsOf(windows, split, Part.validation, p.min_purity).filter((row) =>
      labels[row] >= 0
    );
    if (validationRows.length === 0) {
      warn("No validation subjects: the last epoch's weights are kept and the temperature is not fitted");
    }
    const levels = p.quantizer === "fsq" ? p.levels : null;
    if (levels !== null) new Quantizer(levels).warnings.forEach((text) => warn(text));
    const input: [number, number, number] = [
      recordings.channels.length,
      recordings.sensors.length,
      inputLength(windows),
    ];
    const architecture = defaultArchitecture(input, names.length, levels, p);
    if (p.quantizer === "vq-ema") architecture.codebook = p.codebook_size;
    const scaler = fitScaler(windows, trainRows, p.scaler);
    const trained = await train(
      architecture,
      {
        windows,
        scaler,
        labels,
        classOf,
        classWeights: classWeights(labels, trainRows, names.length, p.class_weighting),
        trainRows,
        validationRows,
      },
      {
        epochs: p.epochs,
        patience: p.early_stopping_patience,
        keep: p.keep,
        batch: p.batch_size,
        learningRate: p.learning_rate,
        warmupEpochs: p.warmup_epochs,
        weightDecay: p.weight_decay,
        clip: p.gradient_clip,
        dropout: p.dropout,
        auxiliary: p.auxiliary_weight,
        spread: p.spread_weight,
        rotation: p.rotation,
        scaling: p.scaling,
        jitter: p.jitter,
        shift: Math.round(p.shift * windows.length),
        averaging: p.averaging,
        offset: p.offset,
        timeWarp: p.time_warp,
        channelDropout: p.channel_dropout,
        sensorDropout: p.sensor_dropout,
        labelSmoothing: p.label_smoothing,
        threads,
        ...(p.quantizer === "vq-ema"
          ? {
            vq: {
              ...VQ_DEFAULTS,
              decay: p.codebook_decay,
              commitment: p.commitment,
              warmupEpochs: 10,
              without: leftOut(p.codebook_without),
            },
          }
          : {}),
      },
      rng,
      {
        onProgress: (fraction, message) => progress({ fraction, message }),
        onWarning: warn,
        ...(checkpoint === undefined ? {} : { checkpoint }),
        signal,
      },
    );
    const calibrated = p.calibrate && validationRows.length > 0;
    const truth = Int32Array.from(validationRows, (row) => labels[row]);
    const temperature = calibrated
      ? fitTemperature(trained.validationLogits, truth, names.length).temperature
      : 1;
    const model: Model = {
      architecture,
      quantizer: levels !== null
        ? new Quantizer(levels).variant
        : p.quantizer === "vq-ema"
        ? "vq-ema"
        : "none",
      scaler: { method: p.scaler, ...scaler },
      sensors: recordings.sensors,
      channels: recordings.channels,
      units: recordings.units,
      filters: recordings.filters ?? [],
      labels: names,
      rate: recordings.rate,
      ...(windows.context ? { context: windows.context } : {}),
      temperature,
      parameters: countParameters(architecture),
      history: trained.history,
      bestEpoch: trained.bestEpoch,
      ...(trained.health === undefined ? {} : { health: trained.health }),
      training: {
        windows: trainRows.length,
        validationWindows: validationRows.length,
        subjects: split.groups.train,
        data: recordings.source.name,
        seed,
        origin: recordings.origin,
      },
      weights: trained.weights,
      onnx: encoderOnnx({ architecture, weights: trained.weights }),
    };
    progress({
      fraction: 1,
      message: `trained ${trained.history.length} epochs in ${
        ((performance.now() - started) / 1000).toFixed(1)
      } s`,
    });
    return { model };
  },
});
