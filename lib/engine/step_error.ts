/** How attempts fail. */
import { InputError } from "../errors.ts";

/** Why an attempt failed. */
export type FailureKind =
  | "step"
  | "input"
  | "permission"
  | "timeout"
  | "memory"
  | "crash"
  | "output"
  | "store"
  | "cancelled";

/** A failed attempt; `message` is for the user, `details` (with the stack) for the log. */
export class StepError extends Error {
  constructor(
    message: string,
    readonly kind: FailureKind,
    readonly details: string = message,
    readonly transient = false,
    /** Absolute paths of the task's files without which it may work; empty where it is about something else. */
    readonly files: readonly string[] = [],
  ) {
    super(message);
    this.name = "StepError";
  }
}

/** The last of several attempts failed. */
export class StepFailed extends StepError {
  constructor({ message, kind, details, transient, files }: StepError, readonly attempts: number) {
    super(message, kind, details, transient, files);
    this.name = "StepFailed";
  }
}

/** What a step wrote when it had returned already is half of something. */
export function wroteLate(): StepError {
  return new StepError(
    "The step wrote into its output after it had returned: is an `await` missing?",
    "output",
  );
}

/** Makes any error one that says for whom it is. */
export function toStepError(error: unknown): StepError {
  if (error instanceof StepError) return error;
  if (error instanceof InputError) return new StepError(error.message, "input", error.stack);
  const message = error instanceof Error ? error.message : String(error);
  return new StepError(message, "step", error instanceof Error ? error.stack : message);
}

/** The error of a task that was ended together with its run. */
export function cancellation(): StepError {
  return new StepError("The run was cancelled", "cancelled");
}
