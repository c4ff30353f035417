/** Runs steps in this thread: no isolation, but a thousand attempts a second. */
import { join } from "node:path";
import type { AttemptResult, AttemptSpec, Executor } from "../../lib/engine/executors/executor.ts";
import { StepError } from "../../lib/engine/step_error.ts";
import { failureOf } from "../../lib/engine/executors/failure.ts";
import { runStep } from "../../lib/engine/executors/run_step.ts";

let count = 0;

export class InlineExecutor implements Executor {
  /** How often each module was executed. */
  static readonly executed: string[] = [];

  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async execute({ job, code, channel, signal }: AttemptSpec): Promise<AttemptResult> {
    const out = join(this.#folder, `out${count++}`);
    const scratch = join(this.#folder, `scratch${count}`);
    for (const port of job.outputs) Deno.mkdirSync(join(out, port), { recursive: true });
    Deno.mkdirSync(scratch);
    InlineExecutor.executed.push(job.module);
    try {
      // The id in the address makes an edited module a new one.
      const definition = (await import(`${job.module}?${code.id}`)).default;
      await runStep(definition, job, { out, scratch }, channel, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { name, message, stack, transient } = failureOf(error);
      throw new StepError(message, name === "InputError" ? "input" : "step", stack, transient);
    }
    return { out };
  }

  async close(): Promise<void> {}
}
