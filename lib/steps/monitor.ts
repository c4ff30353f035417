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
  }),
  outputs: { metrics: Metrics },
  random: true,
  async run({ inputs, params, rng, warn }) {
    const { monitor } = await import("../metrics/monitor.ts");
    const side = (name: "reference" | "current") => ({
      windows: inputs[`${name}_windows`],
      codes: inputs[`${name}_codes`],
      motifs: inputs[`${name}_motifs`],
      latents: inputs[`${name}_latents`],
    });
    const { min_count, ...options } = params;
    const metrics = monitor(side("reference"), side("current"), { ...options, minCount: min_count }, rng);
    const { drifted } = metrics.metrics;
    if (drifted.value! > 0) warn(`Drift: ${drifted.note} exceed what the reference shows without any change`);
    return { metrics };
  },
});
