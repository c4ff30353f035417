/** How a step is defined. Every file in this folder default-exports one definition. */
import type { z } from "zod";
import type { InputSpec, OutputSpec, StepDefinition } from "../workflow/step.ts";

export { anything, many, optional } from "../workflow/step.ts";
export type { StepContext } from "../workflow/step.ts";

/**
 * Defines a step type; the identity function, there for its types.
 *
 * ```ts
 * import { defineStep } from "./define.ts";
 * import { Codes } from "../artifacts/codes.ts";
 * import { Metrics } from "../artifacts/metrics.ts";
 * import { z } from "zod";
 * import assert from "node:assert/strict";
 *
 * const step = defineStep({
 *   type: "count-codes",
 *   summary: "Counts the windows that bear a code.",
 *   inputs: { codes: Codes },
 *   params: z.strictObject({ code: z.int().min(0) }),
 *   outputs: { metrics: Metrics },
 *   run({ inputs: { codes }, params: { code } }) {
 *     const value = codes.codes.filter((c) => c === code).length;
 *     const windows = { value, n: codes.codes.length, of: "windows", origin: "measured" as const };
 *     return Promise.resolve({ metrics: { metrics: { windows }, tables: {}, details: {} } });
 *   },
 * });
 * assert.equal(step.type, "count-codes");
 * ```
 */
export function defineStep<I extends InputSpec, S extends z.ZodType, O extends OutputSpec>(
  definition: StepDefinition<I, S, O>,
): StepDefinition<I, S, O> {
  return definition;
}
