/** `validate`: numbers on windows that nothing was fitted on. */
import { z } from "zod";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Benchmark, readBenchmarkMetrics } from "../artifacts/benchmark.ts";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { OnnxBundle, readInt8Estimate } from "../artifacts/onnx_bundle.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep, optional } from "./define.ts";
import { checkGates, gates, toGates } from "./shared/gate_params.ts";

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
    bundle: optional(OnnxBundle),
    benchmark: optional(Benchmark),
    twin: optional(Metrics),
  },
  params: z.strictObject({
    part: z.enum(["test", "validation", "all"]).default("test")
      .describe(
        "Part of the split whose labelled windows are judged; `all` and `validation` are for a model from elsewhere: " +
          "windows that something was fitted on are told, and never ready.",
      ),
    gates,
  }),
  outputs: { metrics: Metrics },
  random: true,
  check: (params) => checkGates(params.gates),
  needs: () => [{
    path: [],
    ports: ["latents", "codes", "motifs", "behaviours"],
    why: "there is nothing to judge",
  }],
  async run({ inputs, params, rng, warn }) {
    const { validate } = await import("../metrics/scores/validate.ts");
    const { withGates } = await import("../metrics/gates.ts");
    const { besideTwin } = await import("../metrics/compare/twin.ts");
    const { latents, codes, motifs, behaviours } = inputs;
    if ([latents?.logits, codes, motifs, behaviours].every((input) => input === undefined)) {
      throw new InputError("Cannot validate: there is nothing to judge", {
        hint: "Connect latents of a model with a classifier head, codes, motifs or behaviours.",
      });
    }
    if (inputs.split.leaks) {
      warn(`The split leaks (${inputs.split.rule}): its numbers say nothing of new people`);
    }
    const { bundle, benchmark, twin, ...judged } = inputs;
    const further = {
      ...(judged.model && await activationsOf(judged.model)),
      ...(bundle && await int8Of(bundle.dir, params.part, warn)),
      ...(benchmark && (await readBenchmarkMetrics(benchmark.dir)).metrics),
    };
    const metrics = validate({ ...judged, further }, params.part, rng);
    const facts = metrics.heldOut;
    if (params.part !== "test" && facts !== undefined && facts.trained > 0) {
      warn(
        `${facts.trained} of the ${facts.judged} judged windows are training or validation windows: ` +
          "their numbers say nothing of new people",
      );
    }
    if (twin !== undefined) Object.assign(metrics.metrics, besideTwin(twin, metrics.metrics));
    return { metrics: withGates(metrics, toGates(params.gates)) };
  },
});

/** What 8-bit arithmetic is estimated to cost, where the estimate was made on windows of the judged part. */
async function int8Of(
  dir: string,
  part: string,
  warn: (message: string) => void,
): Promise<Metrics["metrics"]> {
  const { judgeInt8 } = await import("../metrics/scores/judge_int8.ts");
  const file = await readInt8Estimate(dir);
  if (file === undefined) return {};
  if (!file.part.startsWith(`${part} part`)) {
    warn(`The int8 estimate is left out: it was made on ${file.part}, and the ${part} part is judged`);
    return {};
  }
  return judgeInt8(file);
}

/** What inference holds in memory beside the weights; an imported encoder does not tell its layers. */
async function activationsOf({ architecture }: Model): Promise<Metrics["metrics"]> {
  if (architecture.blocks.length === 0 && architecture.graph === undefined) return {};
  const { peakActivations } = await import("../model/architecture.ts");
  return {
    peak_activation_bytes: {
      value: 4 * peakActivations(architecture),
      n: 1,
      of: "windows",
      unit: "B",
      // As exact as the bytes of the weights: it follows from the layers, not from the recordings.
      origin: "measured",
      note: "float32 input and output of the largest layer, batch 1; a runtime may need more",
    },
  };
}
