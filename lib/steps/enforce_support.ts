/** `enforce-support`: merge motifs that too few windows carry. */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { camelKeys } from "../text/camel_keys.ts";
import { defineStep, optional } from "./define.ts";

const params = z.strictObject({
  min_support: z.number().min(0).max(1).default(0.005).describe(
    "Least share of windows that a motif must hold; a motif of exactly this share stays.",
  ),
  merge_to: z.int().min(1).optional().describe(
    "Motifs that are left at most: afterwards the most alike become one, along the dendrogram that the report shows.",
  ),
});

export default defineStep({
  type: "enforce-support",
  summary: "Merge motifs with too little support, or the most alike ones",
  inputs: { motifs: Motifs, latents: optional(Latents), codes: optional(Codes), split: optional(Split) },
  params,
  outputs: { motifs: Motifs },
  async run({ inputs, params, log, warn }) {
    const { enforceSupport } = await import("../cluster/enforce_support.ts");
    const motifs = enforceSupport({ ...inputs, ...camelKeys(params) });
    for (const { from, to, count } of motifs.mergeLog) {
      log(`motif ${from} (${count} windows) merged into ${to}`);
    }
    for (const warning of motifs.warnings.slice(inputs.motifs.warnings.length)) warn(warning);
    return { motifs };
  },
});
