/**
 * Runs attempts in processes of their own: for steps with native code, whose crash would take the engine with it. A
 * process is reused like a worker, and only for the same step with the same permissions, since native code may have
 * left anything in its memory.
 */
import { join } from "../system/path.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { Idle } from "./idle.ts";
import { StepProcess } from "./step_process.ts";
import { longWork, profileOf } from "./worker_pool.ts";

export class ProcessPool implements Executor {
  readonly #idle: Idle<StepProcess>;
  readonly #all = new Set<StepProcess>();
  #count = 0;

  readonly #folder: string;

  /** @param folder As for the worker pool. @param keep Idle processes to keep. */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#idle = new Idle(keep, (process) => process.kill());
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const process = this.#take(profileOf(spec));
    const started = performance.now();
    try {
      const result = await process.run(spec);
      if (performance.now() - started < longWork) this.#idle.keep(process);
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
    this.#idle.clear();
    await Promise.all(ends);
  }

  #take(profile: string): StepProcess {
    for (let idle = this.#idle.take(profile); idle !== undefined; idle = this.#idle.take(profile)) {
      if (!idle.dead) return idle;
    }
    const process = new StepProcess(profile, join(this.#folder, `p${this.#count++}`));
    this.#all.add(process);
    void process.gone.then(() => {
      this.#all.delete(process);
      this.#idle.forget(process);
    });
    return process;
  }
}
