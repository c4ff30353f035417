/** Calls a step as a function, for notebooks and scripts: no workflow, no cache, the caller's own permissions. */
import { join } from "../path.ts";
import type { z } from "zod";
import { InputError } from "../errors.ts";
import { displayedAs } from "../research/displayed.ts";
import { Random } from "../random.ts";
import {
  type InputSpec,
  type Outputs,
  type OutputSpec,
  portOf,
  type StepContext,
  type StepDefinition,
} from "../workflow/step.ts";

/** How a step is called. */
export interface CallOptions {
  /** Seed of the step's randomness. @default 0 */
  seed?: number;
  /** CPU threads that the step may use. @default 1 */
  threads?: number;
  /** Absolute paths by name of the step's file requests. */
  files?: Record<string, string[]>;
  /** Where the step puts the files of outputs that are folders (packages, reports). @default a temporary folder */
  folder?: string;
  signal?: AbortSignal;
  onProgress?: (message: string, fraction: number | undefined) => void;
  /** Told of warnings; by default they are dropped. */
  onWarning?: (message: string) => void;
}

/** Values of the input ports; optional ones may be left out. */
export type StepInputs<I extends InputSpec> = Partial<StepContext<I>["inputs"]>;

/**
 * Runs one step in this process and returns its outputs by port; each shows itself as the last expression of a cell.
 *
 * ```ts
 * import { callStep } from "./call.ts";
 * import load from "./load.ts";
 * import window from "./window.ts";
 * import assert from "node:assert/strict";
 * const { recordings } = await callStep(load, {}, { source: "simulate", subjects: 1, minutes: 1 });
 * const { windows } = await callStep(window, { recordings }, { length: 100, hop: 50 });
 * assert.equal(windows.length, 100);
 * ```
 *
 * @throws {InputError} for wrong parameters, with all mistakes, and for a required input that is missing.
 */
export async function callStep<I extends InputSpec, S extends z.ZodType, O extends OutputSpec>(
  definition: StepDefinition<I, S, O>,
  inputs: StepInputs<I>,
  params: z.input<S>,
  options: CallOptions = {},
): Promise<Outputs<O>> {
  const parsed = parseParams(definition, params);
  for (const [port, spec] of Object.entries(definition.inputs)) {
    if (portOf(spec).arity === "one" && inputs[port] === undefined) {
      throw new InputError(`Cannot call ${definition.type}: the input ${port} is missing`);
    }
  }
  const scratch = await Deno.makeTempDir({ prefix: "motiflow-call-" });
  const seed = options.seed ?? 0;
  const folder = options.folder ?? join(scratch, "out");
  const made = new Set<string>();
  try {
    const outputs = await definition.run({
      inputs: inputs as StepContext<I>["inputs"],
      inputDirs: {},
      params: parsed,
      files: options.files ?? {},
      out(port) {
        const dir = join(folder, port);
        if (!made.has(port)) Deno.mkdirSync(dir, { recursive: true });
        made.add(port);
        return dir;
      },
      scratch,
      rng: new Random(seed),
      seed,
      threads: options.threads ?? 1,
      progress: ({ message, fraction }) => options.onProgress?.(message, fraction),
      log: () => {},
      warn: (message) => options.onWarning?.(message),
      signal: options.signal ?? new AbortController().signal,
    });
    for (const [port, type] of Object.entries(definition.outputs)) displayedAs(type, outputs[port]);
    return outputs;
  } finally {
    // Files in the temporary folder are the caller's until the process ends; without any, nothing is left behind.
    if (options.folder !== undefined || made.size === 0) await Deno.remove(scratch, { recursive: true });
  }
}

function parseParams<S extends z.ZodType>(
  { type, params, check }: StepDefinition<any, S, any>,
  given: z.input<S>,
): z.output<S> {
  const parsed = params.safeParse(given);
  const mistakes = parsed.success
    ? (check?.(parsed.data) ?? []).map(({ path, message }) => ({ path, message }))
    : parsed.error.issues.map(({ path, message }) => ({ path, message }));
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ path, message }) =>
      `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`
    );
    throw new InputError(`Cannot call ${type}: ${lines.join("; ")}`);
  }
  return parsed.data as z.output<S>;
}
