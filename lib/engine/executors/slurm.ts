/**
 * Attempts as Slurm jobs. The job's name carries the action key and the name of its folder, so a driver that was
 * killed finds the jobs that it left behind: they are followed further, not submitted again. The project has to lie on
 * a file system that the nodes share.
 */
import { join, relative } from "../../path.ts";
import type { ClusterPlace } from "../../workflow/workplan.ts";
import { AttemptFolder, type JobStatus } from "./attempt_folder.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import { hasEnded, type SlurmJob, SlurmQueue } from "./slurm_queue.ts";
import { programArguments } from "./step_process.ts";
import { errorOf, onMessage } from "./wire.ts";

/** Milliseconds between two looks into a job's folder. */
const pause = 500;
/** Milliseconds in which the status of a job that ended may still come through a shared file system. */
const lag = (state: string) => state === "COMPLETED" ? 60_000 : 5000;
const prefix = "motiflow-";
/** What a job needs of the environment besides what its step declares. */
const environment = [
  ...["PATH", "HOME", "USER", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DENO_DIR", "XDG_CACHE_HOME", "DENO_CERT"],
  ...["DENO_TLS_CA_STORE", "NPM_CONFIG_REGISTRY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
];

/** A submitted attempt; without an id where it ended before this driver began. */
interface Submitted {
  id?: string;
  folder: AttemptFolder;
}

export interface SlurmPlaces {
  /** Folders of the jobs' attempts. */
  jobs: string;
  /** Where results go, on the same file system. */
  folder: string;
  /** Project root. */
  root: string;
}

export class SlurmExecutor implements Executor {
  readonly timesAttempts = true;
  readonly #queue = new SlurmQueue();

  readonly #places: SlurmPlaces;

  constructor(places: SlurmPlaces) {
    this.#places = places;
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    const job = await this.#leftBehind(spec) ?? await this.#submit(spec);
    try {
      return this.#finish(job, await this.#follow(job, spec));
    } catch (error) {
      if (spec.signal.aborted && job.id !== undefined) await this.#queue.cancel([job.id]);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  /** A job of an earlier driver for the same action whose result is right; all others of the action are removed. */
  async #leftBehind(spec: AttemptSpec): Promise<Submitted | undefined> {
    const { key, fresh } = spec.action;
    const folders = foldersOf(this.#places.jobs, key);
    if (folders.length === 0) return undefined;
    const jobs = new Map([...(await this.#queue.list()).values()].map((job) => [job.name, job]));
    let found: Submitted | undefined;
    for (const folder of folders) {
      const job = jobs.get(prefix + folder.name);
      const alive = job !== undefined && !hasEnded(job);
      const usable = found === undefined && !fresh && (alive || folder.status()?.end.kind === "done") &&
        folder.fits(spec);
      if (usable) found = { folder, ...(job === undefined ? {} : { id: job.id }) };
      else {
        if (alive) await this.#queue.cancel([job.id]);
        folder.remove();
      }
    }
    if (found !== undefined) {
      spec.channel.log(`takes up Slurm job ${found.id ?? "(ended)"} of an earlier run`);
    }
    return found;
  }

  async #submit(spec: AttemptSpec): Promise<Submitted> {
    const { key, memory, exclusive, timeout, cluster, task } = spec.action;
    const name = `${key}.${crypto.randomUUID().slice(0, 8)}`;
    const folder = new AttemptFolder(join(this.#places.jobs, name));
    folder.stage(spec);
    const id = await this.#queue.submit([
      `--job-name=${prefix}${name}`,
      // Slurm reads % in file names as a pattern.
      `--output=${folder.log.replaceAll("%", "%%")}`,
      `--chdir=${this.#places.root}`,
      "--export=ALL",
      "--no-requeue",
      "--nodes=1",
      "--ntasks=1",
      `--cpus-per-task=${spec.job.threads}`,
      ...(memory === undefined ? [] : [`--mem=${Math.ceil(memory / 2 ** 20)}M`]),
      ...(exclusive ? ["--exclusive"] : []),
      // The job's name is for finding it again; people see the step here.
      `--comment=${task}`,
      ...placeArguments(cluster, timeout),
      folder.script,
      Deno.execPath(),
      ...programArguments(new URL("./job.ts", import.meta.url), [folder.path], spec.code.config),
    ], environmentOf(spec.permissions.env ?? []));
    spec.channel.log(`Slurm job ${id}`);
    return { id, folder };
  }

  /** Waits for the job's end and passes its messages on. @throws StepError when it died without a status. */
  async #follow({ id, folder }: Submitted, spec: AttemptSpec): Promise<JobStatus> {
    let waits = "";
    let gone: number | undefined;
    const asked = id === undefined ? undefined : this.#ask(id);
    for (;;) {
      const status = folder.status();
      for (const message of folder.received()) onMessage(spec.channel, message);
      if (status !== undefined) return status;
      const job = asked?.();
      if (job?.state === "PENDING" && job.reason !== waits) {
        waits = job.reason;
        spec.channel.progress({ message: `Slurm job ${id} waits: ${waits}` });
      }
      // A list that was asked for before the job was submitted does not know it yet.
      if (job !== undefined && !hasEnded(job)) gone = undefined;
      if (job !== undefined && hasEnded(job)) {
        gone ??= performance.now();
        if (performance.now() - gone > lag(job.state)) throw this.#dead(job, folder);
      }
      await delay(pause, spec.signal);
    }
  }

  /** Asks about a job again and again without making the caller wait: a controller may take long to answer or not to. */
  #ask(id: string): () => SlurmJob | undefined {
    let said: SlurmJob | undefined;
    let failed: { error: unknown } | undefined;
    let asking = false;
    return () => {
      if (failed !== undefined) throw failed.error;
      if (!asking) {
        asking = true;
        this.#queue.find(id)
          .then((job) => said = job, (error) => failed = { error })
          .finally(() => asking = false);
      }
      return said;
    };
  }

  #dead({ id, state, reason }: SlurmJob, folder: AttemptFolder): StepError {
    const how = state === "GONE" ? "is gone without a result" : `ended as ${state}`;
    const message = `Slurm job ${id} ${how}${reason === "" ? "" : ` (${reason})`}\n  its log: ${
      this.#shown(folder)
    }`;
    const kind = state === "TIMEOUT" ? "timeout" : "crash";
    return new StepError(message, kind, `${message}\n${folder.logTail()}`, state !== "CANCELLED");
  }

  /** Brings the result where the run looks after it. */
  #finish({ id, folder }: Submitted, { end, node, seconds }: JobStatus): AttemptResult {
    if (end.kind === "failed") {
      const where = `Slurm job ${id ?? ""} on ${node}, its log: ${this.#shown(folder)}`;
      const { message, details } = end.failure;
      throw errorOf({ ...end.failure, message: `${message}\n  ${where}`, details: `${details}\n${where}` });
    }
    const out = join(this.#places.folder, folder.name);
    Deno.renameSync(folder.out, out);
    folder.remove();
    return { out, seconds };
  }

  #shown(folder: AttemptFolder): string {
    return relative(this.#places.root, folder.log);
  }
}

/**
 * What Slurm is asked for beyond what the step declares for any machine.
 *
 * @param timeout Of the step, in seconds. Slurm counts in minutes, and ends later: the job itself holds the step to it.
 */
export function placeArguments(
  { time, ...words }: ClusterPlace = {},
  timeout?: number,
): string[] {
  const minutes = time === undefined
    ? timeout === undefined ? undefined : Math.ceil(timeout / 60) + 1
    : Math.ceil(time / 60);
  return [
    ...Object.entries(words).map(([name, word]) => `--${name}=${word}`),
    ...(minutes === undefined ? [] : [`--time=${minutes}`]),
  ];
}

function foldersOf(jobs: string, key: string): AttemptFolder[] {
  try {
    const names = [...Deno.readDirSync(jobs)].map(({ name }) => name);
    return names.filter((name) => name.startsWith(`${key}.`)).map((n) => new AttemptFolder(join(jobs, n)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * All that `sbatch` sees of the environment, and so all that it hands to the job. A list of names in `--export` would
 * have each job wait seconds for the user's login shell, and bring what that shell sets.
 */
function environmentOf(declared: readonly string[]): Record<string, string> {
  const all = Object.entries(Deno.env.toObject());
  if (declared.includes("*")) return Object.fromEntries(all);
  // Slurm's own variables say where the cluster is and with which options users submit.
  const names = [...environment, ...declared, "SLURM_*", "SBATCH_*"];
  const wanted = (name: string) =>
    names.some((n) => n.endsWith("*") ? name.startsWith(n.slice(0, -1)) : name === n);
  return Object.fromEntries(all.filter(([name]) => wanted(name)));
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
