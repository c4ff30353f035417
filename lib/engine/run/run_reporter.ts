/** What a run reports: events, log lines, warnings, and how each of its tasks ended. */
import type { Task } from "../../workflow/workplan.ts";
import type { EngineEvent } from "../event.ts";
import { type StepError, StepFailed } from "../step_error.ts";
import type { StoredOutput } from "../store/action_record.ts";
import { estimate } from "../store/last_results.ts";
import { RunWriter } from "../store/run_record.ts";
import type { RunRecord, TaskResult } from "../types.ts";
import type { RunParts } from "./run_parts.ts";
import type { RunState } from "./run_state.ts";
import { taskResult } from "./task_result.ts";
import type { TaskReport } from "./made.ts";

/** How a task ended well. */
export type GoodEnd =
  & Pick<TaskResult, "seconds" | "attempts" | "reason" | "key" | "warnings" | "published">
  & { outcome: "ran" | "restored" };

export class RunReporter implements TaskReport {
  readonly storeWarnings: string[] = [];
  readonly writer: RunWriter;
  readonly #announced = new Set<string>();

  readonly #parts: RunParts;
  readonly #state: RunState;

  /** @param record As it stands when the run begins. */
  constructor(parts: RunParts, state: RunState, record: RunRecord) {
    this.#parts = parts;
    this.#state = state;
    const { layout, fs } = parts.store;
    this.writer = new RunWriter(layout, fs, record, (message) => this.storeWarning(message));
  }

  event(event: EngineEvent): void {
    this.writer.event(event);
    this.#parts.emit(event);
  }

  storeWarning(message: string, task?: Task): void {
    this.storeWarnings.push(message);
    this.event({ type: "store-warning", ...(task === undefined ? {} : { task: task.id }), message });
  }

  progress(task: Task, fraction: number | undefined, message: string): void {
    const event = { type: "task-progress", task: task.id, message } as const;
    this.event(fraction === undefined ? event : { ...event, fraction });
  }

  log(task: Task, message: string): void {
    // Events go to a file as well, so what is too long for the log is too long for them.
    const kept = this.writer.log(task.id, message);
    if (kept !== undefined) this.event({ type: "task-log", task: task.id, message: kept });
  }

  warn(task: Task, message: string): void {
    this.writer.log(task.id, `warning: ${message}`);
    this.event({ type: "task-warning", task: task.id, message });
  }

  retry(task: Task, attempt: number, delaySeconds: number, message: string): void {
    this.event({ type: "task-retry", task: task.id, attempt, delaySeconds, message });
  }

  started(task: Task, attempt: number): void {
    // A download that is pinned comes before the first attempt.
    if (attempt === 1 && this.#announced.has(task.id)) return;
    this.#announced.add(task.id);
    this.writer.start();
    const reason = this.#state.decisions.get(task.id)?.reason ?? "its files were never downloaded";
    const estimateSeconds = estimate(this.#parts.planner.latest, task.id, task.uses);
    this.event({ type: "task-started", task: task.id, step: task.step, attempt, reason, estimateSeconds });
  }

  /** The task's outputs are there, and known. */
  done(task: Task, end: GoodEnd, outputs: Record<string, StoredOutput>): void {
    const { id, step } = task;
    const log = end.outcome === "ran" ? { log: this.writer.logOf(id) } : {};
    this.#note(task, { ...end, ...log }, outputs);
    const { key, seconds, reason } = end;
    if (end.outcome === "ran") this.event({ type: "task-succeeded", task: id, step, key: key!, seconds });
    else this.event({ type: "task-restored", task: id, step, key: key!, seconds, reason });
  }

  failed(task: Task, failure: StepError, seconds: number): void {
    const { reason = "", key = null } = this.#state.decisions.get(task.id) ?? {};
    const attempts = failure instanceof StepFailed ? failure.attempts : 1;
    const { message, kind: errorKind, details } = failure;
    const log = this.writer.logOf(task.id);
    const kept = this.writer.failedOf(task.id);
    this.#note(task, {
      ...(kept === undefined ? {} : { kept }),
      outcome: "failed",
      seconds,
      attempts,
      reason,
      key,
      error: message,
      errorKind,
      log,
    }, {});
    this.writer.start();
    this.writer.log(task.id, details);
    this.event({ type: "task-failed", task: task.id, step: task.step, seconds, message, log });
  }

  blocked(task: Task, cause: string, reason = `needs ${cause}`): void {
    const outputs = this.#state.known.get(task.id) ?? {};
    this.#note(task, { outcome: "blocked", reason }, outputs);
    this.event({ type: "task-blocked", task: task.id, step: task.step, cause, reason });
  }

  skipped(task: Task, reason: string): void {
    this.#note(task, { outcome: "skipped", reason }, this.#state.known.get(task.id) ?? {});
    this.event({ type: "task-skipped", task: task.id, step: task.step, reason });
  }

  #note(task: Task, end: Parameters<typeof taskResult>[1], outputs: Record<string, StoredOutput>): void {
    this.#state.results.set(task.id, taskResult(task, end, outputs, (output) => this.#state.dirOf(output)));
  }
}
