/** How attempts fail. */

/** Why an attempt failed. */
export type FailureKind =
  | "step"
  | "input"
  | "permission"
  | "timeout"
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
  ) {
    super(message);
    this.name = "StepError";
  }
}

/** The last of several attempts failed. */
export class StepFailed extends StepError {
  constructor({ message, kind, details, transient }: StepError, readonly attempts: number) {
    super(message, kind, details, transient);
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
