/** Attempts, and what is said of them, as JSON: for steps that run in a process of their own. */
import { throttleProgress } from "./throttle_progress.ts";
import type { AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import type { Job } from "./protocol.ts";
import type { StepVoice } from "./run_step.ts";

/** One attempt. */
export interface WireSpec extends Pick<AttemptSpec, "action" | "code" | "permissions"> {
  job: Omit<Job, "checkpoint"> & { checkpoint?: string };
}

/** What a running step says; a checkpoint's bytes are in base64. */
export type WireSaying =
  | { kind: "progress"; fraction?: number; message: string }
  | { kind: "log"; message: string }
  | { kind: "warn"; message: string }
  | { kind: "checkpoint"; state: string };

/** How an attempt ended. */
export type WireEnd =
  | { kind: "done"; out: string; stamp?: string; left?: boolean }
  | { kind: "failed"; failure: WireFailure };

/** A {@linkcode StepError} as plain data. */
export type WireFailure = Pick<StepError, "message" | "kind" | "details" | "transient">;

/** What the other side needs to know; the explanations of the code id stay here. */
export function toWire({ job, code: { id, files }, permissions, action }: AttemptSpec): WireSpec {
  const { checkpoint, ...rest } = job;
  return {
    job: { ...rest, ...(checkpoint === undefined ? {} : { checkpoint: checkpoint.toBase64() }) },
    code: { id, files },
    permissions,
    action,
  };
}

/** The far side: runs an attempt with `executor`; never throws. */
export async function executeWire(
  executor: Executor,
  { job: { checkpoint, ...job }, ...spec }: WireSpec,
  say: (saying: WireSaying) => void,
  signal: AbortSignal,
): Promise<WireEnd> {
  const throttle = throttleProgress(({ fraction, message }) => say({ kind: "progress", fraction, message }));
  try {
    const { out, stamp, left } = await executor.execute({
      job: { ...job, ...(checkpoint === undefined ? {} : { checkpoint: Uint8Array.fromBase64(checkpoint) }) },
      ...spec,
      voice: {
        progress: throttle.progress,
        log: (message) => say({ kind: "log", message }),
        warn: (message) => say({ kind: "warn", message }),
        checkpoint: (state) => say({ kind: "checkpoint", state: state.toBase64() }),
      },
      signal,
    });
    return { kind: "done", out, stamp, left };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const { kind, details, transient } = error instanceof StepError
      ? error
      : new StepError(message, signal.aborted ? "cancelled" : "crash");
    return { kind: "failed", failure: { message, kind, details, transient } };
  } finally {
    throttle.flush();
  }
}

/** The near side: passes on what a step says. */
export function hear(voice: StepVoice, saying: WireSaying): void {
  if (saying.kind === "checkpoint") voice.checkpoint?.(Uint8Array.fromBase64(saying.state));
  else if (saying.kind === "progress") voice.progress(saying);
  else voice[saying.kind](saying.message);
}

/** The near side: a failure as the error that it is. */
export function errorOf({ message, kind, details, transient }: WireFailure): StepError {
  return new StepError(message, kind, details, transient);
}
