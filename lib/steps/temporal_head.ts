/** `temporal-head`: labels of windows from their own code and those of their neighbours. */
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Part, Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep } from "./define.ts";
import { camelKeys } from "../text/camel_keys.ts";

export default defineStep({
  type: "temporal-head",
  summary: "Classify each window by its code and the codes of its neighbours in time",
  inputs: { windows: Windows, split: Split, latents: Latents, codes: Codes },
  params: z.strictObject({
    neighbours: z.int().min(0).max(50).default(1)
      .describe("Windows on either side whose codes are read as well; each delays an answer by one hop."),
    hidden: z.array(z.int().min(1).max(512)).min(1).default([64]).describe("Hidden widths."),
    epochs: z.int().min(1).default(30).describe("Epochs; the last one is kept."),
    learning_rate: z.number().positive().default(3e-3).describe("Peak learning rate of AdamW."),
    weight_decay: z.number().min(0).default(1e-3).describe("Decoupled decay of weights, not of biases."),
    label_smoothing: z.number().min(0).max(0.5).default(0.1).describe(
      "Share of each target spread over all classes.",
    ),
    class_weighting: z.enum(["none", "sqrt", "balanced"]).default("none")
      .describe("Loss weight by class: none, 1/sqrt(share) or 1/share."),
    min_purity: z.number().min(0).max(1).default(0)
      .describe("Windows whose majority label covers less are not trained on."),
    seed: z.int().optional().describe("Seed of this step alone; by default it comes from the run's seed."),
  }),
  outputs: { latents: Latents },
  random: true,
  permissions: { ffi: true, env: ["ORT_*", "DEBUG"], sys: ["cpus", "osRelease"] },
  async run({ inputs, params: p, rng, threads, progress, warn, log, signal }) {
    const { windows, split, latents, codes } = inputs;
    const { labeledRowsOf } = await import("../model/train/training_rows.ts");
    const { fitTemporalHead } = await import("../model/train/temporal_head.ts");
    const { Quantizer } = await import("../fsq/quantizer.ts");
    if (codes.codes.length !== windows.start.length) {
      throw new InputError(
        `Cannot read codes: there are ${codes.codes.length} for ${windows.start.length} windows`,
        { hint: "Connect the codes of the same windows." },
      );
    }
    const rows = {
      train: labeledRowsOf(windows, split, Part.train, p.min_purity),
      validation: labeledRowsOf(windows, split, Part.validation, 0),
    };
    if (rows.train.length === 0) {
      throw new InputError("Cannot train temporal head: no labelled window is in the training part", {
        hint: "Check the label column and the split.",
      });
    }
    if (rows.validation.length === 0) warn("No validation subjects: the temperature is not fitted");
    const quantizer = new Quantizer(codes.levels);
    const d = codes.levels.length;
    const values = new Float32Array(codes.codes.length * d);
    codes.codes.forEach((code, i) => values.set(quantizer.valuesOf(code), i * d));
    const head = await fitTemporalHead(
      windows,
      split,
      values,
      rows,
      { ...camelKeys(p), threads },
      rng,
      { onProgress: (fraction, message) => progress({ fraction, message }), onWarning: warn, signal },
    );
    log(`${head.parameters} parameters read the codes of ${2 * p.neighbours + 1} windows`);
    return {
      latents: {
        ...latents,
        logits: head.logits,
        classes: head.classes,
        temperature: head.temperature,
        details: {
          ...latents.details,
          temporal_head: { neighbours: p.neighbours, parameters: head.parameters, epochs: p.epochs },
        },
      },
    };
  },
});
