/** `quantize`: each latent vector to its FSQ code. */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Model } from "../artifacts/model.ts";
import { InputError } from "../errors.ts";
import { checkLevels, checkVariant, MAX_CODES } from "../fsq/constants.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "quantize",
  summary: "Map each latent vector to its FSQ code",
  inputs: { latents: Latents, model: optional(Model) },
  params: z.strictObject({
    levels: z.array(z.int()).nullable().default(null).describe(
      "Levels of each latent dimension; null takes them from the model, and latents without a model need them.",
    ),
    variant: z.string().default("fsq/v1-offset-atanh").describe(
      "Quantiser variant; any other than the implemented one is refused, because codes of variants differ.",
    ),
  }),
  outputs: { codes: Codes },
  check: ({ levels, variant }) => [
    ...problemOf("variant", () => checkVariant(variant)),
    ...problemOf("levels", () => levels === null || checkLevels(levels)),
  ],
  map: "recording",
  needs: ({ levels }) =>
    levels === null ? [{ path: ["levels"], ports: ["model"], why: "levels are those of the model" }] : [],
  async run({ inputs: { latents, model }, params, warn }) {
    checkVariant(params.variant);
    const { firstNonFiniteRow, Quantizer } = await import("../fsq/quantizer.ts");
    const { codeStatistics } = await import("../fsq/statistics.ts");
    if (model?.architecture.codebook !== undefined) {
      throw new InputError("Cannot quantise: the model has a learned codebook (vq-ema), not levels", {
        hint: "Its perplexity stands in its history; train with quantizer: fsq for codes.",
      });
    }
    if (model !== undefined && model.quantizer !== "none") checkVariant(model.quantizer);
    const levels = chooseLevels(params.levels, model);
    const quantizer = new Quantizer(levels);
    if (params.levels !== null) quantizer.warnings.forEach(warn); // a model's levels were remarked on in training
    if (levels.length !== latents.dimensions) {
      throw new InputError(
        `Cannot quantise: latents have ${latents.dimensions} dimensions, levels [${levels}] have ${levels.length}`,
      );
    }
    const bad = firstNonFiniteRow(latents.latents, latents.dimensions);
    if (bad >= 0) {
      const row = [...latents.latents.subarray(bad * latents.dimensions, (bad + 1) * latents.dimensions)];
      throw new InputError(`Cannot quantise: the latent of window ${bad} is [${row.join(", ")}]`, {
        hint: "Look for NaN or infinite samples in its recording, or train again with a lower learning rate.",
      });
    }
    if (quantizer.codebookSize > MAX_CODES) {
      throw new InputError(
        `Cannot quantise: levels [${levels}] make ${quantizer.codebookSize} codes, more than a uint32 holds`,
      );
    }
    const codes = quantizer.codes(latents.latents);
    const s = codeStatistics(codes, quantizer.codebookSize);
    return {
      codes: {
        codes,
        levels,
        variant: quantizer.variant,
        counts: s.counts,
        codebookSize: s.codebookSize,
        utilization: s.utilization,
        expectedUtilization: s.expectedUtilization,
        entropyBits: s.entropyBits,
        perplexity: s.perplexity,
        // A head, too, decides what a code is about; then persistence is not all that counts.
        ...(model?.discovery === undefined || model.architecture.classes > 0 || params.levels !== null
          ? {}
          : { persistence: model.discovery.persistence }),
      },
    };
  },
});

/** What science code refuses, as a problem of the parameter. */
function problemOf(param: string, check: () => unknown): { path: string[]; message: string }[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ path: [param], message: error.message.split("\n")[0] }];
  }
}

function chooseLevels(levels: number[] | null, model: Model | undefined): number[] {
  const own = model?.architecture.levels ?? null;
  if (levels === null && own === null) {
    throw new InputError(
      model === undefined
        ? "Cannot quantise: no model is connected and no levels are given"
        : "Cannot quantise: the model has no quantiser and no levels are given",
      { hint: "Set levels, e.g. levels: [8, 6, 5]." },
    );
  }
  if (levels !== null && own !== null && levels.join() !== own.join()) {
    throw new InputError(`Cannot quantise: levels [${levels}] differ from the model's [${own}]`, {
      hint: "Leave levels out, or disconnect the model.",
    });
  }
  return levels ?? own!;
}
