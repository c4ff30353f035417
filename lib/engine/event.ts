/**
 * Everything that can happen during a run, as one union. Terminal lines, `--json` output, the run record and the
 * dashboard are all made from these events; `runs/<id>/events.jsonl` holds them, one a line.
 *
 * `task` is always {@linkcode Task.id}. `seconds` are elapsed times from a monotonic clock; only `run-started` and
 * `run-ended` carry a wall-clock time (ISO 8601, UTC).
 */

/** How a task ended. */
export type Outcome = "ran" | "restored" | "failed" | "blocked" | "skipped";

/** How a run ended. */
export type RunStatus = "succeeded" | "failed" | "cancelled";

/** Planning is over and the first task may start. */
export interface RunStarted {
  type: "run-started";
  run: string;
  workflow: string;
  time: string;
  tasks: number;
  jobs: number;
}

/** The run record is written; no event of this run follows. */
export interface RunEnded {
  type: "run-ended";
  run: string;
  time: string;
  status: RunStatus;
  seconds: number;
  counts: Record<Outcome, number>;
  /** Nothing was new: the record of this earlier run stands for this one, which has none of its own. */
  sameAs?: string;
}

/** An attempt begins. `reason` says in one line why the task is not restored. */
export interface TaskStarted {
  type: "task-started";
  task: string;
  step: string;
  attempt: number;
  reason: string;
  estimateSeconds: number | null;
}

/** What a running step says of itself; at most ten a second and task, the last one always. */
export interface TaskProgress {
  type: "task-progress";
  task: string;
  fraction?: number;
  message: string;
}

/** A line for the task's log. */
export interface TaskLog {
  type: "task-log";
  task: string;
  message: string;
}

/** Something a user should look at although the task goes on. */
export interface TaskWarning {
  type: "task-warning";
  task: string;
  message: string;
}

/** The result was taken from the store. */
export interface TaskRestored {
  type: "task-restored";
  task: string;
  step: string;
  key: string;
  seconds: number;
  reason: string;
}

/** The result is committed. */
export interface TaskSucceeded {
  type: "task-succeeded";
  task: string;
  step: string;
  key: string;
  seconds: number;
}

/** The last attempt failed. `message` is for the user; the stack is in the file `log`. */
export interface TaskFailed {
  type: "task-failed";
  task: string;
  step: string;
  seconds: number;
  message: string;
  log: string;
}

/** Not started because `cause` (a task id) failed or was blocked. */
export interface TaskBlocked {
  type: "task-blocked";
  task: string;
  step: string;
  cause: string;
  reason: string;
}

/** Not part of this run (`--only`, `--until`, `--from`) or not started before the run was cancelled. */
export interface TaskSkipped {
  type: "task-skipped";
  task: string;
  step: string;
  reason: string;
}

/** An attempt failed and another follows after `delaySeconds`. */
export interface TaskRetry {
  type: "task-retry";
  task: string;
  attempt: number;
  delaySeconds: number;
  message: string;
}

/** A copy of the task's output now lies in `folder` (relative to the root); `files` were written. */
export interface TaskPublished {
  type: "published";
  task: string;
  folder: string;
  files: number;
}

/** The store could not be trusted or written somewhere; the run goes on without it. */
export interface StoreWarning {
  type: "store-warning";
  task?: string;
  message: string;
}

/** Any of them. */
export type EngineEvent =
  | RunStarted
  | RunEnded
  | TaskStarted
  | TaskProgress
  | TaskLog
  | TaskWarning
  | TaskRestored
  | TaskSucceeded
  | TaskFailed
  | TaskBlocked
  | TaskSkipped
  | TaskRetry
  | TaskPublished
  | StoreWarning;

/** Receives events; must not throw. */
export type EventSink = (event: EngineEvent) => void;
