/** What the trainers make of the parameters of `train`. */
import type { DiscoverOptions } from "../../model/discover/discover.ts";
import type { TrainOptions } from "../../model/train/train.ts";
import { VQ_DEFAULTS } from "../../model/train/vq_ema.ts";
import { camelKeys } from "../../text/camel_keys.ts";
import { type Filled, leftOut, type TrainParams, withDefaults } from "./train_params.ts";

/** Options of the trainer by labels but the epochs, which the windows decide. @param length Samples of a window. */
export function trainOptions(
  params: Filled<"supervised" | "both"> & { keep: "best" | "last" },
  length: number,
): Omit<TrainOptions, "threads" | "epochs"> {
  const {
    earlyStoppingPatience: patience,
    batchSize: batch,
    gradientClip: clip,
    auxiliaryWeight: auxiliary,
    spreadWeight: spread,
    shift,
    epochs: _,
    ...same
  } = camelKeys(params);
  const options = { ...same, patience, batch, clip, auxiliary, spread, shift: Math.round(shift * length) };
  if (same.quantizer !== "vq-ema") return options;
  const { codebookDecay: decay, commitment, codebookWithout } = same;
  return {
    ...options,
    vq: { ...VQ_DEFAULTS, decay, commitment, warmupEpochs: 10, without: leftOut(codebookWithout) },
  };
}

/** Options of the trainer without labels; of both objectives those of its first stage. */
export function discoverOptions(params: TrainParams): Omit<DiscoverOptions, "threads"> {
  const own = params.objective === "both"
    ? { ...params, ...discoveryOwn, epochs: params.discover_epochs }
    : params;
  const { batchSize: batch, gradientClip: clip, ...same } = camelKeys(withDefaults(own, "discover"));
  return { ...same, batch, clip };
}

/** What of both objectives is about labels, and has another best value without them. */
const discoveryOwn = {
  batch_size: undefined,
  learning_rate: undefined,
  weight_decay: undefined,
  rotation: undefined,
  jitter: undefined,
};
