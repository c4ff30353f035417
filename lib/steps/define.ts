/** How a step is defined. Every file in this folder default-exports one definition. */
import type { z } from "zod";
import type { InputSpec, OutputSpec, StepDefinition } from "../workflow/step.ts";

export { anything, many, optional } from "../workflow/step.ts";
export type { StepContext } from "../workflow/step.ts";

/** Defines a step type; the identity function, there for its types. */
export function defineStep<I extends InputSpec, S extends z.ZodType, O extends OutputSpec>(
  definition: StepDefinition<I, S, O>,
): StepDefinition<I, S, O> {
  return definition;
}
