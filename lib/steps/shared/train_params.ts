/** Parameters of `train`. */
import { z } from "zod";
import { type VqFix, vqFixes } from "../../model/train/vq_fixes.ts";

export const trainParams = z.strictObject({
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

/** What of a learned codebook is left out. */
export function leftOut(which: "none" | "all" | VqFix | VqFix[]): readonly VqFix[] {
  if (Array.isArray(which)) return which;
  return which === "none" ? [] : which === "all" ? vqFixes : [which];
}
