/**
 * This machine: the program's own steps in workers, except for those with native code or programs of their own; these,
 * and all steps of users, in processes.
 */
import { ofProgram } from "../system/program.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { WorkerPool } from "./worker_pool.ts";

export class LocalExecutor implements Executor {
  readonly #workers: WorkerPool;
  #processes: Promise<Executor> | undefined;

  readonly #folder: string;
  readonly #keep: number;

  /** @param folder On the store's file system. @param keep Idle workers, and idle processes, to keep. */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = keep;
    this.#workers = new WorkerPool(folder, keep);
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    const { ffi, run } = spec.permissions;
    if (ofProgram(spec.job.module) && ffi !== true && (run ?? []).length === 0) {
      return await this.#workers.execute(spec);
    }
    this.#processes ??= import("./process_pool.ts").then(({ ProcessPool }) =>
      new ProcessPool(this.#folder, this.#keep)
    );
    return await (await this.#processes).execute(spec);
  }

  async close(): Promise<void> {
    await this.#workers.close();
    await (await this.#processes)?.close();
  }
}
