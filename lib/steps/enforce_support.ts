/** `enforce-support`: merge motifs that too few windows carry. */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { defineStep, optional } from "./define.ts";

const params = z.strictObject({
  min_support: z.number().min(0).max(1).default(0.005).describe(
    "Least share of windows that a motif must hold; a motif of exactly this share stays.",
  ),
});

export default defineStep({
  type: "enforce-support",
  summary: "Merge motifs with too little support into their nearest neighbour",
  inputs: { motifs: Motifs, latents: optional(Latents), codes: optional(Codes), split: optional(Split) },
  params,
  outputs: { motifs: Motifs },
  async run({ inputs, params, log, warn }) {
    const { enforceSupport } = await import("../cluster/enforce_support.ts");
    const motifs = enforceSupport({ ...inputs, minSupport: params.min_support });
    for (const { from, to, count } of motifs.mergeLog) {
      log(`motif ${from} (${count} windows) merged into ${to}`);
    }
    if (motifs.k < inputs.motifs.k) warn(motifs.warnings.at(-1)!);
    return { motifs };
  },
});
