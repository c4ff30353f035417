/** What the trainer makes of the parameters of `train`. */
import type { z } from "zod";
import type { TrainOptions } from "../../model/train/train.ts";
import { VQ_DEFAULTS } from "../../model/train/vq_ema.ts";
import { camelKeys } from "../../text/camel_keys.ts";
import { leftOut, type trainParams } from "./train_params.ts";

/** The trainer's options. @param length Samples of a window. */
export function trainOptions(
  params: z.output<typeof trainParams>,
  length: number,
): Omit<TrainOptions, "threads"> {
  const {
    earlyStoppingPatience: patience,
    batchSize: batch,
    gradientClip: clip,
    auxiliaryWeight: auxiliary,
    spreadWeight: spread,
    shift,
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
