/**
 * Runs attempts in processes of their own: for steps with native code, whose crash would take the engine with it. A
 * process is reused like a worker, and only for the same step with the same permissions, since native code may have
 * left anything in its memory.
 */
import { join } from "../path.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { StepProcess } from "./step_process.ts";
import { longWork, profileOf } from "./worker_pool.ts";

export class ProcessPool implements Executor {
  #idle: StepProcess[] = [];
  readonly #all = new Set<StepProcess>();
  #count = 0;

  /** @param folder As for the worker pool. @param keep Idle processes to keep. */
  constructor(private readonly folder: string, private readonly keep: number) {}

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const process = this.#take(profileOf(spec));
    const started = performance.now();
    try {
      const result = await process.run(spec);
      if (performance.now() - started < longWork) this.#keep(process);
      else process.kill();
      return result;
    } catch (error) {
      process.kill();
      throw error;
    }
  }

  /** Ends all processes and waits for them, so that none writes below `folder` any more. */
  async close(): Promise<void> {
    const ends = [...this.#all].map((process) => {
      process.kill();
      return process.gone;
    });
    this.#idle = [];
    await Promise.all(ends);
  }

  #take(profile: string): StepProcess {
    const index = this.#idle.findIndex((process) => process.profile === profile && !process.dead);
    if (index >= 0) return this.#idle.splice(index, 1)[0];
    const process = new StepProcess(profile, join(this.folder, `p${this.#count++}`));
    this.#all.add(process);
    void process.gone.then(() => {
      this.#all.delete(process);
      this.#idle = this.#idle.filter((other) => other !== process);
    });
    return process;
  }

  #keep(process: StepProcess): void {
    this.#idle.push(process);
    if (this.#idle.length > this.keep) this.#idle.shift()!.kill();
  }
}
