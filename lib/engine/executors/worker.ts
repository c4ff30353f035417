/**
 * The step's side: a Deno Worker with only the permissions that the step declared. It takes one job, or one
 * after another of the same step module of the program, and holds a file lock as a sign of life, since a worker that is gone says nothing.
 */
/// <reference lib="deno.worker" />
import { Outstanding } from "./outstanding.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { failureOf } from "./failure.ts";
import { runStep } from "./run_step.ts";
import { throttleProgress } from "./throttle_progress.ts";
import { guardWorkers } from "./worker_guard.ts";
import { takePost } from "../../take_post.ts";

/** Characters of log lines after which no more are passed on: the run's own log is cut there as well. */
const longestLog = 1 << 22;

/**
 * Short jobs after which the memory is looked at again, and milliseconds from which a job is none: the system is asked
 * for it, which takes as long as writing a file.
 */
const [heapEvery, short] = [8, 20];

const { memoryUsage } = Deno;
const send = takePost<FromWorker>(() =>
  sendLine("warn", "The step posted a message, which nobody receives: what it returns is its result")
);
const alive = new URL(self.name);
const sign = Deno.openSync(alive);
sign.lockSync(true);
(globalThis as { signOfLife?: Deno.FsFile }).signOfLife = sign;
const outstanding = new Outstanding(alive);
let logged = 0;
/** Jobs of this worker, and the bytes that it had in use when they were last counted. */
let [jobs, heap] = [0, 0];
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
    sendLine("log", parts.map((part) => typeof part === "string" ? part : Deno.inspect(part)).join(" "));
  };
}

/** A step that never stops talking must fill no other thread's memory. */
function sendLine(kind: "log" | "warn", message: string): void {
  if (logged > longestLog) return;
  logged += message.length;
  send({ kind, message });
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
  send({ kind: "failed", failure: { ...failure, message: prefix + failure.message } });
}

self.addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "abort") {
    abort.abort(new DOMException(data.reason, "AbortError"));
    return;
  }
  if (running) throw new Error("Cannot start job: the worker is busy");
  running = true;
  logged = 0;
  abort = new AbortController();
  const began = performance.now();
  await outstanding.begin();
  const throttle = throttleProgress(({ fraction, message }) =>
    send({ kind: "progress", fraction, message: String(message) })
  );
  try {
    const { job, folders, files } = data;
    if (files !== undefined) guardWorkers(files);
    const definition = (await import(job.module)).default;
    const stamp = await runStep(definition, job, folders, {
      progress: throttle.progress,
      log: (message) => sendLine("log", String(message)),
      warn: (message) => sendLine("warn", String(message)),
      checkpoint: (state) => send({ kind: "checkpoint", state }),
      draft: (path) => send({ kind: "draft", path }),
    }, abort.signal);
    // In which a forgotten rejection still counts against this job.
    await outstanding.turn();
    const left = await outstanding.settle();
    const progress = throttle.rest();
    if (jobs++ % heapEvery === 0 || performance.now() - began > short) {
      const { heapTotal, external } = memoryUsage();
      heap = heapTotal + external;
    }
    // In one message: each of them wakes the other thread.
    send({ kind: "done", ...(progress === undefined ? {} : { progress }), stamp, left, heap });
  } catch (error) {
    throttle.flush();
    send({ kind: "failed", failure: failureOf(error) });
  } finally {
    running = false;
  }
});

send({ kind: "ready" });
