/** Slurm's commands: one question for all jobs of the user, and not more often than a controller can bear. */
import { InputError } from "../../errors.ts";
import { StepError } from "../step_error.ts";
import { elementName } from "./slurm_array.ts";

/** Milliseconds for which an answer counts as new. */
const answerAge = 3000;
/** Longest pause between questions to a controller that does not answer, and how long that may go on. */
const longestPause = 60_000;
const patience = 600_000;

/** States after which a job does not run again; a job is never requeued. */
const ended = new Set([
  "BOOT_FAIL",
  "CANCELLED",
  "COMPLETED",
  "DEADLINE",
  "FAILED",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "PREEMPTED",
  "REVOKED",
  "TIMEOUT",
]);

export interface SlurmJob {
  /** As Slurm writes it: `17`, or `17_3` for an element of an array. */
  id: string;
  /** Its comment, for an element of an array with the element's number. */
  submission: string;
  /** Slurm's word; `GONE` where Slurm has forgotten the job. */
  state: string;
  /** Why it waits or how it failed, where Slurm says so. */
  reason: string;
}

export function hasEnded({ state }: SlurmJob): boolean {
  return state === "GONE" || ended.has(state);
}

/** Widths of the columns that `squeue` prints. */
const columns = {
  ...{ JobID: 24, ArrayJobID: 24, ArrayTaskID: 24 },
  ...{ Comment: 128, State: 24, exit_code: 12, Reason: 64 },
};

export class SlurmQueue {
  #answer: { time: number; jobs: Map<string, SlurmJob> } | undefined;
  #asking: Promise<Map<string, SlurmJob>> | undefined;
  #failing: { since: number; next: number; pause: number } | undefined;
  #cancelling: { ids: string[]; done: Promise<void> } | undefined;
  readonly #closed = new AbortController();

  /**
   * Submits a job and returns its id.
   *
   * @param env The whole environment of `sbatch`.
   * @throws StepError when Slurm refuses it.
   */
  async submit(args: string[], env: Record<string, string>): Promise<string> {
    const { ok, out, said } = await call("sbatch", ["--parsable", ...args], { env, clearEnv: true });
    // With several clusters: `17;cluster`.
    const [id = ""] = out.trim().split(";");
    if (ok && /^\d+$/.test(id)) {
      this.#answer = undefined;
      return id;
    }
    const passing = /contact|timed out|timeout|try again|temporar/i.test(said);
    throw new StepError(`Slurm did not take the job: ${said}`, "crash", said, passing);
  }

  /** Ends the questions that are still out. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#asking?.catch(() => {});
  }

  /** Cancels a job; those that are to be cancelled at the same time go in one call. */
  async cancel(id: string): Promise<void> {
    this.#cancelling ??= { ids: [], done: this.#cancelAll() };
    this.#cancelling.ids.push(id);
    await this.#cancelling.done;
  }

  async #cancelAll(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { ids } = this.#cancelling!;
    this.#cancelling = undefined;
    await call("scancel", ["--quiet", ...ids]);
  }

  /** The user's jobs by id. @throws StepError when Slurm does not answer. */
  async list(): Promise<Map<string, SlurmJob>> {
    if (this.#answer !== undefined && performance.now() - this.#answer.time < answerAge) {
      return this.#answer.jobs;
    }
    this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
    return await this.#asking;
  }

  /**
   * One job; undefined while Slurm does not answer. A job that its list has forgotten is asked of the accounting.
   *
   * @throws StepError when Slurm has not answered for ten minutes.
   */
  async find(id: string): Promise<SlurmJob | undefined> {
    const now = performance.now();
    if (this.#failing !== undefined && now < this.#failing.next) return undefined;
    try {
      const jobs = await this.list();
      this.#failing = undefined;
      return jobs.get(id) ?? await accounted(id, this.#closed.signal);
    } catch (error) {
      const { since = now, pause = answerAge } = this.#failing ?? {};
      if (now - since > patience) throw error;
      this.#failing = { since, next: now + pause, pause: Math.min(longestPause, 2 * pause) };
      return undefined;
    }
  }

  async #ask(): Promise<Map<string, SlurmJob>> {
    const format = Object.entries(columns).map(([name, width]) => `${name}:${width}`).join(",");
    const { ok, out, said } = await call(
      "squeue",
      ["--me", "--array", "--noheader", "--states=all", "--Format", format],
      { signal: this.#closed.signal },
    );
    if (!ok) throw new StepError(`Slurm does not answer: ${said}`, "crash", said, true);
    const jobs = new Map<string, SlurmJob>();
    for (const line of out.split("\n")) {
      let at = 0;
      const [own = "", array = "", element = "", comment = "", state = "", exit = "", reason = ""] = Object
        .values(columns).map((width) => line.slice(at, at += width).trim());
      if (own === "") continue;
      const of = (job: string) => /^\d+$/.test(element) ? elementName(job, element) : undefined;
      const id = of(array) ?? own;
      jobs.set(id, {
        id,
        submission: of(comment) ?? comment,
        state,
        reason: hasEnded({ state } as SlurmJob) ? exitOf(exit) : reason,
      });
    }
    this.#answer = { time: performance.now(), jobs };
    return jobs;
  }
}

/** What a wait status means. */
function exitOf(status: string): string {
  const value = Number(status);
  if (!Number.isInteger(value) || value === 0) return "";
  return (value & 127) > 0 ? `signal ${value & 127}` : `exit code ${value >> 8}`;
}

async function accounted(id: string, signal: AbortSignal): Promise<SlurmJob> {
  const args = ["--allocations", "--noheader", "--parsable2", "--format", "State,ExitCode", "--jobs", id];
  const { ok, out } = await call("sacct", args, { signal });
  const [state = "", reason = ""] = ok ? out.trim().split("|") : [];
  // `CANCELLED by 1000`.
  return { id, submission: "", state: state.split(" ")[0] || "GONE", reason };
}

async function call(
  program: string,
  args: string[],
  options: Deno.CommandOptions = {},
): Promise<{ ok: boolean; out: string; said: string }> {
  try {
    const command = new Deno.Command(program, { ...options, args, stdin: "null" });
    const { success, stdout, stderr } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
    const out = text(stdout);
    return { ok: success, out, said: text(stderr) || out };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(`Cannot use Slurm: there is no ${program} on PATH`, {
      hint: "Run on a login node of the cluster, or without --executor slurm.",
    });
  }
}
