/**
 * Runs attempts in Deno Workers. A worker of one of the program's own steps is reused for attempts of the same module
 * state with the same permissions, because starting one costs more than a small step; it is dropped after a failure,
 * with a large heap, and where anything of the step goes on. How long a step took is no reason: it says more of the machine. A pool that keeps none
 * gives each attempt a fresh worker that may write into the outputs of that attempt only.
 */
import { join } from "../../path.ts";
import { toFileUrl } from "../system/file_url.ts";
import { ofProgram } from "../system/program.ts";
import { canonicalJson } from "../system/canonical_json.ts";
import { isLocked } from "../system/lock.ts";
import { look } from "../system/stat.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import { Idle } from "./idle.ts";
import { explainDenial, ownFiles, programFiles, requireOpen, workerPermissions } from "./permissions.ts";
import {
  draftIn,
  type FromWorker,
  type Job,
  type JobFolders,
  type JobInput,
  outputError,
  type StepFailure,
  type ToWorker,
} from "./protocol.ts";

/** Milliseconds a step has to stop by itself after an abort. */
export const grace = 2000;
/** Bytes of heap above which a worker is not kept. */
const largestHeap = 128 * 2 ** 20;

/** Attempts that are alike in this may use the same worker one after the other. */
export function profileOf(spec: AttemptSpec): string {
  const { job, code, permissions } = spec;
  return canonicalJson([job.module, code.id, permissions as any, opened(spec)]);
}

/** Files that the step may open beside its inputs and its code. */
function opened({ job, opens }: AttemptSpec): string[] {
  return [...opens ?? Object.values(job.files).flat()];
}

/** Milliseconds between two looks whether a worker is gone, and how many of them. */
const [glance, glances] = [2, 2500];

interface Slot {
  worker: Worker;
  profile: string;
  folder: string;
  /** Whether it takes one attempt after the other, each in folders of its own. */
  again: boolean;
  /** File that is locked as long as the worker lives. */
  alive: string;
  attempts: number;
  /** Links to the inputs of the last attempt, and where they lead. */
  links: Map<string, string>;
}

export class WorkerPool implements Executor {
  readonly #idle: Idle<Slot>;
  #busy = new Set<Slot>();
  /** What to do when the worker of a running attempt is gone. */
  readonly #watched = new Map<Slot, () => void>();
  #watcher: ReturnType<typeof setInterval> | undefined;
  #count = 0;

  readonly #folder: string;
  readonly #keep: number;

  /**
   * @param folder Where the workers' folders go, on the store's file system.
   * @param keep Idle workers to keep.
   */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = keep;
    this.#idle = new Idle(keep, (slot) => slot.worker.terminate());
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const slot = await this.#take(spec);
    this.#busy.add(slot);
    try {
      const result = await this.#run(slot, spec);
      if (this.#keep > 0 && !result.left && (result.heap ?? 0) <= largestHeap) this.#idle.keep(slot);
      else await end(slot);
      return result;
    } catch (error) {
      if (spec.keepFailed === undefined) slot.worker.terminate();
      else {
        await end(slot);
        keepFolders(slot, spec.keepFailed);
      }
      throw error;
    } finally {
      this.#busy.delete(slot);
    }
  }

  async close(): Promise<void> {
    this.#stopWatching();
    for (const slot of this.#busy) slot.worker.terminate();
    this.#idle.clear();
  }

  async #take(spec: AttemptSpec): Promise<Slot> {
    const files = opened(spec);
    const profile = this.#keep > 0 ? profileOf(spec) : "";
    const idle = this.#idle.take(profile);
    if (idle !== undefined) return idle;
    const folder = join(this.#folder, `w${this.#count++}`);
    const [out, scratch] = [join(folder, "out"), join(folder, "scratch")];
    Deno.mkdirSync(out, { recursive: true });
    requireOpen(folder);
    const alive = join(folder, "alive");
    Deno.writeFileSync(alive, new Uint8Array());
    const permissions = workerPermissions(spec.permissions, codeOf(spec), files, {
      read: [folder],
      // A worker for one attempt has no business beside its outputs.
      write: this.#keep > 0 ? [out, scratch] : [...spec.job.outputs.map((port) => join(out, port)), scratch],
    });
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: toFileUrl(alive),
      deno: { permissions },
    } as WorkerOptions);
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new StepError(`The step's worker did not start: ${event.message}`, "crash"));
      };
    });
    return { worker, profile, folder, again: this.#keep > 0, alive, attempts: 0, links: new Map() };
  }

  /** Looks now and then whether the worker is still there, since one that is gone says nothing. One timer for all. */
  #watch(slot: Slot, onGone: () => void): void {
    this.#watched.set(slot, onGone);
    this.#watcher ??= setInterval(() => {
      if (this.#watched.size === 0) this.#stopWatching();
      for (const [{ alive }, onGone] of this.#watched) if (!isLocked(alive)) onGone();
    }, 250);
  }

  #stopWatching(): void {
    clearInterval(this.#watcher);
    this.#watcher = undefined;
  }

  #run(slot: Slot, spec: AttemptSpec): Promise<AttemptResult> {
    slot.attempts++;
    const { out, scratch } = foldersOf(slot);
    if (slot.again) Deno.mkdirSync(out);
    for (const port of spec.job.outputs) Deno.mkdirSync(join(out, port));
    const job = {
      ...spec.job,
      inputs: linkInputs(slot, spec.job.inputs),
      draft: linkDraft(scratch, spec.job),
    };
    const { promise, resolve, reject } = Promise.withResolvers<AttemptResult>();
    this.#watch(
      slot,
      () => reject(new StepError("The step's worker ended before the step returned", "crash")),
    );
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      const reason = spec.signal.reason;
      slot.worker.postMessage({ kind: "abort", reason: String(reason?.message ?? reason) });
      deadline = setTimeout(() => reject(reason), grace);
    };
    slot.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "done") {
        if (data.progress !== undefined) spec.channel.progress(data.progress);
        resolve({ out, stamp: data.stamp, left: data.left, heap: data.heap });
      } else if (data.kind === "failed") {
        reject(spec.signal.aborted ? spec.signal.reason : toError(data.failure));
      } else if (data.kind === "progress") spec.channel.progress(data);
      else if (data.kind === "log") spec.channel.log(data.message);
      else if (data.kind === "warn") spec.channel.warn(data.message);
      else if (data.kind === "checkpoint") spec.channel.checkpoint?.(data.state);
      else if (data.kind === "draft") spec.channel.draft?.(data.path);
    };
    slot.worker.onerror = (event) => {
      event.preventDefault();
      reject(new StepError(`The step's worker crashed: ${event.message}`, "crash", event.message, true));
    };
    const { module } = spec.job;
    const message: ToWorker = {
      kind: "run",
      job,
      folders: { out, scratch },
      ...(ofProgram(module) ? {} : { files: ownFiles(spec) }),
    };
    slot.worker.postMessage(message);
    // Its time may be over before the worker has started: such a signal calls nobody any more.
    if (spec.signal.aborted) onAbort();
    else spec.signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => {
      this.#watched.delete(slot);
      clearTimeout(deadline);
      spec.signal.removeEventListener("abort", onAbort);
      // Where the step asked for it: removing it at the end of the run would keep the user waiting.
      if (spec.keepFailed === undefined && look(scratch)) {
        Deno.remove(scratch, { recursive: true }).catch(() => {});
      }
    });
  }
}

/** Files of code that a step may read: a user's no more than its own. */
function codeOf(spec: AttemptSpec): readonly string[] {
  return ofProgram(spec.job.module) ? [...spec.code.files, ...programFiles] : ownFiles(spec);
}

/** Where a slot's last attempt writes. Each folder more takes its time to make and to remove. */
function foldersOf({ folder, again, attempts }: Slot): JobFolders {
  const attempt = again ? `a${attempts}` : "";
  return { out: join(folder, "out", attempt), scratch: join(folder, "scratch", attempt) };
}

/** Puts the folders of a slot's last attempt where the user finds them. */
function keepFolders(slot: Slot, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const [part, from] of Object.entries(foldersOf(slot))) {
    if (look(from)) Deno.renameSync(from, join(to, part));
  }
}

/** Ends a worker and waits until its thread is gone, so that nothing of it writes any more. */
async function end({ worker, alive }: Slot): Promise<void> {
  worker.terminate();
  for (let i = 0; i < glances && isLocked(alive); i++) {
    await new Promise((resolve) => setTimeout(resolve, glance));
  }
}

/**
 * Lets the worker see its inputs, and only them, below its own folder: the permissions of a running worker cannot
 * change with its jobs. The links are to folders that it may read but not write. They are named by what they lead to,
 * because a step may remember what it read by its path; those of the last attempt that lead elsewhere are gone.
 */
function linkInputs(
  slot: Slot,
  inputs: Record<string, JobInput[]>,
): Record<string, JobInput[]> {
  const before = slot.links;
  slot.links = new Map();
  const linked: Record<string, JobInput[]> = {};
  const folder = join(slot.folder, "in");
  for (const [port, items] of Object.entries(inputs)) {
    linked[port] = items.map((item, i) => {
      const dir = join(folder, `${port}.${i}.${item.id.slice(0, 16)}`);
      slot.links.set(dir, item.dir);
      return { ...item, dir };
    });
  }
  for (const [dir, target] of before) if (slot.links.get(dir) !== target) Deno.removeSync(dir);
  if (before.size === 0 && slot.links.size > 0) Deno.mkdirSync(folder, { recursive: true });
  for (const [dir, target] of slot.links) {
    if (before.get(dir) !== target) Deno.symlinkSync(target, dir, { type: "dir" });
  }
  return linked;
}

/** Lets the worker go on with an earlier attempt's draft, where there is one. */
function linkDraft(scratch: string, { draft }: Job): string | undefined {
  if (draft === undefined) return undefined;
  try {
    Deno.mkdirSync(scratch, { recursive: true });
    Deno.linkSync(draft, draftIn(scratch));
    return draft;
  } catch {
    // Without it the step begins anew.
    return undefined;
  }
}

function toError({ name, message, stack, transient }: StepFailure): StepError {
  const denial = explainDenial(name, message);
  if (denial !== undefined) return new StepError(denial, "permission", `${denial}\n${stack}`);
  if (name === "InputError") return new StepError(message, "input", stack);
  if (name === outputError) return new StepError(message, "output", stack);
  const plain = name === "Error" ? message : `${name}: ${message}`;
  return new StepError(plain, "step", stack === "" ? plain : stack, transient);
}
