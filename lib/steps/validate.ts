/** `validate`: numbers on windows that nothing was fitted on. */
import { z } from "zod";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep, optional } from "./define.ts";
import { checkGates, gates, toGates } from "./gate_params.ts";

export default defineStep({
  type: "validate",
  summary: "Judge a model, its codes and behaviours on held-out windows",
  inputs: {
    windows: Windows,
    split: Split,
    model: optional(Model),
    latents: optional(Latents),
    codes: optional(Codes),
    motifs: optional(Motifs),
    behaviours: optional(Behaviours),
  },
  params: z.strictObject({
    part: z.enum(["test", "validation", "all"]).default("test")
      .describe("Part of the split whose labelled windows are judged."),
    gates,
  }),
  outputs: { metrics: Metrics },
  random: true,
  check: (params) => checkGates(params.gates),
  async run({ inputs, params, rng, warn }) {
    const { validate } = await import("../metrics/validate.ts");
    const { withGates } = await import("../metrics/gates.ts");
    const { latents, codes, motifs, behaviours } = inputs;
    if ([latents?.logits, codes, motifs, behaviours].every((input) => input === undefined)) {
      throw new InputError("Cannot validate: there is nothing to judge", {
        hint: "Connect latents of a model with a classifier head, codes, motifs or behaviours.",
      });
    }
    if (inputs.split.leaks) {
      warn(`The split leaks (${inputs.split.rule}): its numbers say nothing about strangers`);
    }
    return { metrics: withGates(validate(inputs, params.part, rng), toGates(params.gates)) };
  },
});
