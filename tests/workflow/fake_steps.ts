/** Small artifact types and steps, so that the language is tested without any science. */
import { z } from "zod";
import { directoryType } from "../../lib/artifacts/artifact.ts";
import { formatDiagnostics } from "../../lib/workflow/diagnostic.ts";
import { type CheckResult, checkWorkflow } from "../../lib/workflow/check/check.ts";
import type { CheckOptions } from "../../lib/workflow/check/options.ts";
import { anything, many, optional, type StepDefinition, type StepRegistry } from "../../lib/workflow/step.ts";
import type { Workplan } from "../../lib/workflow/workplan.ts";

const Wool = directoryType("Wool", "Raw wool");
const Yarn = directoryType("Yarn", "Spun yarn");
const Cloth = directoryType("Cloth", "Woven cloth");
const Bill = directoryType("Bill", "What it cost");

function step(
  definition: Omit<StepDefinition<any, any, any>, "summary" | "run">,
): StepDefinition<any, any, any> {
  return { summary: "", run: () => Promise.resolve({}), ...definition };
}

const definitions: Record<string, StepDefinition<any, any, any>> = {
  shear: step({
    type: "shear",
    inputs: {},
    params: z.strictObject({
      sheep: z.int().min(1).default(3).describe("How many sheep are shorn."),
      breed: z.enum(["merino", "lincoln"]).default("merino").describe("The breed."),
      name: z.string().optional().describe("Name of the flock."),
      seed: z.int().optional().describe("Seed of this step."),
    }),
    outputs: { wool: Wool },
    random: true,
  }),
  spin: step({
    type: "spin",
    inputs: { wool: Wool },
    params: z.strictObject({
      twist: z.number().positive().describe("Turns per centimetre."),
      plies: z.array(z.int().min(1)).min(1).default([2]).describe("Plies of each bobbin."),
      dye: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("plant"), plant: z.string() }),
        z.strictObject({ kind: z.literal("powder"), grams: z.number() }),
      ]).optional().describe("The dye."),
    }),
    outputs: { yarn: Yarn, bill: Bill },
    check: ({ twist }) =>
      twist > 100 ? [{ path: ["twist"], message: "twist above 100 breaks the yarn" }] : [],
  }),
  weave: step({
    type: "weave",
    inputs: { warp: Yarn, weft: Yarn, bill: optional(Bill) },
    params: z.strictObject({}),
    outputs: { cloth: Cloth },
    resources: { exclusive: true },
  }),
  felt: step({ type: "felt", inputs: { wool: Wool }, params: z.strictObject({}), outputs: { cloth: Cloth } }),
  collect: step({
    type: "collect",
    inputs: {},
    params: z.strictObject({ path: z.string() }),
    outputs: { wool: Wool },
    files: ({ path }) => [{ name: "path", pattern: path }],
  }),
  tally: step({
    type: "tally",
    inputs: { bills: many(Bill) },
    params: z.strictObject({}),
    outputs: { bill: Bill },
  }),
  show: step({
    type: "show",
    inputs: { cloth: Cloth, rest: anything() },
    params: z.strictObject({ title: z.string().default("") }),
    outputs: { bill: Bill },
    cache: "never",
  }),
};

export const registry: StepRegistry = {
  names: Object.keys(definitions),
  moduleOf: (uses) => Object.hasOwn(definitions, uses) ? `file:///steps/${uses}.ts` : undefined,
  load: (uses) => Promise.resolve(definitions[uses]),
};

/** Checks a text as `wool.yaml`. */
export function check(text: string, options: Partial<CheckOptions> = {}): Promise<CheckResult> {
  return checkWorkflow(text, "wool.yaml", { registry, root: "/farm", folder: "/farm", ...options });
}

/** The plan of a text that has no mistakes. */
export async function planOf(text: string, options: Partial<CheckOptions> = {}): Promise<Workplan> {
  const result = await check(text, options);
  if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
  return result.plan;
}

/** All that is printed for a text. */
export async function printed(text: string, options: Partial<CheckOptions> = {}): Promise<string> {
  return formatDiagnostics((await check(text, options)).diagnostics);
}
