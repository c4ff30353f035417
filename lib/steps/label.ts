/** `label`: name motifs by a few labelled windows. */
import { z } from "zod";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { camelKeys } from "../text/camel_keys.ts";
import { defineStep, optional } from "./define.ts";

const params = z.strictObject({
  subjects: z.union([z.int().min(1), z.array(z.string()).min(1)]).optional().describe(
    "People whose labels are used: how many to draw, or their names; all people with labels by default.",
  ),
  per_class: z.int().min(1).optional().describe(
    "Labelled windows of each class to draw, to see how few are enough; all by default.",
  ),
  min_purity: z.number().min(0.5).max(1).default(0.7).describe(
    "Least share of one class among the labelled windows of a motif; below, it stays unknown.",
  ),
  min_windows: z.int().min(1).default(3).describe("Fewest labelled windows that name a motif."),
  merge: z.boolean().default(true).describe(
    "Whether motifs of one name become one behaviour, or stay apart with a number.",
  ),
  novelty: z.number().min(0).max(0.5).default(0.01).describe(
    "Windows further from all labelled ones than the labelled windows of one person are from those of the others, but for " +
      "this share of them, belong to no motif; 0 is off.",
  ),
});

export default defineStep({
  type: "label",
  summary: "Name motifs by a few labelled windows, and say what no label covers",
  inputs: { motifs: Motifs, windows: Windows, split: optional(Split) },
  params,
  outputs: { motifs: Motifs },
  random: true,
  async run({ inputs, params, rng, log, warn }) {
    const { labelMotifs } = await import("../cluster/label_motifs.ts");
    const { motifs, windows } = inputs;
    if (motifs.labels.length !== windows.start.length) {
      throw new InputError(
        `Cannot label motifs: they cover ${motifs.labels.length} windows, there are ${windows.start.length}`,
        { hint: "Connect motifs and windows that come from the same `window` step." },
      );
    }
    const { table, novel, motifs: named } = labelMotifs(inputs, camelKeys(params), rng);
    for (const { motif, name, labeled, purity, subjects } of table) {
      const evidence = purity === null
        ? "no labelled window"
        : `${(100 * purity).toFixed(0)} % of ${labeled} labelled windows, ${subjects} people`;
      log(`motif ${motif}: ${name} (${evidence})`);
    }
    if (novel > 0) log(`${novel} of ${windows.start.length} windows are far from all labelled ones`);
    for (const warning of named.warnings.slice(motifs.warnings.length)) warn(warning);
    return { motifs: named };
  },
});
