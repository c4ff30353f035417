/**
 * Runs attempts in Deno Workers. A worker is reused for attempts of the same module state with the same permissions,
 * because starting one costs more than a small step; it is dropped after a failure, and after long work, whose heap
 * is not worth keeping.
 */
import { join } from "../system/path.ts";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "../system/canonical_json.ts";
import { isLocked } from "../system/lock.ts";
import { look } from "../system/stat.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import { Idle } from "./idle.ts";
import { explainDenial, workerPermissions } from "./permissions.ts";
import type { FromWorker, JobInput, StepFailure } from "./protocol.ts";

/** Milliseconds a step has to stop by itself after an abort. */
export const grace = 2000;
/** Milliseconds of work after which a worker is not reused. */
export const longWork = 1000;

/** Attempts that are alike in this may use the same worker one after the other. */
export function profileOf({ job, code, permissions }: AttemptSpec): string {
  return canonicalJson([job.module, code.id, permissions as any, Object.values(job.files).flat()]);
}

interface Slot {
  worker: Worker;
  profile: string;
  folder: string;
  attempts: number;
  /** Links to the inputs of the last attempt. */
  links: string[];
}

export class WorkerPool implements Executor {
  readonly #idle: Idle<Slot>;
  #busy = new Set<Slot>();
  #count = 0;

  readonly #folder: string;

  /**
   * @param folder Where the workers' folders go, on the store's file system.
   * @param keep Idle workers to keep.
   */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#idle = new Idle(keep, (slot) => slot.worker.terminate());
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const slot = await this.#take(spec);
    this.#busy.add(slot);
    const started = performance.now();
    try {
      const result = await this.#run(slot, spec);
      if (performance.now() - started < longWork) this.#idle.keep(slot);
      else slot.worker.terminate();
      return result;
    } catch (error) {
      slot.worker.terminate();
      throw error;
    } finally {
      this.#busy.delete(slot);
    }
  }

  async close(): Promise<void> {
    for (const slot of this.#busy) slot.worker.terminate();
    this.#idle.clear();
  }

  async #take(spec: AttemptSpec): Promise<Slot> {
    const files = Object.values(spec.job.files).flat();
    const profile = profileOf(spec);
    const idle = this.#idle.take(profile);
    if (idle !== undefined) return idle;
    const folder = join(this.#folder, `w${this.#count++}`);
    for (const part of ["in", "out", "scratch"]) Deno.mkdirSync(join(folder, part), { recursive: true });
    const alive = join(folder, "scratch", "alive");
    const permissions = workerPermissions(spec.permissions, spec.code.files, files, {
      read: [folder],
      write: [join(folder, "out"), join(folder, "scratch")],
    });
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: pathToFileURL(alive).href,
      deno: { permissions },
    } as WorkerOptions);
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new StepError(`The step's worker did not start: ${event.message}`, "crash"));
      };
    });
    return { worker, profile, folder, attempts: 0, links: [] };
  }

  #run(slot: Slot, spec: AttemptSpec): Promise<AttemptResult> {
    const attempt = `a${slot.attempts++}`;
    const out = join(slot.folder, "out", attempt);
    const scratch = join(slot.folder, "scratch", attempt);
    Deno.mkdirSync(out);
    for (const port of spec.job.outputs) Deno.mkdirSync(join(out, port));
    const job = { ...spec.job, inputs: linkInputs(slot, attempt, spec.job.inputs) };
    const { promise, resolve, reject } = Promise.withResolvers<AttemptResult>();
    const alive = join(slot.folder, "scratch", "alive");
    const watch = setInterval(() => {
      if (!isLocked(alive)) {
        reject(new StepError("The step's worker ended before the step returned", "crash"));
      }
    }, 250);
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      const reason = spec.signal.reason;
      slot.worker.postMessage({ kind: "abort", reason: String(reason?.message ?? reason) });
      deadline = setTimeout(() => reject(reason), grace);
    };
    spec.signal.addEventListener("abort", onAbort, { once: true });
    slot.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "done") resolve({ out });
      else if (data.kind === "failed") {
        reject(spec.signal.aborted ? spec.signal.reason : toError(data.failure));
      } else if (data.kind === "progress") spec.voice.progress(data);
      else if (data.kind === "log") spec.voice.log(data.message);
      else if (data.kind === "warn") spec.voice.warn(data.message);
      else if (data.kind === "checkpoint") spec.voice.checkpoint?.(data.state);
    };
    slot.worker.onerror = (event) => {
      event.preventDefault();
      reject(new StepError(`The step's worker crashed: ${event.message}`, "crash", event.message, true));
    };
    slot.worker.postMessage({ kind: "run", job, folders: { out, scratch } });
    return promise.finally(() => {
      clearInterval(watch);
      clearTimeout(deadline);
      spec.signal.removeEventListener("abort", onAbort);
      // Where the step asked for it: removing it at the end of the run would keep the user waiting.
      if (look(scratch)) Deno.remove(scratch, { recursive: true }).catch(() => {});
    });
  }
}

/**
 * Lets the worker see its inputs, and only them, below its own folder: the permissions of a running worker cannot
 * change with its jobs. The links are to folders that it may read but not write. Their names are new in each
 * attempt, because a step may remember what it read by its path; the links of the last attempt are gone.
 */
function linkInputs(
  slot: Slot,
  attempt: string,
  inputs: Record<string, JobInput[]>,
): Record<string, JobInput[]> {
  for (const link of slot.links.splice(0)) Deno.removeSync(link);
  const linked: Record<string, JobInput[]> = {};
  for (const [port, items] of Object.entries(inputs)) {
    linked[port] = items.map((item, i) => {
      const dir = join(slot.folder, "in", `${attempt}.${port}.${i}`);
      Deno.symlinkSync(item.dir, dir, { type: "dir" });
      slot.links.push(dir);
      return { ...item, dir };
    });
  }
  return linked;
}

function toError({ name, message, stack, transient }: StepFailure): StepError {
  const denial = explainDenial(name, message);
  if (denial !== undefined) return new StepError(denial, "permission", `${denial}\n${stack}`);
  if (name === "InputError") return new StepError(message, "input", stack);
  const plain = name === "Error" ? message : `${name}: ${message}`;
  return new StepError(plain, "step", stack === "" ? plain : stack, transient);
}
