/** Parameters of `train`. Those whose best value depends on the objective are filled in by {@linkcode withDefaults}. */
import { z } from "zod";
import { type VqFix, vqFixes } from "../../model/train/vq_fixes.ts";

export const trainParams = z.strictObject({
  objective: z.enum(["supervised", "discover", "both"]).default("supervised")
    .describe(
      "What is learnt: to tell the labelled classes; discover, without reading any label, a code of whatever lasts longer " +
        "than a window, which has no use for what is about classes: head, dropout, label smoothing, weighting, calibration; " +
        "or both: first what discover learns from all windows of the training part, then the classes where there are " +
        "labels, while the codes of all these windows stay near what was discovered.",
    ),
  discover_epochs: z.int().min(1).optional().describe(
    "Passes of a teacher before labels are read, with objective: both; 8 or as many as make 500 steps when left out.",
  ),
  discover_weight: z.number().min(0).default(1).describe(
    "Weight of what was discovered beside the labels, with objective: both; 0 only starts from it.",
  ),
  teachers: z.int().min(1).max(64).default(12)
    .describe(
      "Small networks over statistics of windows whose codes are joined by discover and both; more are steadier and take longer.",
    ),
  transductive: z.boolean().default(false)
    .describe(
      "Whether discover and both learn from the windows of all parts, without their labels: no result on these people says then " +
        "what it would be on new ones.",
    ),
  encoder: z.string().regex(/\.[cm]?[jt]s$/, "name a file that ends with .ts or .js").optional()
    .describe(
      "A TypeScript file whose default export gives a TensorFlow.js network, which stands for widths, kernel, pools, " +
        "pooling and segments; `./` starts at the workflow's folder.",
    ),
  quantizer: z.enum(["fsq", "vq-ema", "none"]).default("fsq")
    .describe(
      "Quantiser of the latent: finite scalar levels, a learned codebook (a baseline, not for export), or none.",
    ),
  levels: z.array(z.int().min(3).max(1000)).min(1).nullable().optional()
    .describe(
      "Quantiser levels per latent dimension; when left out [4, 4, 4], [5, 5, 5, 5, 5, 5] of ten labelled classes and more, and " +
        "[8, 8, 8, 8, 8] for discover and both; null trains the same network without a quantiser.",
    ),
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
      "Time steps that the maximum after each convolution joins, one number a convolution; when left out 4 after the first, 2 after " +
        "the others and 1 after the last, and 2 in place of 4 for discover and both.",
    ),
  pooling: z.array(z.enum(["mean", "max", "std"])).min(1).default(["mean", "max"])
    .describe(
      "Statistics over time that summarise a window; std is stronger; a Hailo-8 then computes up to the last feature maps, and the host goes on from there.",
    ),
  segments: z.int().min(1).max(32).default(1)
    .describe(
      "Stretches of time that are summarised apart, so that the model knows when; with more than 1 a Hailo-8 computes up to the last feature maps only.",
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
  epochs: z.int().min(1).optional().describe(
    "Most epochs; when left out 25, or as many up to 250 as make 1000 steps of a small set. Of discover the passes of a teacher, 8 or as " +
      "many as make 500 steps.",
  ),
  early_stopping_patience: z.int().min(1).default(10)
    .describe("Stop after this many epochs without a better macro-F1 on the validation subjects."),
  keep: z.enum(["best", "last"]).optional()
    .describe(
      "Keep the epoch that did best on the validation subjects, or the last one; when left out the best of three subjects and " +
        "more, and the last where fewer would choose by chance.",
    ),
  batch_size: z.int().min(2).optional().describe("Windows a step, 64 when left out, 256 for discover."),
  learning_rate: z.number().positive().optional()
    .describe(
      "Peak learning rate of AdamW, 0.004 when left out, 0.002 for both and for the network of an encoder file.",
    ),
  warmup_epochs: z.number().min(0).default(1).describe("Epochs of linear warm-up before the cosine."),
  weight_decay: z.number().min(0).optional()
    .describe("Decoupled decay of weights, not of biases, 0.0001 when left out, 0.001 for discover."),
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
  rotation: z.number().min(0).max(3.2).optional()
    .describe(
      "Largest random rotation of a sensor during training, radians, 0.8 when left out, and with discover half a turn of a " +
        "sensor that people wore in many ways; teachers of discover see other sensors turned by 0.3 at most.",
    ),
  scaling: z.number().min(0).max(1).default(0.1).describe(
    "Spread of a random factor a sensor during training.",
  ),
  jitter: z.number().min(0).max(1).optional()
    .describe("Noise added during training, in scaled units, 0 when left out, 0.03 for discover."),
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
  mixing: z.number().min(0).max(1).default(0)
    .describe(
      "α of the random shares in which training windows and their labels are mixed in pairs; 0.2 mixes a little, 1 a lot. " +
        "Learning without labels does not mix.",
    ),
  shift: z.number().min(0).max(0.5).optional()
    .describe(
      "Largest random shift of a window's start during training, as a share of its length, 0.25 when left out; discover " +
        "has none.",
    ),
  averaging: z.number().min(0).max(0.9999).default(0.99)
    .describe("Decay a step of the running mean of the weights; the mean is what is judged and kept."),
  class_weighting: z.enum(["none", "sqrt", "balanced"]).default("none")
    .describe("Loss weight by class: none, 1/sqrt(share) or 1/share."),
  min_purity: z.number().min(0).max(1).default(0)
    .describe("Windows whose majority label covers less are not trained on."),
  sample: z.int().min(2).optional().describe(
    "Most windows that are learnt from, drawn by the seed among those of the training part that count, in runs of 32 that follow " +
      "each other, and a quarter as many that judge; all when left out. Scaler, weights and temperature are then of the sample, and " +
      "the model says of how many windows it is.",
  ),
  seed: z.int().optional().describe("Seed of this step alone; by default it comes from the run's seed."),
  calibrate: z.boolean().default(true).describe(
    "Fit the softmax temperature on the validation subjects; that of few is drawn towards 1.",
  ),
});

export type TrainParams = z.output<typeof trainParams>;

const supervised = {
  // Decided where the number of classes is known.
  levels: undefined,
  // As many as small sets need is decided where the number of windows is known.
  epochs: undefined as number | undefined,
  batch_size: 64,
  learning_rate: 4e-3,
  weight_decay: 1e-4,
  rotation: 0.8,
  jitter: 0,
  shift: 0.25,
};

const discover = {
  levels: [8, 8, 8, 8, 8],
  // As many as small sets need is decided where the number of windows is known.
  epochs: undefined,
  batch_size: 256,
  learning_rate: 4e-3,
  weight_decay: 1e-3,
  // How far a sensor is turned by itself is decided where it is known how people wore it.
  rotation: undefined,
  jitter: 0.03,
  shift: 0,
};

// Of both, what is about labels; its discovery takes the other's. It begins with weights that are good already.
const both = { ...supervised, levels: discover.levels, learning_rate: 2e-3 };

const defaults = { supervised, discover, both };

/** Parameters with the defaults of an objective. */
export type Filled<O extends TrainParams["objective"]> =
  & Omit<TrainParams, keyof typeof defaults[O]>
  & typeof defaults[O]
  & { levels: number[] | null | (O extends "supervised" ? undefined : never) };

/** The parameters with the defaults of an objective where nothing was given. */
export function withDefaults<O extends TrainParams["objective"]>(
  params: TrainParams,
  objective: O,
): Filled<O> {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  // The faster rate was measured with the built-in network.
  const own = objective === "supervised" && params.encoder !== undefined ? { learning_rate: 2e-3 } : {};
  return { ...defaults[objective], ...own, ...given } as Filled<O>;
}

/** What of a learned codebook is left out. */
export function leftOut(which: "none" | "all" | VqFix | VqFix[]): readonly VqFix[] {
  if (Array.isArray(which)) return which;
  return which === "none" ? [] : which === "all" ? vqFixes : [which];
}
