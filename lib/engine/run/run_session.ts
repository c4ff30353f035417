/** What the tasks of one run, or of one verification, share. */
import type { Task } from "../../workflow/workplan.ts";
import { labelsOf, newRunId, openRecord } from "../store/run_record.ts";
import { LazyExecutor } from "./lazy_executor.ts";
import type { SharedCache } from "../share/shared_cache.ts";
import type { RunParts } from "./run_parts.ts";
import { RunReporter } from "./run_reporter.ts";
import { RunState } from "./run_state.ts";
import type { TaskRunner } from "./task_runner.ts";

export class RunSession {
  readonly id = newRunId();
  readonly #started = new Date().toISOString();
  readonly jobs: number;
  /** Aborted to end running attempts. */
  readonly kill: AbortSignal;
  readonly state: RunState;
  readonly reporter: RunReporter;
  #runner: Promise<TaskRunner> | undefined;
  readonly #executor: LazyExecutor;
  #shared: Promise<SharedCache | undefined> | undefined;

  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    const { workplan, store, options, motiflow } = parts;
    this.#parts = parts;
    this.jobs = options.jobs ?? navigator.hardwareConcurrency;
    this.kill = options.kill ?? new AbortController().signal;
    const state = this.state = new RunState(store.layout);
    this.reporter = new RunReporter(parts, state, {
      ...openRecord(workplan, this.id, this.jobs, motiflow),
      ...labelsOf(options),
    });
    const warn = (message: string) => this.reporter.storeWarning(message);
    this.#executor = new LazyExecutor(parts, this.id, this.jobs, warn);
  }

  /** What makes tasks; loaded with the first that is not simply restored. */
  runner(): Promise<TaskRunner> {
    return this.#runner ??= this.#openRunner();
  }

  async #openRunner(): Promise<TaskRunner> {
    const { workplan, store, cache, env, options } = this.#parts;
    const { state } = this;
    const { TaskRunner } = await import("./task_runner.ts");
    return new TaskRunner({
      root: workplan.root,
      workflow: workplan.name,
      secrets: workplan.env ?? [],
      store,
      cache,
      env,
      executor: this.#executor,
      kill: this.kill,
      stop: this.stopSignal(),
      jobs: this.jobs,
      strictCache: options.strictCache ?? false,
      ...(options.keepFailed === true
        ? { keepFailed: (task) => this.reporter.writer.failedAttempt(task.id) }
        : {}),
      cells: new Map(workplan.tasks.map((t) => [t.id, t])),
      known: state.known,
      dirOf: (output) => state.dirOf(output),
      report: this.reporter,
      lineageOf: async (task, decision) => {
        const { lineageOf } = await import("./lineage.ts");
        return await lineageOf(this.#parts, task, decision, state.known, {
          id: this.id,
          started: this.#started,
        });
      },
      shared: () => this.#openShared(),
    });
  }

  /** With the first task that is not in the store. */
  #openShared(): Promise<SharedCache | undefined> {
    const warn = (message: string) => this.reporter.storeWarning(message);
    return this.#shared ??= import("../share/open_shared.ts").then(({ openShared }) =>
      openShared(this.#parts.workplan.root, this.#parts.store, { warn, signal: this.kill })
    ).catch((error: Error) => void warn(`${error.message}; this run goes on without it`));
  }

  /** Waits until what was made is in the shared cache, where there is one. */
  async handedOn(): Promise<void> {
    await (await this.#shared)?.settled();
  }

  /** Aborted when nothing more is to start. */
  stopSignal(): AbortSignal {
    const { signal } = this.#parts.options;
    return signal === undefined ? this.kill : AbortSignal.any([signal, this.kill]);
  }

  /** Bytes that these tasks may use together. */
  async memoryFor(tasks: readonly Task[]): Promise<number> {
    const { executor, memory } = this.#parts.options;
    // Most workflows declare nothing; a cluster knows by itself what its machines have.
    if (executor === "slurm" || !tasks.some(({ resources }) => resources.memory !== undefined)) {
      return Infinity;
    }
    const { memoryFor } = await import("../system/machine.ts");
    return memoryFor(tasks, memory);
  }

  async close(): Promise<void> {
    await this.#executor.close(this.state.loose.size > 0);
    this.reporter.writer[Symbol.dispose]();
  }
}
