/** One run of a work plan: which tasks take part, what becomes of each, and the record that is left. */
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { EngineEvent } from "../event.ts";
import { NotPinned } from "../key/is_remote.ts";
import { cancellation, type StepError, toStepError } from "../step_error.ts";
import type { StoredOutput } from "../store/action_record.ts";
import { estimate } from "../store/last_results.ts";
import { fileOf, labelsOf } from "../store/run_record.ts";
import { look } from "../system/stat.ts";
import { type HeldLock, lock, storeLock } from "../system/lock.ts";
import type { RunResult } from "../types.ts";
import type { Decision } from "./planner.ts";
import { RunMemory, summaryOf } from "./run_memory.ts";
import type { RunParts } from "./run_parts.ts";
import type { GoodEnd } from "./run_reporter.ts";
import { RunSession } from "./run_session.ts";
import { schedule } from "./scheduler.ts";
import { selectTasks } from "./select_tasks.ts";
import type { Made } from "./made.ts";
import { sumUp } from "./task_result.ts";

export class Run {
  readonly #started = performance.now();
  readonly #session: RunSession;
  readonly #memory: RunMemory;

  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#session = new RunSession(parts);
    this.#memory = new RunMemory(parts);
  }

  async go(): Promise<RunResult> {
    const { workplan, planner, options } = this.#parts;
    const { id, jobs, reporter } = this.#session;
    const chosen = selectTasks(workplan.tasks, options);
    using _ = await this.#shareStore();
    const tasks = workplan.tasks.filter((t) => chosen.has(t.id));
    const memory = await this.#session.memoryFor(tasks);
    reporter.event({
      type: "run-started",
      run: id,
      workflow: workplan.name,
      time: new Date().toISOString(),
      tasks: tasks.length,
      jobs,
    });
    try {
      await schedule(await this.#taking(chosen), {
        jobs,
        memory,
        keepGoing: options.keepGoing ?? false,
        patience: options.patience,
        signal: this.#session.stopSignal(),
        seconds: (task) => estimate(planner.latest, task.id, task.uses) ?? task.usualSeconds ?? 1,
        settle: (task) => this.#restore(task),
        run: (task, threads) => this.#make(task, threads),
        blocked: (task, cause) => reporter.blocked(task, cause),
        skipped: (task, reason) => reporter.skipped(task, reason),
      });
      await this.#session.handedOn();
      return await this.#end();
    } finally {
      await this.#session.close();
    }
  }

  /** The tasks that can take part; what is read of those that are not chosen is restored. */
  async #taking(chosen: ReadonlySet<string>): Promise<readonly Task[]> {
    const { tasks } = this.#parts.workplan;
    if (chosen.size === tasks.length) return tasks;
    const { restoreUnselected } = await import("./restore_unselected.ts");
    return await restoreUnselected(this.#parts, this.#session, chosen);
  }

  /** Keeps `gc` away while the run uses the store. */
  async #shareStore(): Promise<HeldLock | undefined> {
    const signal = this.#session.stopSignal();
    try {
      return await lock(this.#parts.store.layout.lock(storeLock), { exclusive: false, signal });
    } catch {
      // A store that cannot be written to cannot be cleaned by anyone either.
      return undefined;
    }
  }

  /** Takes a task's result from the store; false where it has to be made. */
  async #restore(task: Task): Promise<boolean> {
    const started = performance.now();
    const { state, reporter } = this.#session;
    let decision: Decision;
    try {
      decision = await this.#decide(task);
    } catch (error) {
      // Downloading is work, so #make does it and decides then.
      if (!(error instanceof NotPinned)) state.undecided.set(task.id, toStepError(error));
      return false;
    }
    if (decision.problem !== undefined) reporter.storeWarning(decision.problem, task);
    const { record } = decision;
    if (record === undefined) return false;
    if (!decision.ready && !await (await this.#session.runner()).bringBack(record, task)) {
      decision.reason = "its stored result is damaged";
      return false;
    }
    try {
      const { outputs, warnings } = record;
      const seconds = (performance.now() - started) / 1000;
      await this.#finish(task, decision, { outcome: "restored", outputs, seconds, attempts: 0, warnings });
      this.#memory.restored(task, decision, record);
      return true;
    } catch (error) {
      state.undecided.set(task.id, toStepError(error));
      return false;
    }
  }

  async #make(task: Task, threads: number): Promise<"ok" | "failed"> {
    const started = performance.now();
    const { state, reporter, kill } = this.#session;
    const failure = state.undecided.get(task.id) ?? await this.#attempt(task, threads);
    if (failure === undefined) return "ok";
    reporter.failed(task, kill.aborted ? cancellation() : failure, (performance.now() - started) / 1000);
    return "failed";
  }

  /** Executes and commits; the failure, where it comes to one. */
  async #attempt(task: Task, threads: number): Promise<StepError | undefined> {
    const { state } = this.#session;
    try {
      const runner = await this.#session.runner();
      const first = state.decisions.get(task.id) ?? await this.#pin(task);
      await this.#checkPlace(task);
      const fresh = first.reason === "forced" || first.cache.mode !== "pure";
      const { decision, made } = await this.#madeOf(
        task,
        first,
        (decision) => runner.make(task, decision, threads, fresh),
      );
      if (made.loose !== undefined) {
        for (const [port, { id }] of Object.entries(made.outputs)) {
          state.loose.set(id, `${made.loose}/${port}`);
        }
      }
      const { shared, ...end } = made;
      if (shared === undefined) await this.#finish(task, decision, { ...end, outcome: "ran" });
      else await this.#finish(task, { ...decision, reason: shared }, { ...end, outcome: "restored" });
      this.#memory.made(task, decision, made);
      return undefined;
    } catch (error) {
      return toStepError(error);
    }
  }

  /** What a task makes, without files that it fails on where the user allows it. @throws {StepError} */
  async #madeOf(
    task: Task,
    first: Decision,
    make: (decision: Decision) => Promise<Made>,
  ): Promise<{ decision: Decision; made: Made }> {
    let decision = first;
    const problems: string[] = [];
    for (;;) {
      try {
        const made = await make(decision);
        return {
          decision,
          made: problems.length === 0 ? made : await this.#partial(task, decision, made, problems),
        };
      } catch (cause) {
        const error = toStepError(cause);
        if (error.files.length === 0) throw error;
        const { leaveOut, partialHint } = await import("./leave_out.ts");
        const less = leaveOut(decision, error.files);
        if (less === undefined) throw error;
        if (this.#parts.options.allowMissing !== true) {
          error.message += `\n  ${partialHint}`;
          throw error;
        }
        decision = less;
        this.#parts.planner.replace(task, decision);
        this.#session.state.decisions.set(task.id, decision);
        problems.push(error.message);
      }
    }
  }

  /** Warns of what a result is without. @param problems The failures on the files that were left out. */
  async #partial(task: Task, decision: Decision, made: Made, problems: readonly string[]): Promise<Made> {
    const { leftOutLine } = await import("./leave_out.ts");
    const told = leftOutLine(decision, problems);
    this.#session.reporter.warn(task, told);
    const shared = made.shared === undefined ? {} : { shared: "made without these files before" };
    return { ...made, ...shared, warnings: [told, ...made.warnings] };
  }

  async #decide(task: Task): Promise<Decision> {
    const { state } = this.#session;
    const decision = await this.#parts.planner.decide(task, state.known, this.#parts.options.force);
    state.decisions.set(task.id, decision);
    return decision;
  }

  /** Downloads what nothing is known of, and decides then. */
  async #pin(task: Task): Promise<Decision> {
    this.#session.reporter.started(task, 1);
    await (await this.#session.runner()).fetch(task, true);
    return await this.#decide(task);
  }

  /** What is in the way of the publication for sure is reported before the work, not after. */
  async #checkPlace(task: Task): Promise<void> {
    if (task.publish === undefined) return;
    const { workplan, cache, store } = this.#parts;
    const { foresee } = await import("./publication.ts");
    const { problem } = await foresee(workplan.root, task, fileOf(workplan), undefined, cache, store.layout);
    if (problem !== undefined) throw new InputError(problem);
  }

  /** Publishes the outputs, makes them known and reports. */
  async #finish(
    task: Task,
    { key, reason }: Decision,
    { outputs, outcome, seconds, attempts, warnings }:
      & Pick<GoodEnd, "outcome" | "seconds" | "attempts" | "warnings">
      & { outputs: Record<string, StoredOutput> },
  ): Promise<void> {
    const { state, reporter } = this.#session;
    const published = await this.#publish(task, outputs);
    state.known.set(task.id, outputs);
    reporter.done(task, {
      outcome,
      seconds,
      attempts,
      key,
      reason,
      warnings: [...warnings, ...published.warnings],
      ...(published.folder === undefined ? {} : { published: published.folder }),
    }, outputs);
  }

  async #publish(
    task: Task,
    outputs: Record<string, StoredOutput>,
  ): Promise<{ folder?: string; warnings: string[] }> {
    if (task.publish === undefined) return { warnings: [] };
    const { workplan, store: { fs, layout }, cache } = this.#parts;
    const { state, reporter } = this.#session;
    const dirOf = (output: StoredOutput) => state.dirOf(output);
    const by = fileOf(workplan);
    const { publish } = await import("./publish.ts");
    const done = await publish({ root: workplan.root, task, by, outputs, dirOf, fs, cache, layout });
    const { folder, files, kept } = done;
    if (files > 0) reporter.event({ type: "published", task: task.id, folder, files });
    const warnings = kept.map((path) => `a published file was changed by hand; it is kept as ${path}`);
    for (const message of warnings) reporter.event({ type: "task-warning", task: task.id, message });
    return { folder, warnings };
  }

  async #leftovers(): Promise<string[]> {
    const { workplan, store: { layout } } = this.#parts;
    if (!look(layout.published)) return [];
    const { leftovers } = await import("./publication.ts");
    return leftovers(layout, workplan.root, fileOf(workplan), workplan.tasks);
  }

  /** Records the run, or lets the record of the last one stand for it where nothing was new. */
  async #end(): Promise<RunResult> {
    const { workplan } = this.#parts;
    const { state, reporter } = this.#session;
    const { writer, storeWarnings } = reporter;
    const tasks = workplan.tasks.map((t) => state.results.get(t.id)!);
    const { counts, status } = sumUp(tasks, this.#session.stopSignal().aborted);
    const summary = status === "succeeded" ? await summaryOf(workplan, tasks) : null;
    // A run with a name is one that somebody will look for.
    const named = Object.keys(labelsOf(this.#parts.options)).length > 0;
    const same = summary === null || named || writer.started || storeWarnings.length > 0
      ? undefined
      : this.#memory.sameRun(summary);
    const id = same ?? this.#session.id;
    const seconds = (performance.now() - this.#started) / 1000;
    const left = status === "succeeded" ? await this.#leftovers() : [];
    const result: RunResult = {
      id,
      status,
      tasks,
      seconds,
      storeWarnings,
      ...(left.length === 0 ? {} : { leftovers: left }),
    };
    const ended = new Date().toISOString();
    const event: EngineEvent = {
      type: "run-ended",
      run: this.#session.id,
      time: ended,
      status,
      seconds,
      counts,
      ...(same === undefined ? {} : { sameAs: same }),
    };
    if (same === undefined) {
      writer.start();
      writer.event(event);
      writer.finish(result, ended);
    }
    try {
      this.#memory.save(id, summary, same === undefined);
    } catch (error) {
      reporter.storeWarning(`Cannot remember this run for the next: ${(error as Error).message}`);
    }
    this.#parts.emit(event);
    return result;
  }
}
