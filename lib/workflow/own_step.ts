/** Loads a user's own step, `uses: ./my-step.ts`. */
import type { StepDefinition } from "./step.ts";

/** The definition, or why there is none. */
export type OwnStep = { definition: StepDefinition<any, any, any> } | { problem: string; hint: string };

/** Imports the module and checks that it default-exports a step definition. */
export async function loadOwnStep(module: string): Promise<OwnStep> {
  try {
    if (!(await Deno.stat(new URL(module))).isFile) throw new Deno.errors.NotFound();
  } catch {
    return { problem: "there is no such file", hint: "the path starts at the workflow file's folder" };
  }
  let exported: unknown;
  try {
    exported = (await import(module)).default;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: `cannot be loaded: ${message.split("\n")[0]}`, hint: "run `deno check` on the file" };
  }
  const missing = ["type", "inputs", "params", "outputs", "run"].filter((key) =>
    exported === null || typeof exported !== "object" || !(key in exported)
  );
  if (missing.length > 0) {
    return {
      problem: "the module does not default-export a step",
      hint: `write export default defineStep({ … }); missing: ${missing.join(", ")}`,
    };
  }
  return { definition: exported as StepDefinition<any, any, any> };
}
