/** How a trained quantiser uses its latent on validation windows. */
import type { Architecture, LatentUse, QuantizerHealth } from "../../artifacts/model.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { dimensionUsage } from "../../fsq/saturation.ts";

/**
 * Health of the kept weights.
 *
 * @param latents `[n, d]` before the bound.
 */
export function quantizerHealth(
  { levels, latent }: Architecture,
  latents: Float32Array,
  collapsedEpochs: number[],
): QuantizerHealth {
  const dimensions = levels === null
    ? Array.from({ length: latent }, (_, j) => spread(latents, j, latent))
    : dimensionUsage(latents, new Quantizer(levels)).map(
      ({ mean, deviation, saturated, entropyBits, level }): LatentUse => ({
        mean,
        deviation,
        saturated,
        entropyBits,
        level,
      }),
    );
  return { n: latents.length / latent, collapsedEpochs, dimensions };
}

function spread(latents: Float32Array, j: number, d: number): LatentUse {
  const n = latents.length / d;
  let sum = 0, squares = 0;
  for (let i = j; i < latents.length; i += d) sum += latents[i];
  for (let i = j; i < latents.length; i += d) squares += (latents[i] - sum / n) ** 2;
  return {
    mean: sum / n,
    deviation: Math.sqrt(squares / n),
    saturated: null,
    entropyBits: null,
    level: null,
  };
}
