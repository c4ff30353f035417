/** Codes by a model's own quantiser, for judging a model whose codes are not connected. */
import type { Codes } from "../../artifacts/codes.ts";
import type { Latents } from "../../artifacts/latents.ts";
import type { Model } from "../../artifacts/model.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { codeStatistics } from "../../fsq/statistics.ts";
import { nearestCodes } from "../../fsq/nearest.ts";

/** Codes of all latents by levels or learned codebook; undefined for a model without quantiser. */
export function modelCodes(
  { architecture: { levels, codebook, latent }, weights, quantizer: variant }: Pick<
    Model,
    "architecture" | "weights" | "quantizer"
  >,
  { latents, dimensions }: Latents,
): Codes | undefined {
  if (dimensions !== latent || (levels === null && codebook === undefined)) return undefined;
  const codes = levels !== null
    ? new Quantizer(levels).codes(latents)
    : nearestCodes(latents, weights["vq.codebook"].data as Float32Array, latent);
  const size = codebook ?? levels!.reduce((product, level) => product * level, 1);
  return {
    codes: Uint32Array.from(codes),
    levels: levels ?? [size],
    variant,
    ...codeStatistics(codes, size),
  };
}
