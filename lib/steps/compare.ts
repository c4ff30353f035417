/** `compare`: is A better than B? */
import { z } from "zod";
import { Metrics } from "../artifacts/metrics.ts";
import { comparedByDefault } from "../metrics/catalogue.ts";
import { defineStep } from "./define.ts";

export default defineStep({
  type: "compare",
  summary: "Compare two judged configurations by subject: A, B or inconclusive, with effect and interval",
  inputs: { a: Metrics, b: Metrics },
  params: z.strictObject({
    metrics: z.array(z.string()).min(1).default([...comparedByDefault])
      .describe("Metrics to compare; the first decides the winner and all of them share alpha (Bonferroni)."),
    by: z.enum(["auto", "subject", "recording", "fold"]).default("auto")
      .describe("What is paired: subjects where both sides have them, else recordings, else folds."),
    paired: z.enum(["auto", "always", "never"]).default("auto")
      .describe(
        "Whether equal ids on both sides are the same subjects; auto says so when their numbers of windows agree.",
      ),
    alpha: z.number().gt(0).lt(1).default(0.05).describe("Two-sided error of the whole comparison."),
    min_effect: z.number().min(0).default(0.2).describe(
      "Least |Cohen's d| that matters; smaller is inconclusive.",
    ),
    looks: z.strictObject({
      planned: z.int().min(1).max(50).describe("Planned number of looks at growing data."),
      look: z.int().min(1).describe("Number of this look, from 1."),
    }).optional().describe("Sequential looks with O'Brien-Fleming boundaries."),
    directions: z.record(z.string(), z.enum(["higher", "lower"])).default({})
      .describe(
        "Which way is better, for metrics that do not state it themselves; without it such a metric has no winner.",
      ),
  }),
  outputs: { metrics: Metrics },
  check: ({ looks }) =>
    looks !== undefined && looks.look > looks.planned
      ? [{
        path: ["looks", "look"],
        message: `must not exceed planned, got ${looks.look} of ${looks.planned}`,
      }]
      : [],
  async run({ inputs, params }) {
    const { compareMetrics } = await import("../metrics/compare/compare_metrics.ts");
    const { min_effect, looks, ...rest } = params;
    const options = { ...rest, minEffect: min_effect, ...(looks === undefined ? {} : { looks }) };
    return { metrics: compareMetrics(inputs.a, inputs.b, options) };
  },
});
