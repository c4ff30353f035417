/** `summarize`: the folds of a validation as one table with honest intervals. */
import { z } from "zod";
import { Metrics } from "../artifacts/metrics.ts";
import { InputError } from "../errors.ts";
import { judgedTogether } from "../metrics/catalogue.ts";
import { defineStep, many } from "./define.ts";
import { checkGates, gates, toGates } from "./shared/gate_params.ts";
import { unmeasured } from "./shared/metric_names.ts";

export default defineStep({
  type: "summarize",
  summary: "Gather metrics over a matrix axis: mean, SD and intervals with their level and correction",
  inputs: { metrics: many(Metrics) },
  params: z.strictObject({
    family: z.array(z.string()).default([...judgedTogether])
      .describe("Metrics judged together; the Bonferroni correction runs over those of them that occur."),
    level: z.number().gt(0).lt(1).default(0.95)
      .describe(
        "Level that holds for the whole family at once; a single metric's level is higher and stated.",
      ),
    by: z.string().optional()
      .describe(
        "Matrix axis whose values are variants: each gets its own summary and is held against the first.",
      ),
    gates,
  }),
  outputs: { metrics: Metrics },
  check: ({ gates, family }) => [
    ...checkGates(gates),
    ...family.flatMap((name, i) => unmeasured(name, ["family", i], "so it is in no family")),
  ],
  async run({ inputs, params, warn }) {
    const { summarize } = await import("../metrics/summarize.ts");
    const { summarizeBy } = await import("../metrics/summarize_by.ts");
    const { withGates } = await import("../metrics/gates.ts");
    const cells = inputs.metrics.map(({ cell, value }) => ({ cell, metrics: value }));
    if (cells.length === 1) warn("A single result: there is no spread to summarize");
    const { by } = params;
    if (by !== undefined && cells.some(({ cell }) => !Object.hasOwn(cell, by))) {
      throw new InputError(`Cannot summarize by ${by}: the metrics are not expanded over it`, {
        hint: `Name an axis of the matrix that is listed under over: ${
          Object.keys(cells[0]?.cell ?? {}).join(", ")
        }.`,
      });
    }
    const summary = (options: { family: string[]; level: number }) =>
      by === undefined ? summarize(cells, options) : summarizeBy(cells, by, options);
    const metrics = summary(params);
    if (params.gates.length === 0) return { metrics };
    const own = summary({ ...params, family: [] }).metrics;
    return { metrics: withGates(metrics, toGates(params.gates), own) };
  },
});
