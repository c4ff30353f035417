/** Where the steps of a run execute; started with the first task that runs, as a run that restores all needs none. */
import type { AttemptResult, AttemptSpec, Executor } from "../executors/executor.ts";
import type { TemporaryFolder } from "../store/attempt_folders.ts";
import type { RunParts } from "./run_parts.ts";

export class LazyExecutor implements Executor {
  readonly queues: boolean;
  #started: Promise<Executor> | undefined;
  #folder: TemporaryFolder | undefined;

  readonly #parts: RunParts;
  readonly #run: string;
  readonly #jobs: number;
  readonly #onWarning: (message: string) => void;

  /** @param run Id of the run. @param jobs Tasks at the same time. */
  constructor(parts: RunParts, run: string, jobs: number, onWarning: (message: string) => void) {
    this.#parts = parts;
    this.#run = run;
    this.#jobs = jobs;
    this.#onWarning = onWarning;
    this.queues = parts.options.executor === "slurm";
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    return await (await this.#open()).execute(spec);
  }

  /** @param keepFolder Whether results that could not be stored lie in the folder; they stay until the next run. */
  async close(keepFolder = false): Promise<void> {
    await (await this.#started?.catch(() => undefined))?.close();
    this.#folder?.close(keepFolder);
  }

  /** Starts it once; a start that failed, for want of disk space perhaps, is tried again by the next task. */
  async #open(): Promise<Executor> {
    this.#started ??= this.#start();
    try {
      return await this.#started;
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  async #start(): Promise<Executor> {
    const { layout } = this.#parts.store;
    const { TemporaryFolder } = await import("../store/attempt_folders.ts");
    this.#folder = new TemporaryFolder(layout.temporary, this.#run);
    const { path } = this.#folder;
    if (this.#parts.options.executor === "slurm") {
      const { SlurmExecutor } = await import("../executors/slurm.ts");
      return new SlurmExecutor({ jobs: layout.jobs, folder: path, root: layout.root });
    }
    const { sharedFileSystem } = await import("../system/shared_fs.ts");
    const shared = sharedFileSystem(path);
    if (shared !== undefined) this.#onWarning(shared);
    if (this.#parts.executor !== undefined) return this.#parts.executor(path, this.#jobs);
    const { LocalExecutor } = await import("../executors/local.ts");
    return new LocalExecutor(path, this.#jobs);
  }
}
