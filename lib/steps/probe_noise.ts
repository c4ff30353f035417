/** `probe-noise`: how often codes and decisions flip when the sensors are noisier. */
import { z } from "zod";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Part, Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "probe-noise",
  summary: "Add noise to the input and count the codes and decisions that flip",
  inputs: { windows: Windows, model: Model, split: optional(Split) },
  params: z.strictObject({
    noise: z.array(z.number().positive().max(10)).min(1).default([0.01, 0.02, 0.05, 0.1, 0.2, 0.5]).describe(
      "Standard deviations of the noise, in the units of the scaled input: 1 is the spread of a sensor's channels.",
    ),
    report_at: z.number().positive().default(0.05).describe("The one of them whose flips become metrics."),
    part: z.enum(["test", "validation", "all"]).default("test").describe(
      "Part of the split whose windows are probed; all without a split.",
    ),
    max_windows: z.int().min(1).default(2000).describe("Most windows, spread evenly over the part."),
  }),
  outputs: { metrics: Metrics },
  random: true,
  permissions: { ffi: true },
  check: ({ noise, report_at }) =>
    noise.includes(report_at) ? [] : [{
      path: ["report_at"],
      message: `must be one of the noises ${noise.join(", ")}, got ${report_at}`,
    }],
  async run({ inputs, params, rng, threads, progress, signal, warn }) {
    const { fitWindows } = await import("../model/fit.ts");
    const { argmaxRows, encodeWindows } = await import("../model/evaluate.ts");
    const { openSession } = await import("../onnx/runtime.ts");
    const { judgeNoise } = await import("../metrics/scores/judge_noise.ts");
    const { modelCodes } = await import("../metrics/scores/model_codes.ts");
    const { model, split } = inputs;
    const { windows, notes } = fitWindows(model, inputs.windows);
    notes.forEach(warn);
    const rows = rowsOf(windows, split, params.part, params.max_windows);
    const { recordings, labelNames, origin } = windows.recordings;
    const subjects = [...new Set(recordings.map((r) => r.subject))];
    const session = await openSession(model.onnx, { threads });
    const { classes, latent } = model.architecture;
    const encoded = async (noise: number) => {
      const own = rng.fork(`noise ${noise}`);
      const perturb = (input: Float32Array) => {
        for (let i = 0; i < input.length; i++) input[i] += noise * own.normal();
      };
      const { latents, logits } = await encodeWindows(session, model, windows, rows, {
        signal,
        ...(noise === 0 ? {} : { perturb }),
      });
      const codes = modelCodes(model, { latents, dimensions: latent, classes: [], details: {} })?.codes;
      return {
        noise,
        ...(codes === undefined ? {} : { codes }),
        ...(classes === 0 ? {} : { classes: argmaxRows(logits, classes) }),
      };
    };
    try {
      const clean = await encoded(0);
      if (clean.codes === undefined && classes === 0) {
        throw new InputError("Cannot probe noise: the model has neither quantiser nor classifier");
      }
      const noisy = [];
      for (const [i, noise] of params.noise.entries()) {
        progress({ fraction: i / params.noise.length, message: `noise ${noise}` });
        noisy.push(await encoded(noise));
      }
      const probed = {
        truth: Int32Array.from(rows, (row) => model.labels.indexOf(labelNames[windows.labels[row]] ?? "")),
        subject: Int32Array.from(rows, (row) => subjects.indexOf(recordings[windows.recording[row]].subject)),
        subjects: subjects.length,
        origin,
      };
      return {
        metrics: {
          ...judgeNoise(clean, noisy, probed, params.report_at),
          judgedOn: { data: windows.recordings.source.name, part: split === undefined ? "all" : params.part },
          details: {},
        },
      };
    } finally {
      await session.release();
    }
  },
});

/** The windows of the part, spread evenly where there are more than `most`. */
function rowsOf(windows: Windows, split: Split | undefined, part: string, most: number): number[] {
  const all = Array.from(windows.start.keys());
  if (split !== undefined && split.part.length !== all.length) {
    throw new InputError(
      `Cannot probe noise: the split covers ${split.part.length} windows, there are ${all.length}`,
      { hint: "Connect the split that was made from these windows." },
    );
  }
  const wanted = part === "test" ? Part.test : Part.validation;
  const own = split === undefined || part === "all" ? all : all.filter((row) => split.part[row] === wanted);
  if (own.length === 0) throw new InputError(`Cannot probe noise: the ${part} part of the split is empty`);
  const step = Math.max(1, own.length / most);
  return Array.from({ length: Math.min(most, own.length) }, (_, i) => own[Math.floor(i * step)]);
}
