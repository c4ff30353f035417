/** Trials of the steps around a model: training, encoding, export and the temporal head. */
import { Part } from "../../../lib/artifacts/split.ts";
import encode from "../../../lib/steps/encode.ts";
import exportStep from "../../../lib/steps/export.ts";
import temporalHead from "../../../lib/steps/temporal_head.ts";
import train from "../../../lib/steps/train.ts";
import { codesFrom, splitOf } from "../../cluster/make_request.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../../model/sample_model.ts";
import { pair, type Tried } from "./trial.ts";

const windows = (() => {
  const own = sampleWindows(sampleModel(), 16);
  // Some windows are less pure, one class is more frequent, and two triads can be turned.
  return {
    ...own,
    purity: Float32Array.from(own.labels, (_, i) => (i % 3 === 0 ? 0.6 : 1)),
    labels: own.labels.map((label, i) => (i % 5 < 2 ? 0 : label)),
    recordings: { ...own.recordings, triads: [[0, 1, 2], [3, 4, 5]] as [number, number, number][] },
  };
})();
const split = splitByRecording(windows);
/** The smallest network that has every part. */
const tiny = {
  widths: [4, 4],
  kernel: 3,
  head: [6],
  neck: [6],
  epochs: 2,
  batch_size: 16,
  levels: [4, 4, 4],
};
/** Steps that are far too large at first: the last epoch is not the best. */
const rough = { ...tiny, epochs: 9, learning_rate: 1, averaging: 0, keep: "last" };
const vq = { ...tiny, quantizer: "vq-ema", codebook_size: 8 };
const discover = { ...tiny, objective: "discover", epochs: 1, teachers: 1 };
const codes = codesFrom(Uint32Array.from(windows.labels, (label, i) => (label + 4 * (i % 3)) % 16), [4, 4]);
const head = { epochs: 3, hidden: [6] };

const ownSeed = {
  file: "tests/workflow/expand/matrix_test.ts",
  name: "a random step is seeded by the run seed and its id, or by its own seed",
};

export const tried: Tried[] = [
  {
    step: train,
    inputs: () => ({ windows, split }),
    trials: {
      objective: pair("supervised", "discover", { ...tiny, teachers: 1 }),
      discover_epochs: pair(1, 2, { ...discover, objective: "both" }),
      discover_weight: pair(0.5, 1, { ...discover, objective: "both", discover_epochs: 1 }),
      teachers: pair(1, 2, discover),
      transductive: pair(false, true, discover),
      encoder: {
        file: "tests/steps/train_encoder_test.ts",
        name: "train learns the network of an encoder file, which encodes and exports like the built-in one",
      },
      quantizer: pair("fsq", "none", tiny),
      levels: pair([4, 4, 4], [5, 5, 5], tiny),
      latent: pair(2, 3, { ...tiny, quantizer: "none" }),
      codebook_size: pair(8, 16, vq),
      codebook_decay: pair(0.99, 0.5, vq),
      commitment: pair(0.25, 5, vq),
      codebook_without: pair("none", "all", vq),
      widths: pair([4, 4], [5, 4], tiny),
      kernel: pair(3, 5, tiny),
      pools: pair([2, 1], [4, 1], tiny),
      pooling: pair(["mean", "max"], ["mean", "std"], tiny),
      segments: pair(1, 2, tiny),
      neck: pair([6], [5], tiny),
      head: pair([6], [5], tiny),
      scaler: pair("triad", "zscore", tiny),
      epochs: pair(2, 3, { ...tiny, keep: "last" }),
      early_stopping_patience: pair(1, 9, { ...rough, keep: "best" }),
      keep: pair("best", "last", { ...rough, epochs: 3 }),
      batch_size: pair(8, 16, tiny),
      learning_rate: pair(0.002, 0.004, tiny),
      warmup_epochs: pair(0, 1, tiny),
      weight_decay: pair(0, 0.1, tiny),
      gradient_clip: pair(1, 0.01, tiny),
      dropout: pair(0, 0.5, tiny),
      label_smoothing: pair(0, 0.4, tiny),
      auxiliary_weight: pair(0, 0.5, tiny),
      spread_weight: pair(0, 0.5, tiny),
      rotation: pair(0, 0.8, tiny),
      scaling: pair(0, 0.5, tiny),
      jitter: pair(0, 0.5, tiny),
      offset: pair(0, 0.5, tiny),
      time_warp: pair(0, 0.5, tiny),
      channel_dropout: pair(0, 0.5, tiny),
      sensor_dropout: pair(0, 0.5, tiny),
      mixing: pair(0, 0.5, tiny),
      shift: pair(0, 0.5, tiny),
      averaging: pair(0, 0.9, tiny),
      class_weighting: pair("none", "balanced", tiny),
      min_purity: pair(0, 0.9, tiny),
      sample: pair(12, 24, tiny),
      seed: ownSeed,
      calibrate: pair(true, false, tiny),
    },
    outcome: (
      { model: { weights, temperature, scaler, history } },
    ) => [weights, temperature, scaler, history],
  },
  {
    step: encode,
    inputs: () => ({ windows, model: sampleModel() }),
    trials: {
      batch: "changes memory and speed only, which is what tests/steps/encode_test.ts shows (T077)",
      provider: pair("onnxruntime-node", "onnxruntime-web"),
    },
  },
  {
    step: exportStep,
    inputs: () => ({
      windows,
      model: sampleModel(),
      split: splitOf(Uint8Array.from(windows.recording, (r) => r === 0 ? Part.test : Part.train)),
    }),
    trials: {
      parity_windows: pair(8, 16),
      calibration_windows: pair(8, 16),
      selftest_windows: pair(16, 24),
      int8_windows: pair(4, 8),
      tfjs: pair(false, true),
    },
  },
  {
    step: temporalHead,
    inputs: () => ({
      windows,
      split,
      codes,
      latents: {
        latents: new Float32Array(2 * windows.start.length),
        dimensions: 2,
        classes: [],
        details: {},
      },
    }),
    trials: {
      neighbours: pair(0, 1, head),
      hidden: pair([6], [7], head),
      epochs: pair(2, 3, head),
      learning_rate: pair(0.003, 0.01, head),
      weight_decay: pair(0, 0.5, head),
      label_smoothing: pair(0, 0.4, head),
      class_weighting: pair("none", "balanced", head),
      min_purity: pair(0, 0.9, head),
      seed: ownSeed,
    },
    outcome: ({ latents: { logits, temperature } }) => [logits, temperature],
  },
];
