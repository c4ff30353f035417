/**
 * Attempts as Slurm jobs, and the shards of a step as arrays of them. The job's comment is found in the folder of its
 * attempt as well, so a driver that was killed finds the jobs that it left behind: they are followed further, not
 * submitted again. Its name says which step it is, and the number of an array's element which shard. The project has to
 * lie on a file system that the nodes share.
 */
import { basename, join, relative } from "../../path.ts";
import type { ClusterPlace } from "../../workflow/workplan.ts";
import { AttemptFolder, type JobStatus } from "./attempt_folder.ts";
import type { AttemptResult, AttemptSpec, Executor } from "./executor.ts";
import { StepError } from "../step_error.ts";
import { leaveArray, SlurmArrays } from "./slurm_array.ts";
import { hasEnded, type SlurmJob, SlurmQueue } from "./slurm_queue.ts";
import { programArguments } from "./step_process.ts";
import { errorOf, onMessage } from "./wire.ts";

/** Milliseconds between two looks into a job's folder. */
const pause = 500;
/** Milliseconds in which the status of a job that ended may still come through a shared file system. */
const lag = (state: string) => state === "COMPLETED" ? 60_000 : 5000;
/** How often a job is submitted again whose machine was lost; that is no fault of the step and no attempt at it. */
const resubmissions = 3;
/** States of jobs that lost their machine. */
const lostStates = new Set(["BOOT_FAIL", "NODE_FAIL", "PREEMPTED", "REVOKED"]);
/** States of jobs that tell another cause than the signal which ended them. */
const classes = new Set([...lostStates, "OUT_OF_MEMORY", "TIMEOUT"]);

const scriptFile = "run.sh";

/** A job lost its machine. */
class NodeLost extends StepError {}
/** A job came to the limit of time that the cluster was asked for. */
class TimeLimit extends StepError {}

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
  readonly queues = true;
  readonly #queue = new SlurmQueue();
  readonly #arrays: SlurmArrays;
  /** By action key, what later attempts are given of what earlier ones lacked. */
  readonly #more = new Map<string, { memory: number; time: number }>();

  /** Folders that are being removed: others need not wait for a file system. */
  readonly #removals = new Set<Promise<void>>();
  readonly #places: SlurmPlaces;

  constructor(places: SlurmPlaces) {
    this.#places = places;
    this.#arrays = new SlurmArrays(places.jobs);
  }

  async execute(spec: AttemptSpec): Promise<AttemptResult> {
    spec.signal.throwIfAborted();
    for (let lost = 1;; lost++) {
      const job = await this.#leftBehind(spec) ?? await this.#submit(spec);
      try {
        return await this.#finish(job, await this.#follow(job, spec));
      } catch (error) {
        if (spec.signal.aborted && job.id !== undefined) await this.#queue.cancel(job.id);
        if (!(error instanceof NodeLost) || lost > resubmissions) {
          throw this.#remember(spec.action.key, error);
        }
        spec.channel.log(`${error.message.split("\n")[0]}: it is submitted again`);
      }
    }
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await Promise.all(this.#removals);
  }

  /** Twice of what an attempt lacked is for the next one. */
  #remember(key: string, error: unknown): unknown {
    const { memory, time } = this.#more.get(key) ?? { memory: 1, time: 1 };
    if (error instanceof StepError && error.kind === "memory") {
      this.#more.set(key, { memory: 2 * memory, time });
    }
    if (error instanceof TimeLimit) this.#more.set(key, { memory, time: 2 * time });
    return error;
  }

  /** A job of an earlier driver for the same action whose result is right; all others of the action are removed. */
  async #leftBehind(spec: AttemptSpec): Promise<Submitted | undefined> {
    const { key, fresh } = spec.action;
    const folders = foldersOf(this.#places.jobs, key);
    if (folders.length === 0) return undefined;
    const jobs = new Map([...(await this.#queue.list()).values()].map((job) => [job.submission, job]));
    let found: Submitted | undefined;
    for (const folder of folders) {
      const job = jobs.get(folder.spec()?.submission ?? "");
      const alive = job !== undefined && !hasEnded(job);
      // Slurm clears up behind a job that has said its end.
      const status = folder.status();
      const good = status === undefined ? alive : status.end.kind === "done";
      const usable = found === undefined && !fresh && good && folder.fits(spec);
      if (usable) found = { folder, ...(job === undefined ? {} : { id: job.id }) };
      else {
        if (alive) await this.#queue.cancel(job.id);
        this.#remove(folder);
      }
    }
    if (found !== undefined) {
      spec.channel.log(`takes up Slurm job ${found.id ?? "(ended)"} of an earlier run`);
    }
    return found;
  }

  async #submit(given: AttemptSpec): Promise<Submitted> {
    const { key, timeout, cluster = {}, task, shard } = given.action;
    const more = this.#more.get(key) ?? { memory: 1, time: 1 };
    const memory = given.action.memory === undefined ? undefined : given.action.memory * more.memory;
    const spec = { ...given, action: { ...given.action, ...(memory === undefined ? {} : { memory }) } };
    const time = cluster.time === undefined ? {} : { time: cluster.time * more.time };
    const name = `${key}.${crypto.randomUUID().slice(0, 8)}`;
    const folder = new AttemptFolder(join(this.#places.jobs, name));
    const asked = [
      `--chdir=${this.#places.root}`,
      "--export=ALL",
      "--no-requeue",
      "--nodes=1",
      "--ntasks=1",
      `--cpus-per-task=${spec.job.threads}`,
      ...(memory === undefined ? [] : [`--mem=${Math.ceil(memory / 2 ** 20)}M`]),
      ...(spec.action.exclusive ? ["--exclusive"] : []),
      ...placeArguments({ ...cluster, ...time }, timeout),
    ];
    const env = environmentOf(spec.permissions.env ?? []);
    /** @param comment By what the job is found again; its name is for people. */
    const send = (own: string, name: string, comment: string, log: string, array: string[]) => {
      const script = join(own, scriptFile);
      // The command comes as arguments: nothing here is ever read by a shell.
      Deno.writeTextFileSync(script, '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
      return this.#queue.submit([
        ...[`--job-name=${name}`, `--comment=${comment}`, `--output=${log}`],
        ...asked,
        ...array,
        script,
        Deno.execPath(),
        ...programArguments(
          new URL("./job.ts", import.meta.url),
          array.length === 0 ? [own] : [own, "array"],
          spec.code.config,
        ),
      ], env);
    };
    // Slurm reads % in file names as a pattern.
    const plain = (path: string) => path.replaceAll("%", "%%");
    let id: string;
    if (shard === undefined) {
      folder.stage(spec, name);
      id = await send(folder.path, task, name, plain(folder.log), []);
    } else {
      const { place, ...others } = shard;
      id = await this.#arrays.add(
        JSON.stringify([task, asked]),
        { shard: place + 1, ...others, folder },
        spec.signal,
        (submission) => folder.stage(spec, submission),
        (array) =>
          send(
            array.folder,
            array.before === 0 ? task : `${task}+${array.before}`,
            array.name,
            join(plain(array.folder), "%a", basename(folder.log)),
            [`--array=${array.elements}`],
          ).finally(() => Deno.removeSync(join(array.folder, scriptFile))), // Slurm has a copy
      );
    }
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
    const details = `${message}\n${folder.logTail()}`;
    if (lostStates.has(state)) return new NodeLost(message, "crash", details, true);
    if (state === "TIMEOUT") return new TimeLimit(message, "timeout", details, true);
    if (state === "OUT_OF_MEMORY") return new StepError(message, "memory", details, true);
    return new StepError(message, "crash", details, state !== "CANCELLED");
  }

  /** Brings the result where the run looks after it. */
  async #finish({ id, folder }: Submitted, status: JobStatus): Promise<AttemptResult> {
    const { end, node, seconds, outside } = status;
    if (end.kind === "failed") {
      const job = outside === true && id !== undefined ? await this.#ended(id) : undefined;
      if (job !== undefined && classes.has(job.state)) throw this.#dead(job, folder);
      const where = `Slurm job ${id ?? ""} on ${node}, its log: ${this.#shown(folder)}`;
      const { message, details } = end.failure;
      throw errorOf({ ...end.failure, message: `${message}\n  ${where}`, details: `${details}\n${where}` });
    }
    const out = join(this.#places.folder, folder.name);
    linkTree(folder.out, out);
    return { out, seconds, settled: () => this.#remove(folder) };
  }

  /** A job that was ended by a signal, when Slurm says why; undefined where it does not say so soon. */
  async #ended(id: string): Promise<SlurmJob | undefined> {
    for (const until = performance.now() + lag(""); performance.now() < until;) {
      const job = await this.#queue.find(id);
      if (job !== undefined && hasEnded(job)) return job;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return undefined;
  }

  #remove(folder: AttemptFolder): void {
    const submission = folder.spec()?.submission;
    const removal = folder.remove().finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
    if (submission !== undefined) leaveArray(this.#places.jobs, submission);
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

/** The files of a folder under other names, so that what moves or marks them leaves the folder as it is. */
function linkTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) linkTree(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    Deno.linkSync(source, target);
  } catch {
    // A file system without hard links. Moving would leave half a result to whoever finds the folder.
    Deno.copyFileSync(source, target);
  }
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
