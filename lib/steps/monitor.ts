/** `monitor`: have the new recordings drifted away from the reference? */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Windows } from "../artifacts/windows.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "monitor",
  summary: "Test codes, motifs and confidence of new recordings for drift against a reference",
  inputs: {
    reference_windows: Windows,
    current_windows: Windows,
    reference_codes: optional(Codes),
    current_codes: optional(Codes),
    reference_motifs: optional(Motifs),
    current_motifs: optional(Motifs),
    reference_latents: optional(Latents),
    current_latents: optional(Latents),
  },
  params: z.strictObject({
    level: z.number().gt(0).lt(1).default(0.99)
      .describe("Probability of silence without any change; the threshold is calibrated on the reference."),
    draws: z.int().min(100).max(100_000).default(1000).describe(
      "Draws of the reference for the calibration.",
    ),
    min_count: z.int().min(1).default(500).describe("Fewer new windows than this decide nothing."),
    refits: z.int().min(0).max(1000).default(20).describe(
      "Refits of the motifs to recordings of the reference, which say what agreement to expect.",
    ),
    min_stability: z.number().min(-1).max(1).default(0.7).describe(
      "Least adjusted Rand index between motifs refitted to the new windows (k-means, mixtures) and the reference's.",
    ),
  }),
  outputs: { metrics: Metrics },
  random: true,
  async run({ inputs, params, rng, warn }) {
    const { monitor } = await import("../metrics/drift/monitor.ts");
    const side = (name: "reference" | "current") => ({
      windows: inputs[`${name}_windows`],
      codes: inputs[`${name}_codes`],
      motifs: inputs[`${name}_motifs`],
      latents: inputs[`${name}_latents`],
    });
    const { min_count, min_stability, ...rest } = params;
    const options = { ...rest, minCount: min_count, minStability: min_stability };
    const metrics = monitor(side("reference"), side("current"), options, rng);
    const { drifted, cluster_stability: stability } = metrics.metrics;
    if (drifted.value === null) warn(`Whether anything drifted cannot be told: ${drifted.note}`);
    else if (drifted.value > 0) {
      warn(`Drift: ${drifted.note} exceed what the reference shows without any change`);
    }
    if ((stability?.value ?? Infinity) < min_stability) {
      warn(
        `Motifs no longer hold: refitted to the new windows they agree with those of the reference by ` +
          `${stability.value!.toFixed(2)}, below ${min_stability}`,
      );
    }
    return { metrics };
  },
});
