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

export type EngineEvent =
  /** Planning is over and the first task may start. */
  | {
    type: "run-started";
    run: string;
    workflow: string;
    time: string;
    tasks: number;
    jobs: number;
  }
  /** The run record is written; no event of this run follows. */
  | {
    type: "run-ended";
    run: string;
    time: string;
    status: RunStatus;
    seconds: number;
    counts: Record<Outcome, number>;
  }
  /** An attempt begins. `reason` says in one line why the task is not restored. */
  | {
    type: "task-started";
    task: string;
    step: string;
    attempt: number;
    reason: string;
    estimateSeconds: number | null;
  }
  /** What a running step says of itself; at most ten a second and task, the last one always. */
  | { type: "task-progress"; task: string; fraction?: number; message: string }
  /** A line for the task's log. */
  | { type: "task-log"; task: string; message: string }
  /** Something a user should look at although the task goes on. */
  | { type: "task-warning"; task: string; message: string }
  /** The result was taken from the store. */
  | { type: "task-restored"; task: string; step: string; key: string; seconds: number; reason: string }
  /** The result is committed. `same` tells that the bytes equal those of an earlier result. */
  | { type: "task-succeeded"; task: string; step: string; key: string; seconds: number }
  /** The last attempt failed. `message` is for the user; the stack is in the file `log`. */
  | {
    type: "task-failed";
    task: string;
    step: string;
    seconds: number;
    message: string;
    log: string;
  }
  /** Not started because `cause` (a task id) failed or was blocked. */
  | { type: "task-blocked"; task: string; step: string; cause: string }
  /** Not part of this run (`--only`, `--until`, `--from`) or not started before the run was cancelled. */
  | { type: "task-skipped"; task: string; step: string; reason: string }
  /** An attempt failed and another follows after `delaySeconds`. */
  | { type: "task-retry"; task: string; attempt: number; delaySeconds: number; message: string }
  /** A copy of the task's output now lies in `folder` (relative to the root); `files` were written. */
  | { type: "published"; task: string; folder: string; files: number }
  /** The store could not be trusted or written somewhere; the run goes on without it. */
  | { type: "store-trouble"; task?: string; message: string };

/** Receives events; must not throw. */
export type EventSink = (event: EngineEvent) => void;
