/** `compare`: is A better than B, or do groups of subjects behave differently? */
import { z } from "zod";
import { Metrics } from "../artifacts/metrics.ts";
import { comparedByDefault } from "../metrics/catalogue.ts";
import { Behaviours } from "../artifacts/behaviours.ts";
import { InputError } from "../errors.ts";
import { unmeasured } from "./shared/metric_names.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "compare",
  summary:
    "Compare two judged configurations by subject (A, B or inconclusive), or the behaviours of groups of subjects",
  inputs: { a: optional(Metrics), b: optional(Metrics), behaviours: optional(Behaviours) },
  params: z.strictObject({
    groups: z.string().min(1).optional().describe(
      "Fact of the recordings (a column of `metadata` in load: treatment, sex, session) whose groups are compared in usage, " +
        "bout length and transitions of every behaviour of port behaviours; within subjects where each was seen in " +
        "every group, else between them.",
    ),
    metrics: z.array(z.string()).min(1).default([...comparedByDefault])
      .describe("Metrics to compare; the first decides the winner and all of them share alpha (Bonferroni)."),
    by: z.enum(["auto", "subject", "recording", "fold"]).default("auto")
      .describe("What is paired: subjects where both sides have them, else recordings, else folds."),
    paired: z.enum(["auto", "always", "never"]).default("auto")
      .describe(
        "Whether equal ids on both sides are the same subjects; auto says so when their numbers of windows agree.",
      ),
    alpha: z.number().gt(0).lt(1).default(0.05).describe(
      "Two-sided error of the whole comparison; for groups the false discovery rate of each measure.",
    ),
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
  random: true,
  check: ({ looks, metrics }) => [
    ...looks !== undefined && looks.look > looks.planned
      ? [{
        path: ["looks", "look"],
        message: `must not exceed planned, got ${looks.look} of ${looks.planned}`,
      }]
      : [],
    ...metrics.flatMap((name, i) => unmeasured(name, ["metrics", i], "so it cannot be compared")),
  ],
  needs: ({ groups }) =>
    groups === undefined
      ? [{ path: [], ports: ["a", "behaviours"], why: "there is nothing to compare" }]
      : [{ path: ["groups"], ports: ["behaviours"], why: "groups are compared by their behaviours" }],
  async run({ inputs, params, rng }) {
    const { min_effect, looks, groups, ...rest } = params;
    const { a, b, behaviours } = inputs;
    if (groups !== undefined) {
      if (behaviours === undefined) throw unconnected("groups", "behaviours");
      const { compareGroups } = await import("../metrics/groups/compare_groups.ts");
      return { metrics: compareGroups(behaviours, { groups, alpha: params.alpha }, rng) };
    }
    if (a === undefined || b === undefined) {
      throw unconnected(
        behaviours === undefined ? "configurations" : "behaviours",
        behaviours ? "groups" : "a and b",
      );
    }
    const { compareMetrics } = await import("../metrics/compare/compare_metrics.ts");
    const options = { ...rest, minEffect: min_effect, ...(looks === undefined ? {} : { looks }) };
    return { metrics: compareMetrics(a, b, options) };
  },
});

function unconnected(what: string, missing: string): InputError {
  return missing === "groups"
    ? new InputError("Cannot compare behaviours: param groups does not say by which fact", {
      hint: "Give `with: { groups: treatment }`, a column of `metadata` in load.",
    })
    : new InputError(`Cannot compare ${what}: nothing is connected to ${missing}`, {
      hint:
        "Two steps of Metrics on ports a and b compare configurations; Behaviours and `groups` compare subjects.",
    });
}
