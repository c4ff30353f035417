/** The `gates` parameter that `validate` and `summarize` share. */
import { z } from "zod";
import type { Gate } from "../../metrics/gates.ts";
import type { ParamProblem } from "../../workflow/step.ts";
import { unmeasured } from "./metric_names.ts";

export const gates = z.array(
  z.strictObject({
    metric: z.string().min(1).describe("Name of the metric, e.g. `accuracy`."),
    at_least: z.number().optional().describe("The metric must reach this."),
    at_most: z.number().optional().describe("The metric must not exceed this."),
    on: z.enum(["bound", "value"]).default("bound")
      .describe("Judge the interval's unfavourable bound, or the bare value."),
  }),
).default([]).describe(
  "Conditions on which the verdict of readiness rests; each has `at_least` or `at_most`.",
);

/** One message per gate that has not exactly one limit, or whose metric nobody measures. */
export function checkGates(values: z.output<typeof gates>): ParamProblem[] {
  return values.flatMap((gate, i): ParamProblem[] => [
    ...(gate.at_least === undefined) === (gate.at_most === undefined)
      ? [{ path: ["gates", i], message: `needs exactly one of at_least and at_most (${gate.metric})` }]
      : [],
    ...unmeasured(gate.metric, ["gates", i, "metric"], "so this gate would never pass"),
  ]);
}

/** The gates as the judge takes them. */
export function toGates(values: z.output<typeof gates>): Gate[] {
  return values.map(({ metric, at_least, at_most, on }) => ({
    metric,
    atLeast: at_least,
    atMost: at_most,
    on,
  }));
}
