/** Runs one step outside the engine. */
import type { Gathered, StepDefinition } from "../../lib/workflow/step.ts";
import { Random } from "../../lib/random.ts";

export interface StepResult {
  outputs: Record<string, any>;
  warnings: string[];
  messages: string[];
}

/**
 * Runs `step` with values by port name and parameters as a workflow file would give them.
 *
 * @param options Files by request name, the directory of output ports, the seed.
 */
export async function runStep(
  step: StepDefinition<any, any, any>,
  inputs: Record<string, unknown | Gathered<unknown>[]>,
  params: Record<string, unknown> = {},
  options: { files?: Record<string, string[]>; out?: string; seed?: number; threads?: number } = {},
): Promise<StepResult> {
  const scratch = await Deno.makeTempDir();
  const warnings: string[] = [];
  const messages: string[] = [];
  const seed = options.seed ?? 1;
  try {
    const outputs = await step.run({
      inputs,
      inputDirs: {},
      params: step.params.parse(params),
      files: options.files ?? {},
      out: () => options.out ?? scratch,
      scratch,
      rng: new Random(seed),
      seed,
      threads: options.threads ?? 1,
      progress: ({ message }: { message: string }) => void messages.push(message),
      log: (message: string) => void messages.push(message),
      warn: (message: string) => void warnings.push(message),
      signal: new AbortController().signal,
    } as any);
    return { outputs, warnings, messages };
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}
