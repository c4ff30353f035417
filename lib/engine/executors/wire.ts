/** Attempts and their messages as JSON, for steps that run in a process of their own. */
import { throttleProgress } from "./throttle_progress.ts";
import type { AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import { keepDraft } from "../store/checkpoint_file.ts";
import { StoreFs } from "../system/fs.ts";
import type { Job } from "./protocol.ts";
import type { StepChannel } from "./run_step.ts";

/** One attempt. */
export interface WireSpec
  extends
    Pick<AttemptSpec, "root" | "action" | "code" | "permissions" | "opens" | "keepFailed" | "draftPlace"> {
  job: Omit<Job, "checkpoint"> & { checkpoint?: string };
}

/** A message of a running step; a checkpoint's bytes are in base64. */
export type WireMessage =
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

/** What the other process needs; the explanations of the code id stay here. */
export function toWire(
  { root, job, code, permissions, opens, action, keepFailed, draftPlace }: AttemptSpec,
): WireSpec {
  const { id, files } = code;
  const { checkpoint, ...rest } = job;
  return {
    root,
    ...(keepFailed === undefined ? {} : { keepFailed }),
    ...(draftPlace === undefined ? {} : { draftPlace }),
    job: { ...rest, ...(checkpoint === undefined ? {} : { checkpoint: checkpoint.toBase64() }) },
    code: { id, files },
    permissions,
    ...(opens === undefined ? {} : { opens }),
    action,
  };
}

/** On the step's side: runs an attempt with `executor`; never throws. */
export async function executeWire(
  executor: Executor,
  { job: { checkpoint, ...job }, ...spec }: WireSpec,
  send: (message: WireMessage) => void,
  signal: AbortSignal,
): Promise<WireEnd> {
  const throttle = throttleProgress(({ fraction, message }) => send({ kind: "progress", fraction, message }));
  try {
    const { out, stamp, left } = await executor.execute({
      job: { ...job, ...(checkpoint === undefined ? {} : { checkpoint: Uint8Array.fromBase64(checkpoint) }) },
      ...spec,
      channel: {
        progress: throttle.progress,
        log: (message) => send({ kind: "log", message }),
        warn: (message) => send({ kind: "warn", message }),
        checkpoint: (state) => send({ kind: "checkpoint", state: state.toBase64() }),
        // Here, as the attempt's folders may be gone when the engine reads a message.
        draft: (path) => {
          if (spec.draftPlace === undefined) return;
          try {
            keepDraft(new StoreFs(), path, spec.draftPlace);
          } catch (error) {
            send({ kind: "warn", message: `Cannot save the progress: ${(error as Error).message}` });
          }
        },
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

/** On the engine's side: passes a message on. */
export function onMessage(channel: StepChannel, message: WireMessage): void {
  if (message.kind === "checkpoint") channel.checkpoint?.(Uint8Array.fromBase64(message.state));
  else if (message.kind === "progress") channel.progress(message);
  else channel[message.kind](message.message);
}

/** On the engine's side: a failure as the error that it is. */
export function errorOf({ message, kind, details, transient }: WireFailure): StepError {
  return new StepError(message, kind, details, transient);
}
