/** One run of a work plan: wires planner, scheduler, runner, publication and record together. */
import { InputError } from "../../errors.ts";
import type { Task, Workplan } from "../../workflow/workplan.ts";
import type { EngineEvent } from "../event.ts";
import type { Executor } from "../executors/executor.ts";
import { type StepError, StepFailed } from "../step_error.ts";
import { sha256 } from "../system/canonical_json.ts";
import { join } from "../system/path.ts";
import { look } from "../system/stat.ts";
import { memoryFor } from "../system/machine.ts";
import { sharedFileSystem } from "../system/shared_fs.ts";
import {
  estimate,
  lastOf,
  type LatestTask,
  latestTask,
  type StoredResult,
  writeLatest,
} from "../store/last_results.ts";
import { storeLock } from "../store/gc.ts";
import { type HeldLock, lock } from "../system/lock.ts";
import type { RunResult, TaskResult, VerifyReport } from "../types.ts";
import type { Decision, KnownOutputs } from "./planner.ts";
import { foresee, leftovers } from "./publication.ts";
import { publish } from "./publish.ts";
import { type StoredOutput, touchRecord } from "../store/action_record.ts";
import { NotPinned } from "../key/remote_file.ts";
import { fileOf, newRunId, openRecord, RunWriter } from "../store/run_record.ts";
import { schedule } from "./scheduler.ts";
import { dependenciesOf, selectTasks } from "./select_tasks.ts";
import { cancelled, TaskRunner, toStepError } from "./task_runner.ts";
import type { RunParts } from "./run_parts.ts";
import { sumUp, taskResult } from "./task_result.ts";
import { TemporaryFolder } from "../store/attempt_folders.ts";
import { outputsOf, verifyTasks } from "./verify.ts";

export class Run {
  readonly #id = newRunId();
  readonly #jobs: number;
  readonly #started = performance.now();
  readonly #results = new Map<string, TaskResult>();
  readonly #decisions = new Map<string, Decision>();
  /** Why no decision could be made, e.g. a missing file; the task fails with it when its turn comes. */
  readonly #undecided = new Map<string, StepError>();
  readonly #known: KnownOutputs = new Map();
  /** Folders of results that could not be stored, by content id. */
  readonly #loose = new Map<string, string>();
  readonly #troubles: string[] = [];
  readonly #announced = new Set<string>();
  readonly #made = new Map<string, LatestTask>();
  /** Something is to be remembered although nothing ran. */
  #news = false;
  readonly #writer: RunWriter;
  readonly #kill: AbortSignal;
  #executor: Promise<Executor> | undefined;
  #runner!: TaskRunner;
  #folder: TemporaryFolder | undefined;

  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#jobs = parts.options.jobs ?? navigator.hardwareConcurrency;
    this.#kill = parts.options.kill ?? new AbortController().signal;
    const record = openRecord(parts.workplan, this.#id, this.#jobs, parts.motiflow);
    this.#writer = new RunWriter(
      parts.store.layout,
      parts.store.fs,
      record,
      (message) => this.#trouble(message),
    );
  }

  async go(): Promise<RunResult> {
    const { workplan, options } = this.#parts;
    const chosen = selectTasks(workplan.tasks, options);
    using _ = await this.#shareStore();
    const tasks = workplan.tasks.filter((t) => chosen.has(t.id));
    const memory = this.#memoryFor(tasks);
    this.#runner = this.#makeRunner();
    this.#emit({
      type: "run-started",
      run: this.#id,
      workflow: workplan.name,
      time: new Date().toISOString(),
      tasks: tasks.length,
      jobs: this.#jobs,
    });
    try {
      const usable = await this.#unselected(chosen);
      await schedule(usable, {
        jobs: this.#jobs,
        memory,
        keepGoing: options.keepGoing ?? false,
        signal: this.#stopSignal(),
        seconds: (task) => estimate(this.#parts.planner.latest, task.id, task.uses) ?? 1,
        settle: (task) => this.#settle(task),
        run: (task, threads) => this.#run(task, threads),
        blocked: (task, cause) => this.#block(task, cause),
        skipped: (task, reason) => this.#skip(task, reason),
      });
      return this.#end();
    } finally {
      await this.#close();
    }
  }

  /** Keeps `gc` away while the run uses the store. */
  async #shareStore(): Promise<HeldLock | undefined> {
    try {
      return await lock(this.#parts.store.layout.lock(storeLock), {
        exclusive: false,
        signal: this.#stopSignal(),
      });
    } catch {
      // A store that cannot be written to cannot be cleaned by anyone either.
      return undefined;
    }
  }

  /** A full run, then every task once more beside the store. */
  async verify(): Promise<VerifyReport> {
    const { workplan, planner, options } = this.#parts;
    const first = await new Run(this.#parts).go();
    if (first.status !== "succeeded") {
      throw new InputError(
        `Cannot verify: the run ${first.id} ${first.status === "failed" ? "failed" : "was cancelled"}`,
      );
    }
    for (const task of workplan.tasks) {
      const decision = await planner.decide(task, this.#known, undefined);
      if (decision.record !== undefined) this.#known.set(task.id, decision.record.outputs);
      else if (task.cache.mode !== "pure") {
        const made = first.tasks.find((t) => t.id === task.id)!;
        this.#known.set(task.id, await outputsOf(made));
      }
    }
    this.#runner = this.#makeRunner();
    try {
      const limits = { jobs: this.#jobs, memory: this.#memoryFor(workplan.tasks) };
      return await verifyTasks(workplan, planner, this.#runner, this.#known, limits, options.signal);
    } finally {
      await this.#close();
    }
  }

  #memoryFor(tasks: readonly Task[]): number {
    const { executor, memory } = this.#parts.options;
    // A cluster knows by itself what its machines have.
    return executor === "slurm" ? Infinity : memoryFor(tasks, memory);
  }

  #stopSignal(): AbortSignal {
    const { signal } = this.#parts.options;
    return signal === undefined ? this.#kill : AbortSignal.any([signal, this.#kill]);
  }

  #emit(event: EngineEvent): void {
    this.#writer.event(event);
    this.#parts.emit(event);
  }

  #makeRunner(): TaskRunner {
    const { workplan, store, cache, env, options } = this.#parts;
    return new TaskRunner({
      root: workplan.root,
      workflow: workplan.name,
      store,
      cache,
      env,
      // Started with the first task that runs: a run that restores everything needs none.
      executor: {
        timesAttempts: options.executor === "slurm",
        execute: async (spec) => await (await this.#openExecutor()).execute(spec),
        close: async () => {},
      },
      kill: this.#kill,
      strictCache: options.strictCache ?? false,
      cells: new Map(workplan.tasks.map((t) => [t.id, t])),
      known: this.#known,
      dirOf: (output) => this.#dirOf(output),
      say: {
        progress: (task, fraction, message) =>
          this.#emit({
            type: "task-progress",
            task: task.id,
            ...(fraction === undefined ? {} : { fraction }),
            message,
          }),
        log: (task, message) => {
          // Events go to a file as well, so what is too long for the log is too long for them.
          const kept = this.#writer.log(task.id, message);
          if (kept !== undefined) this.#emit({ type: "task-log", task: task.id, message: kept });
        },
        warn: (task, message) => {
          this.#writer.log(task.id, `warning: ${message}`);
          this.#emit({ type: "task-warning", task: task.id, message });
        },
        retry: (task, attempt, delaySeconds, message) =>
          this.#emit({ type: "task-retry", task: task.id, attempt, delaySeconds, message }),
        started: (task, attempt) => this.#announce(task, attempt),
        trouble: (message, task) => this.#trouble(message, task),
      },
    });
  }

  /** Starts it once; a start that failed, for want of disk space perhaps, is tried again by the next task. */
  async #openExecutor(): Promise<Executor> {
    this.#executor ??= this.#startExecutor();
    try {
      return await this.#executor;
    } catch (error) {
      this.#executor = undefined;
      throw error;
    }
  }

  async #startExecutor(): Promise<Executor> {
    this.#folder = new TemporaryFolder(this.#parts.store.layout.temporary, this.#id);
    const { path } = this.#folder;
    if (this.#parts.options.executor === "slurm") {
      const { SlurmExecutor } = await import("../executors/slurm.ts");
      const { jobs, root } = this.#parts.store.layout;
      return new SlurmExecutor({ jobs, folder: path, root });
    }
    const shared = sharedFileSystem(path);
    if (shared !== undefined) this.#trouble(shared);
    if (this.#parts.executor !== undefined) return this.#parts.executor(path, this.#jobs);
    const { LocalExecutor } = await import("../executors/local.ts");
    return new LocalExecutor(path, this.#jobs);
  }

  #announce(task: Task, attempt: number): void {
    // A download that is pinned comes before the first attempt.
    if (attempt === 1 && this.#announced.has(task.id)) return;
    this.#announced.add(task.id);
    this.#writer.start();
    const reason = this.#decisions.get(task.id)?.reason ?? "its files were never downloaded";
    const estimateSeconds = estimate(this.#parts.planner.latest, task.id, task.uses);
    this.#emit({ type: "task-started", task: task.id, step: task.step, attempt, reason, estimateSeconds });
  }

  #trouble(message: string, task?: Task): void {
    this.#troubles.push(message);
    this.#emit({ type: "store-trouble", ...(task === undefined ? {} : { task: task.id }), message });
  }

  #dirOf(output: StoredOutput): string {
    return this.#loose.get(output.id) ?? this.#parts.store.layout.artifact(output.id);
  }

  /** Restores what the chosen tasks need from tasks that were not chosen; returns the tasks that can take part. */
  async #unselected(chosen: Set<string>): Promise<Task[]> {
    const { tasks } = this.#parts.workplan;
    const needed = new Set(tasks.filter((t) => chosen.has(t.id)).flatMap((t) => [...dependenciesOf(t)]));
    for (const task of tasks.toReversed()) {
      if (needed.has(task.id)) { for (const d of dependenciesOf(task)) needed.add(d); }
    }
    const usable: Task[] = [];
    for (const task of tasks) {
      const missing = [...dependenciesOf(task)].find((id) => !chosen.has(id) && !this.#known.has(id));
      if (chosen.has(task.id)) {
        if (missing === undefined) usable.push(task);
        else {
          this.#block(task, missing);
          chosen.delete(task.id);
        }
        continue;
      }
      if (
        needed.has(task.id) && missing === undefined &&
        [...dependenciesOf(task)].every((id) => this.#known.has(id))
      ) {
        const decision = await this.#parts.planner.decide(task, this.#known, undefined).catch(() =>
          undefined
        );
        if (decision?.record !== undefined && await this.#runner.bringBack(decision.record, task)) {
          this.#known.set(task.id, decision.record.outputs);
        }
      }
      this.#skip(task, "not selected");
    }
    return usable;
  }

  async #settle(task: Task): Promise<boolean> {
    const started = performance.now();
    let decision: Decision;
    try {
      decision = await this.#parts.planner.decide(task, this.#known, this.#parts.options.force);
    } catch (error) {
      // Downloading is work, so #run does it and decides then.
      if (error instanceof NotPinned) return false;
      this.#undecided.set(task.id, toStepError(error));
      return false;
    }
    this.#decisions.set(task.id, decision);
    if (decision.trouble !== undefined) this.#trouble(decision.trouble, task);
    const { record } = decision;
    if (record === undefined) return false;
    if (!decision.ready && !await this.#runner.bringBack(record, task)) {
      decision.reason = "its stored result is damaged";
      return false;
    }
    try {
      await this.#finish(task, decision, {
        outcome: "restored",
        outputs: record.outputs,
        seconds: (performance.now() - started) / 1000,
        attempts: 0,
        warnings: record.warnings,
      });
      this.#made.set(task.id, this.#used(task, decision, record));
      return true;
    } catch (error) {
      this.#undecided.set(task.id, toStepError(error));
      return false;
    }
  }

  /** Marks a result as used, and remembers it for the next run unless it was remembered already. */
  #used(task: Task, decision: Decision, record: StoredResult): LatestTask {
    const { planner, store } = this.#parts;
    const last = decision.remembered ? lastOf(planner.latest, task.id) : undefined;
    const touched = touchRecord(store, record.key, last?.stamp);
    if (last !== undefined && !touched) return last;
    this.#news = true;
    return latestTask(store.layout, task.uses, decision.parts, record);
  }

  async #run(task: Task, threads: number): Promise<"ok" | "failed"> {
    const started = performance.now();
    const failure = this.#undecided.get(task.id) ?? await this.#make(task, threads);
    if (failure === undefined) return "ok";
    const seconds = (performance.now() - started) / 1000;
    this.#fail(task, this.#kill.aborted ? cancelled() : failure, seconds);
    return "failed";
  }

  /** Executes and commits; the failure, where it comes to one. */
  async #make(task: Task, threads: number): Promise<StepError | undefined> {
    try {
      const decision = this.#decisions.get(task.id) ?? await this.#pin(task);
      await this.#checkPlace(task);
      const fresh = decision.reason === "forced" || task.cache.mode !== "pure";
      const made = await this.#runner.make(task, decision, threads, fresh);
      if (made.loose !== undefined) {
        for (const [port, output] of Object.entries(made.outputs)) {
          this.#loose.set(output.id, `${made.loose}/${port}`);
        }
      }
      await this.#finish(task, decision, { ...made, outcome: made.shared ? "restored" : "ran" });
      const { uses } = task;
      this.#made.set(
        task.id,
        made.record === undefined
          ? { key: decision.key, uses, seconds: made.seconds }
          : latestTask(this.#parts.store.layout, uses, decision.parts, made.record),
      );
      return undefined;
    } catch (error) {
      return toStepError(error);
    }
  }

  /** What is in the way of the publication for sure is told before the work, not after. */
  async #checkPlace(task: Task): Promise<void> {
    const { workplan, cache, store } = this.#parts;
    const { problem } = await foresee(workplan.root, task, undefined, cache, store.layout);
    if (problem !== undefined) throw new InputError(problem);
  }

  /** Downloads what nothing is known of, and decides then. */
  async #pin(task: Task): Promise<Decision> {
    this.#announce(task, 1);
    await this.#runner.fetch(task, true);
    const decision = await this.#parts.planner.decide(task, this.#known, this.#parts.options.force);
    this.#decisions.set(task.id, decision);
    return decision;
  }

  /** Makes the outputs known, publishes them and reports. */
  async #finish(
    task: Task,
    { key, reason }: Decision,
    end: Pick<TaskResult, "outcome" | "seconds" | "attempts" | "warnings"> & {
      outputs: Record<string, StoredOutput>;
    },
  ): Promise<void> {
    const { workplan, store, cache } = this.#parts;
    const { outputs, outcome, seconds } = end;
    const shown = outcome === "restored" && reason !== "nothing changed"
      ? "made by another task just now"
      : reason;
    const warnings = [...end.warnings];
    let published: { published?: string } = {};
    if (task.publish !== undefined) {
      const dirOf = (output: StoredOutput) => this.#dirOf(output);
      const { fs, layout } = store;
      const by = fileOf(workplan);
      const done = await publish({ root: workplan.root, task, by, outputs, dirOf, fs, cache, layout });
      const { folder, files, kept } = done;
      published = { published: folder };
      if (files > 0) this.#emit({ type: "published", task: task.id, folder, files });
      for (const path of kept) {
        const message = `a published file was changed by hand; it is kept as ${path}`;
        this.#emit({ type: "task-warning", task: task.id, message });
        warnings.push(message);
      }
    }
    this.#known.set(task.id, outputs);
    const { id, step } = task;
    const { attempts } = end;
    const log = outcome === "ran" ? { log: this.#writer.logOf(id) } : {};
    this.#note(
      task,
      { outcome, seconds, attempts, reason: shown, key, warnings, ...log, ...published },
      outputs,
    );
    if (outcome === "restored") {
      this.#emit({ type: "task-restored", task: id, step, key, seconds, reason: shown });
    } else this.#emit({ type: "task-succeeded", task: id, step, key, seconds });
  }

  #note(
    task: Task,
    end: Parameters<typeof taskResult>[1],
    outputs: Record<string, StoredOutput>,
  ): TaskResult {
    const result = taskResult(task, end, outputs, (output) => this.#dirOf(output));
    this.#results.set(task.id, result);
    return result;
  }

  #fail(task: Task, failure: StepError, seconds: number): void {
    const { reason = "", key = null } = this.#decisions.get(task.id) ?? {};
    const attempts = failure instanceof StepFailed ? failure.attempts : 1;
    const { message, kind: errorKind, details } = failure;
    const log = this.#writer.logOf(task.id);
    this.#note(
      task,
      { outcome: "failed", seconds, attempts, reason, key, error: message, errorKind, log },
      {},
    );
    this.#writer.start();
    this.#writer.log(task.id, details);
    this.#emit({ type: "task-failed", task: task.id, step: task.step, seconds, message, log });
  }

  #block(task: Task, cause: string): void {
    this.#note(task, { outcome: "blocked", reason: `needs ${cause}` }, this.#known.get(task.id) ?? {});
    this.#emit({ type: "task-blocked", task: task.id, step: task.step, cause });
  }

  #skip(task: Task, reason: string): void {
    this.#note(task, { outcome: "skipped", reason }, this.#known.get(task.id) ?? {});
    this.#emit({ type: "task-skipped", task: task.id, step: task.step, reason });
  }

  #end(): RunResult {
    const { workplan, planner, store, cache } = this.#parts;
    const tasks = workplan.tasks.map((t) => this.#results.get(t.id)!);
    const { counts, status } = sumUp(tasks, this.#stopSignal().aborted);
    const said = saying(workplan, tasks);
    const quiet = status === "succeeded" && !this.#writer.started && this.#troubles.length === 0 &&
      this.#sameAsLast(said);
    const id = quiet ? planner.latest.run! : this.#id;
    const seconds = (performance.now() - this.#started) / 1000;
    const left = status === "succeeded"
      ? leftovers(store.layout, workplan.root, fileOf(workplan), workplan.tasks)
      : [];
    const result: RunResult = {
      id,
      status,
      tasks,
      seconds,
      storeTroubles: this.#troubles,
      ...(left.length === 0 ? {} : { leftovers: left }),
    };
    const ended = new Date().toISOString();
    const same = quiet ? { sameAs: id } : {};
    const event: EngineEvent = {
      type: "run-ended",
      run: this.#id,
      time: ended,
      status,
      seconds,
      counts,
      ...same,
    };
    if (!quiet) {
      this.#writer.start();
      this.#writer.event(event);
      this.#writer.finish(result, ended);
    }
    try {
      if (!quiet || this.#news) {
        const tasks = { ...planner.latest.tasks, ...Object.fromEntries(this.#made) };
        const told = status === "succeeded" ? said : null;
        writeLatest(store.fs, store.layout, { ...planner.latest, run: id, said: told, tasks });
      }
      cache.save(store.fs);
    } catch (error) {
      this.#trouble(`Cannot remember this run for the next: ${(error as Error).message}`);
    }
    this.#parts.emit(event);
    return result;
  }

  async #close(): Promise<void> {
    await (await this.#executor?.catch(() => undefined))?.close();
    this.#writer[Symbol.dispose]();
    // Results that could not be stored stay where they are until the next run.
    this.#folder?.close(this.#loose.size > 0);
  }

  /** Whether the last recorded run said just this: then its record stands for this run, too. */
  #sameAsLast(said: string): boolean {
    const { latest } = this.#parts.planner;
    const { layout } = this.#parts.store;
    return latest.run !== null && latest.said === said && look(join(layout.run(latest.run), "run.json"));
  }
}

/** What a run's record says of workflow and results, in short. */
function saying({ source, params }: Workplan, tasks: readonly TaskResult[]): string {
  const ends = tasks.map(({ id, key, outcome, warnings }) => [
    id,
    key,
    outcome === "ran" ? "restored" : outcome,
    warnings,
  ]);
  return sha256(JSON.stringify([source, params, ends]));
}
