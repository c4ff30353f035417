/** One run of a work plan: wires planner, scheduler, runner, publication and record together. */
import { join } from "node:path";
import { InputError } from "../errors.ts";
import type { Task, Workplan } from "../workflow/workplan.ts";
import type { EngineEvent, Outcome, RunStatus } from "./event.ts";
import { type Executor, StepError } from "./executors/executor.ts";
import { WorkerPool } from "./executors/worker_pool.ts";
import type { LatestTask } from "./latest.ts";
import { estimate, writeLatest } from "./latest.ts";
import { storeLock } from "./gc.ts";
import { type HeldLock, lock, tryLock } from "./lock.ts";
import { makeManifest } from "./manifest.ts";
import type { OutputRef, RunOptions, RunResult, TaskResult, VerifyReport } from "./mod.ts";
import type { Decision, KnownOutputs, Planner } from "./planner.ts";
import { publish } from "./publish.ts";
import type { StoredOutput } from "./record.ts";
import { newRunId, openRecord, RunWriter } from "./run_record.ts";
import { schedule } from "./scheduler.ts";
import type { EnvHasher } from "./secret.ts";
import { dependenciesOf, selectTasks } from "./select.ts";
import type { StatCache } from "./stat_cache.ts";
import type { Store } from "./store.ts";
import { cancelled, TaskRunner, toStepError } from "./task_runner.ts";
import { verifyTasks } from "./verify.ts";

export interface RunParts {
  workplan: Workplan;
  planner: Planner;
  store: Store;
  cache: StatCache;
  env: EnvHasher;
  options: RunOptions;
  emit: (event: EngineEvent) => void;
  executor?: (folder: string, jobs: number) => Executor;
  motiflow: string;
}

export class Run {
  readonly #id = newRunId();
  readonly #jobs: number;
  readonly #started = performance.now();
  readonly #results = new Map<string, TaskResult>();
  readonly #decisions = new Map<string, Decision>();
  readonly #known: KnownOutputs = new Map();
  /** Folders of results that could not be stored, by content id. */
  readonly #loose = new Map<string, string>();
  readonly #troubles: string[] = [];
  readonly #made = new Map<string, LatestTask>();
  readonly #writer: RunWriter;
  readonly #kill: AbortSignal;
  #executor: Executor | undefined;
  #runner!: TaskRunner;
  #lock: HeldLock | undefined;

  constructor(private readonly parts: RunParts) {
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
    const { workplan, options } = this.parts;
    const chosen = selectTasks(workplan.tasks, options);
    using _ = await this.#shareStore();
    const tasks = workplan.tasks.filter((t) => chosen.has(t.id));
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
        keepGoing: options.keepGoing ?? false,
        signal: this.#stopSignal(),
        seconds: (task) => estimate(this.parts.planner.latest, task.id, task.uses) ?? 1,
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
      return await lock(this.parts.store.layout.lock(storeLock), {
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
    const { workplan, planner, options } = this.parts;
    const first = await new Run(this.parts).go();
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
      return await verifyTasks(workplan, planner, this.#runner, this.#known, this.#jobs, options.signal);
    } finally {
      await this.#close();
    }
  }

  #stopSignal(): AbortSignal {
    const { signal } = this.parts.options;
    return signal === undefined ? this.#kill : AbortSignal.any([signal, this.#kill]);
  }

  #emit(event: EngineEvent): void {
    this.#writer.event(event);
    this.parts.emit(event);
  }

  #makeRunner(): TaskRunner {
    const { workplan, store, cache, env, options } = this.parts;
    return new TaskRunner({
      root: workplan.root,
      workflow: workplan.name,
      store,
      cache,
      env,
      // Started with the first task that runs: a run that restores everything needs none.
      executor: { execute: (spec) => this.#startExecutor().execute(spec), close: async () => {} },
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
          this.#writer.log(task.id, message);
          this.#emit({ type: "task-log", task: task.id, message });
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

  #startExecutor(): Executor {
    if (this.#executor !== undefined) return this.#executor;
    const { layout } = this.parts.store;
    removeDeadFolders(layout.temporary);
    const folder = join(layout.temporary, this.#id);
    Deno.mkdirSync(folder, { recursive: true });
    this.#lock = tryLock(join(folder, "lock"));
    this.#executor = this.parts.executor?.(folder, this.#jobs) ?? new WorkerPool(folder, this.#jobs);
    return this.#executor;
  }

  #announce(task: Task, attempt: number): void {
    this.#writer.start();
    const { reason } = this.#decisions.get(task.id)!;
    const estimateSeconds = estimate(this.parts.planner.latest, task.id, task.uses);
    this.#emit({ type: "task-started", task: task.id, step: task.step, attempt, reason, estimateSeconds });
  }

  #trouble(message: string, task?: Task): void {
    this.#troubles.push(message);
    this.#emit({ type: "store-trouble", ...(task === undefined ? {} : { task: task.id }), message });
  }

  #dirOf(output: StoredOutput): string {
    return this.#loose.get(output.id) ?? this.parts.store.layout.artifact(output.id);
  }

  /** Restores what the chosen tasks need from tasks that were not chosen; returns the tasks that can take part. */
  async #unselected(chosen: Set<string>): Promise<Task[]> {
    const { tasks } = this.parts.workplan;
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
        const decision = await this.parts.planner.decide(task, this.#known, undefined).catch(() => undefined);
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
      decision = await this.parts.planner.decide(task, this.#known, this.parts.options.force);
    } catch (error) {
      // Reported by #run, as a failure of this task.
      this.#results.set(task.id, this.#failed(task, toStepError(error), 0));
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
      this.#made.set(task.id, { key: decision.key, uses: task.uses, seconds: record.seconds });
      touchRecord(this.parts.store, record.key);
      return true;
    } catch (error) {
      this.#results.set(task.id, this.#failed(task, toStepError(error), 0));
      return false;
    }
  }

  async #run(task: Task, threads: number): Promise<"ok" | "failed"> {
    const started = performance.now();
    const early = this.#results.get(task.id);
    try {
      if (early !== undefined) throw new StepError(early.error!, early.errorKind!);
      const decision = this.#decisions.get(task.id)!;
      const fresh = decision.reason === "forced" || task.cache.mode !== "pure";
      const made = await this.#runner.make(task, decision, threads, fresh);
      if (made.loose !== undefined) {
        for (const [port, output] of Object.entries(made.outputs)) {
          this.#loose.set(output.id, `${made.loose}/${port}`);
        }
      }
      await this.#finish(task, decision, { ...made, outcome: made.shared ? "restored" : "ran" });
      this.#made.set(task.id, { key: decision.key, uses: task.uses, seconds: made.seconds });
      return "ok";
    } catch (error) {
      const failure = this.#kill.aborted ? cancelled() : toStepError(error);
      const result = this.#failed(task, failure, (performance.now() - started) / 1000);
      this.#results.set(task.id, result);
      this.#writer.start();
      this.#writer.log(task.id, failure.details);
      const { seconds } = result;
      const log = this.#writer.logOf(task.id);
      this.#emit({
        type: "task-failed",
        task: task.id,
        step: task.step,
        seconds,
        message: failure.message,
        log,
      });
      return "failed";
    }
  }

  /** Makes the outputs known, publishes them and reports. */
  async #finish(
    task: Task,
    { key, reason }: Decision,
    end: Pick<TaskResult, "outcome" | "seconds" | "attempts" | "warnings"> & {
      outputs: Record<string, StoredOutput>;
    },
  ): Promise<void> {
    const { workplan, store, cache } = this.parts;
    const { outputs, outcome, seconds } = end;
    const shown = outcome === "restored" && reason !== "nothing changed"
      ? "made by another task just now"
      : reason;
    if (task.publish !== undefined) {
      const dirOf = (output: StoredOutput) => this.#dirOf(output);
      const { fs, layout } = store;
      const done = await publish({ root: workplan.root, task, outputs, dirOf, fs, cache, layout });
      if (done.files > 0) this.#emit({ type: "published", task: task.id, ...done });
    }
    this.#known.set(task.id, outputs);
    const { id, step, uses, cell } = task;
    const refs: Record<string, OutputRef> = {};
    for (const [port, output] of Object.entries(outputs)) {
      refs[port] = { type: output.type, id: output.id, dir: this.#dirOf(output) };
    }
    const log = outcome === "ran" ? { log: this.#writer.logOf(id) } : {};
    const { attempts, warnings } = end;
    this.#results.set(id, {
      id,
      step,
      uses,
      cell,
      outcome,
      seconds,
      attempts,
      reason: shown,
      key,
      warnings,
      outputs: refs,
      ...log,
    });
    if (outcome === "restored") {
      this.#emit({ type: "task-restored", task: id, step, key, seconds, reason: shown });
    } else this.#emit({ type: "task-succeeded", task: id, step, key, seconds });
  }

  #failed(task: Task, failure: StepError, seconds: number): TaskResult {
    const { id, step, uses, cell } = task;
    const decision = this.#decisions.get(id);
    return {
      id,
      step,
      uses,
      cell,
      outcome: "failed",
      seconds,
      attempts: (failure as { attempts?: number }).attempts ?? 1,
      reason: decision?.reason ?? "",
      key: decision?.key ?? null,
      error: failure.message,
      errorKind: failure.kind,
      warnings: [],
      outputs: {},
      log: this.#writer.logOf(id),
    };
  }

  #notRun(task: Task, outcome: "blocked" | "skipped", reason: string): void {
    const { id, step, uses, cell } = task;
    const known = this.#known.get(id) ?? {};
    const outputs = Object.fromEntries(
      Object.entries(known).map(([port, o]) => [port, { type: o.type, id: o.id, dir: this.#dirOf(o) }]),
    );
    this.#results.set(id, {
      id,
      step,
      uses,
      cell,
      outcome,
      seconds: 0,
      attempts: 0,
      reason,
      key: null,
      warnings: [],
      outputs,
    });
  }

  #block(task: Task, cause: string): void {
    this.#notRun(task, "blocked", `needs ${cause}`);
    this.#emit({ type: "task-blocked", task: task.id, step: task.step, cause });
  }

  #skip(task: Task, reason: string): void {
    this.#notRun(task, "skipped", reason);
    this.#emit({ type: "task-skipped", task: task.id, step: task.step, reason });
  }

  #end(): RunResult {
    const { workplan, planner, store, cache } = this.parts;
    const tasks = workplan.tasks.map((t) => this.#results.get(t.id)!);
    const counts: Record<Outcome, number> = { ran: 0, restored: 0, failed: 0, blocked: 0, skipped: 0 };
    for (const task of tasks) counts[task.outcome]++;
    const stopped = this.#stopSignal().aborted && counts.failed + counts.skipped + counts.blocked > 0;
    const status: RunStatus = stopped
      ? "cancelled"
      : counts.failed + counts.blocked > 0
      ? "failed"
      : "succeeded";
    const quiet = status === "succeeded" && !this.#writer.started && this.#troubles.length === 0 &&
      this.#sameAsLast();
    const id = quiet ? planner.latest.run! : this.#id;
    const seconds = (performance.now() - this.#started) / 1000;
    const result: RunResult = { id, status, tasks, seconds, storeTroubles: this.#troubles };
    const ended = new Date().toISOString();
    const event: EngineEvent = { type: "run-ended", run: id, time: ended, status, seconds, counts };
    if (!quiet) {
      this.#writer.start();
      this.#writer.event(event);
      this.#writer.finish(result, ended);
    }
    try {
      if (!quiet) {
        const kept = { ...planner.latest.tasks, ...Object.fromEntries(this.#made) };
        writeLatest(store.fs, store.layout, { version: 1, workflow: workplan.name, run: id, tasks: kept });
      }
      cache.save(store.fs);
    } catch (error) {
      this.#trouble(`Cannot remember this run for the next: ${(error as Error).message}`);
    }
    this.parts.emit(event);
    return result;
  }

  async #close(): Promise<void> {
    await this.#executor?.close();
    this.#writer[Symbol.dispose]();
    this.#lock?.[Symbol.dispose]();
    // Results that could not be stored stay where they are until the next run.
    if (this.#executor !== undefined && this.#loose.size === 0) {
      removeQuietly(join(this.parts.store.layout.temporary, this.#id));
    }
  }

  /** Whether this run ended where the last recorded one did: then its record already says everything. */
  #sameAsLast(): boolean {
    const { latest } = this.parts.planner;
    return latest.run !== null && [...this.#made].every(([id, { key }]) => latest.tasks[id]?.key === key);
  }
}

/** Marks a result as used, for `gc`; at most once a day, so that a run without news writes nothing. */
function touchRecord({ layout, fs }: Store, key: string): void {
  try {
    const path = layout.action(key);
    const now = Date.now();
    if (now - (Deno.statSync(path).mtime?.getTime() ?? 0) > 86_400_000) fs.stamp(path, now / 1000);
  } catch {
    // A store that may only be read.
  }
}

async function outputsOf(made: TaskResult): Promise<Record<string, StoredOutput>> {
  const outputs: Record<string, StoredOutput> = {};
  for (const [port, { type, id, dir }] of Object.entries(made.outputs)) {
    outputs[port] = { type, id, files: await makeManifest(dir) };
  }
  return outputs;
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Removed by the next run.
  }
}

/** Removes attempt folders whose run is gone; a live run holds the lock in its folder. */
function removeDeadFolders(temporary: string): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(temporary)];
  } catch {
    return;
  }
  for (const entry of entries) {
    const held = tryLock(join(temporary, entry.name, "lock"));
    if (held === undefined) continue;
    removeQuietly(join(temporary, entry.name));
    held[Symbol.dispose]();
  }
}
