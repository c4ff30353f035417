/** Marks of the network under training on validation windows. */
import type { Architecture } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { codeStatistics } from "../../fsq/statistics.ts";
import { confusionMatrix, score } from "../../metrics/scores/classification.ts";
import { openSession } from "../../onnx/runtime.ts";
import { argmaxRows, encodeWindows } from "../evaluate.ts";
import { encoderOnnx } from "../forward.ts";
import { nearestCodes } from "../../fsq/nearest.ts";
import type { TrainingData } from "./training_data.ts";

/** A model's marks on the validation part; `null` without windows. */
export interface EpochScores {
  loss: number | null;
  accuracy: number | null;
  /** Mean F1 of the classes: what rare classes count in. */
  macroF1: number | null;
  perplexity: number | null;
  topShare: number | null;
  logits: Float32Array;
  latents: Float32Array;
}

const unjudged: EpochScores = {
  loss: null,
  accuracy: null,
  macroF1: null,
  perplexity: null,
  topShare: null,
  logits: new Float32Array(0),
  latents: new Float32Array(0),
};

/** Validation loss, accuracy and code perplexity by the very graph that will be deployed. */
export async function judge(
  architecture: Architecture,
  weights: Record<string, NpyArray<Float32Array>>,
  data: TrainingData,
  threads: number,
  signal?: AbortSignal,
): Promise<EpochScores> {
  const rows = data.validationRows;
  if (rows.length === 0) return unjudged;
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads });
  const { classes } = architecture;
  try {
    const model = { architecture, scaler: { method: "", ...data.scaler } };
    const { latents, logits } = await encodeWindows(
      session,
      model,
      data.windows,
      rows,
      signal ? { signal } : {},
    );
    let loss = 0;
    const guesses = argmaxRows(logits, classes);
    for (let i = 0; i < rows.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const top = row[guesses[i]];
      const label = data.labels[rows[i]];
      loss += top - row[label] + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0));
    }
    const truth = Int32Array.from(rows, (row) => data.labels[row]);
    const { accuracy, macroF1 } = score(confusionMatrix(truth, guesses, classes));
    return {
      loss: loss / rows.length,
      accuracy,
      macroF1,
      ...codeUsage(architecture, weights, latents),
      logits,
      latents,
    };
  } finally {
    await session.release();
  }
}

function codeUsage(
  { levels, codebook, latent }: Architecture,
  weights: Record<string, NpyArray<Float32Array>>,
  latents: Float32Array,
): Pick<EpochScores, "perplexity" | "topShare"> {
  if (levels === null && codebook === undefined) return { perplexity: null, topShare: null };
  const quantizer = levels === null ? undefined : new Quantizer(levels);
  const codes = quantizer?.codes(latents) ?? nearestCodes(latents, weights["vq.codebook"].data, latent);
  const { perplexity, topShare } = codeStatistics(codes, quantizer?.codebookSize ?? codebook!);
  return { perplexity, topShare };
}
