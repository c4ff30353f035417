/**
 * Runs attempts in processes of their own, so that a crash, the memory, the working directory, what is printed and the
 * signals of a step are its alone. A process serves one attempt at a time. One for users' steps gives each a fresh
 * worker and serves any of them; one for the program's steps with native code serves the same step with the same
 * permissions, since native code may have left anything in its memory.
 */
import { dirname, join } from "../../path.ts";
import { look } from "../system/stat.ts";
import { ofProgram } from "../system/program.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { Idle } from "./idle.ts";
import { passedOn, processEnvironment } from "./process_environment.ts";
import { StepProcess } from "./step_process.ts";
import { profileOf } from "./worker_pool.ts";

/** Bytes of memory above which a process is not kept. */
const largest = 256 * 2 ** 20;

export class ProcessPool implements Executor {
  readonly #idle: Idle<StepProcess>;
  readonly #all = new Set<StepProcess>();
  #count = 0;
  #closed = false;

  readonly #folder: string;

  /** @param folder As for the worker pool. @param keep Idle processes to keep. */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#idle = new Idle(keep, (process) => process.kill());
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const process = this.#take(spec);
    try {
      const result = await process.run(spec);
      if (result.left !== true && !servesOnce(spec) && process.memory <= largest) this.#idle.keep(process);
      else await this.#replace(process, spec);
      return result;
    } catch (error) {
      process.kill();
      if (spec.keepFailed !== undefined) {
        await process.gone;
        // What the process itself could not put aside any more.
        if (!look(spec.keepFailed)) keepFolder(process.folder, spec.keepFailed);
      }
      throw error;
    }
  }

  /** Ends all processes and waits for them, so that none writes below `folder` any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const ends = [...this.#all].map((process) => {
      process.kill();
      return process.gone;
    });
    this.#idle.clear();
    await Promise.all(ends);
  }

  /** Waits until a process is gone with all that it started; the next one of its kind starts meanwhile. */
  async #replace(process: StepProcess, spec: AttemptSpec): Promise<void> {
    process.kill();
    if (!this.#closed && !ofProgram(spec.job.module)) this.#idle.keep(this.#start(spec));
    await process.gone;
  }

  #take(spec: AttemptSpec): StepProcess {
    const profile = kindOf(spec);
    for (let idle = this.#idle.take(profile); idle !== undefined; idle = this.#idle.take(profile)) {
      if (!idle.dead) return idle;
    }
    return this.#start(spec);
  }

  #start(spec: AttemptSpec): StepProcess {
    const process = new StepProcess(kindOf(spec), join(this.#folder, `p${this.#count++}`), {
      keep: ofProgram(spec.job.module) ? 1 : 0,
      memory: spec.action.memory,
      env: processEnvironment(spec.permissions),
      cwd: spec.root,
      config: spec.code.config,
    });
    this.#all.add(process);
    void process.gone.then(() => {
      this.#all.delete(process);
      this.#idle.forget(process);
    });
    return process;
  }
}

function keepFolder(from: string, to: string): void {
  if (!look(from)) return;
  Deno.mkdirSync(dirname(to), { recursive: true });
  Deno.renameSync(from, to);
}

/** Attempts that are alike in this may use the same process one after the other. */
function kindOf(spec: AttemptSpec): string {
  const memory = spec.action.memory ?? "";
  if (ofProgram(spec.job.module)) return `${memory} ${profileOf(spec)}`;
  return `${memory} a user's ${spec.code.config ?? ""} ${JSON.stringify(passedOn(spec.permissions))}`;
}

/**
 * Whether the step may change what a later one would find and nobody sees: programs that it starts, native code, the
 * priority of its process. Environment, folder, umask and user are looked at when it has ended.
 */
function servesOnce({ job, permissions: { run = [], ffi, sys = [] } }: AttemptSpec): boolean {
  if (run.length > 0) return true;
  return !ofProgram(job.module) && (ffi === true || sys.includes("*") || sys.includes("setPriority"));
}
