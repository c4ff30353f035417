/**
 * The far side of a step: a Deno Worker with only the permissions that the step declared. It takes one job after
 * another of the same step module, and holds a file lock as a sign of life, since a worker that is gone says nothing.
 */
/// <reference lib="deno.worker" />
import type { FromWorker, ToWorker } from "./protocol.ts";
import { failureOf } from "./protocol.ts";
import { runStep } from "./run_step.ts";

const say = (message: FromWorker) => self.postMessage(message);
let abort = new AbortController();
let running = false;

// A step that ends its process early has not done its work, whatever the exit code.
const stop = (code?: unknown): never => {
  throw new Error(`The step called exit(${code ?? 0}); steps end by returning`);
};
Object.defineProperty(Deno, "exit", { value: stop });
Object.defineProperty(globalThis, "close", { value: stop });

// What a step prints belongs into its log: the program's own output may be read by a machine.
for (const name of ["debug", "error", "info", "log", "warn"] as const) {
  console[name] = (...parts: unknown[]) => {
    const words = parts.map((part) => typeof part === "string" ? part : Deno.inspect(part));
    say({ kind: "log", message: words.join(" ") });
  };
}

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  report(event.reason, "A promise was rejected and nobody handled it: ");
});
self.addEventListener("error", (event) => {
  event.preventDefault();
  report(event.error ?? event.message, "An error was thrown outside the step's run: ");
});

function report(error: unknown, prefix: string): void {
  const failure = failureOf(error);
  say({ kind: "failed", failure: { ...failure, message: prefix + failure.message } });
}

self.addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "abort") {
    abort.abort(new DOMException(data.reason, "AbortError"));
    return;
  }
  if (running) throw new Error("Cannot start job: the worker is busy");
  running = true;
  abort = new AbortController();
  try {
    const { job, folders } = data;
    const definition = (await import(job.module)).default;
    await runStep(definition, job, folders, {
      progress: ({ fraction, message }) => say({ kind: "progress", fraction, message: String(message) }),
      log: (message) => say({ kind: "log", message: String(message) }),
      warn: (message) => say({ kind: "warn", message: String(message) }),
      checkpoint: (state) => say({ kind: "checkpoint", state }),
    }, abort.signal);
    // One turn of the event loop, in which a forgotten rejection still counts against this job. A timer would take a
    // millisecond, longer than many a step.
    await new Promise<void>((resolve) => setImmediate(resolve));
    say({ kind: "done" });
  } catch (error) {
    say({ kind: "failed", failure: failureOf(error) });
  } finally {
    running = false;
  }
});

const alive = new URL(self.name);
const sign = Deno.openSync(alive, { write: true, create: true });
sign.lockSync(true);
(globalThis as { signOfLife?: Deno.FsFile }).signOfLife = sign;
say({ kind: "ready" });
