/** One task from its decision to its result: lock, attempts, commit. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Lineage } from "../../artifacts/lineage.ts";
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import { CheckpointFile } from "../store/checkpoint_file.ts";
import { CodeIds, touchedSince } from "../key/code_id.ts";
import { collectOutputs, commitRecord, storeOutputs } from "./commit.ts";
import type { AttemptResult, Executor } from "../executors/executor.ts";
import { fromRoot } from "../executors/permissions.ts";
import { StepError, StepFailed } from "../step_error.ts";
import { type JobInput, mergedFile, shardsPort } from "../executors/protocol.ts";
import { hashRequest } from "../key/file_request.ts";
import { type HeldLock, lock } from "../system/lock.ts";
import type { Made, TaskReport } from "./made.ts";
import { masker } from "./mask.ts";
import { type Decision, type KnownOutputs, loadedBy } from "./planner.ts";
import type { ShardDirs } from "./map_task.ts";
import type { ShardDecision } from "./shards.ts";
import { throttleProgress } from "../executors/throttle_progress.ts";
import { type ActionRecord, readRecord, type StoredOutput } from "../store/action_record.ts";
import { isRemote } from "../key/remote_file.ts";
import type { EnvHasher } from "../key/env_hash.ts";
import { readFiles, stampOf } from "../system/stamp.ts";
import type { Listing, StatCache } from "../key/stat_cache.ts";
import type { SharedCache } from "../share/shared_cache.ts";
import { keepCode } from "../store/code_store.ts";
import type { Store } from "../store/store.ts";

export interface TaskRunnerParts {
  root: string;
  workflow: string;
  /** Variables of the workflow whose values are told nobody. */
  secrets: readonly string[];
  store: Store;
  cache: StatCache;
  env: EnvHasher;
  executor: Executor;
  /** Aborted to end running attempts. */
  kill: AbortSignal;
  /** Aborted when nothing more is to start. */
  stop: AbortSignal;
  /** Shards at the same time. */
  jobs: number;
  strictCache: boolean;
  /** Where the folders of a task's failed attempt go, where they are to be kept. */
  keepFailed?: (task: Task) => string;
  cells: Map<string, Task>;
  known: KnownOutputs;
  /** Directory of a known output. */
  dirOf: (output: StoredOutput) => string;
  report: TaskReport;
  /** How the inputs of a task were made, whose step asks for it. */
  lineageOf: (task: Task, decision: Decision) => Promise<Lineage>;
  /** Results of the team, where the project shares them. */
  shared: () => Promise<SharedCache | undefined>;
}

export class TaskRunner {
  readonly #parts: TaskRunnerParts;

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts;
  }

  /** Runs the task unless its result appears while waiting for the lock. @throws {StepError} */
  async make(task: Task, decision: Decision, threads: number, fresh: boolean): Promise<Made> {
    const { store, report, kill } = this.#parts;
    let held: HeldLock | undefined;
    try {
      held = await lock(store.layout.lock(decision.key), {
        signal: kill,
        onWait: () => report.log(task, "waits for another run that makes the same result"),
      });
    } catch (error) {
      if (kill.aborted) throw cancellation();
      report.storeWarning(`Cannot lock the action of ${task.id}: ${(error as Error).message}`, task);
    }
    using _ = held;
    // Looked up again even when the lock was free: another may have finished since the decision.
    if (!fresh && decision.problem === undefined) {
      const record = readRecord(store.layout, decision.key).record;
      if (record !== undefined && await this.bringBack(record, task)) {
        return restored(record, "made by another task just now");
      }
    }
    const shared = fresh ? undefined : await (await this.#parts.shared())?.pull(decision.key, task.outputs);
    if (shared !== undefined && await this.bringBack(shared, task)) {
      keepCode(store.fs, store.layout, decision.code);
      return restored(shared, "taken from the shared cache");
    }
    const mapped = task.map === undefined || decision.part !== undefined
      ? undefined
      : await this.#map(task, decision, { threads, fresh });
    if (mapped !== undefined) return mapped;
    const checkpoint = new CheckpointFile(store.fs, store.layout.checkpoint(decision.key));
    // A forced run makes everything anew.
    if (fresh) checkpoint.remove();
    const made = await this.#attempts(task, decision, { threads, fresh }, checkpoint);
    checkpoint.remove();
    return made;
  }

  /** Makes the task shard by shard; undefined where it runs once on everything. */
  async #map(
    task: Task,
    decision: Decision,
    how: { threads: number; fresh: boolean },
  ): Promise<Made | undefined> {
    const { store, report, stop } = this.#parts;
    await this.fetch(task);
    const shards = await this.#shards(task, decision);
    if (shards === undefined) return undefined;
    const { mapTask } = await import("./map_task.ts");
    const before = stampOf(this.#filesOf(decision));
    const started = performance.now();
    report.started(task, 1);
    const mapped = await mapTask(task, shards, {
      store,
      report,
      stop,
      jobs: shardsAtOnce(task, this.#parts.jobs, how.threads),
      stored: async (shard) => {
        const { record } = how.fresh ? {} : readRecord(store.layout, shard.key);
        return record !== undefined && await this.bringBack(record, task) ? record : undefined;
      },
      make: (shard, report) =>
        new TaskRunner({ ...this.#parts, report }).make(task, shard, how.threads, how.fresh),
      merge: (dirs) => this.#merge(task, decision, how, dirs),
    });
    if (mapped === undefined) return undefined;
    const { outputs, warnings, attempts } = mapped;
    const seconds = (performance.now() - started) / 1000;
    const end = { seconds, warnings, lineage: undefined };
    return { ...await this.#commit(task, decision, outputs, before, end), attempts };
  }

  async #shards(task: Task, decision: Decision): Promise<ShardDecision[] | undefined> {
    if (task.map === undefined) return undefined;
    const { shardsOf } = await import("./shards.ts");
    return shardsOf(task, decision, this.#parts.known, this.#parts.dirOf);
  }

  /** What all shards together show, by output port; undefined where they do not fit together. */
  async #merge(
    task: Task,
    decision: Decision,
    how: { threads: number; fresh: boolean },
    dirs: ShardDirs,
  ): Promise<{ merged: Record<string, Json> | undefined; warnings: string[] }> {
    const warnings: string[] = [];
    const own = { ...how, lineage: undefined };
    const { out } = await this.#attempt(task, decision, own, warnings, undefined, dirs);
    const [port] = Object.keys(task.outputs);
    const merged = JSON.parse(await Deno.readTextFile(`${out}/${port}/${mergedFile}`));
    return { merged: merged ?? undefined, warnings };
  }

  /** Runs the task once and hashes what it made, without storing anything. */
  async probe(task: Task, decision: Decision, threads: number): Promise<Record<string, StoredOutput>> {
    await this.fetch(task);
    // When things were made is told as it was then: it says nothing about the step.
    const lineage = readRecord(this.#parts.store.layout, decision.key).record?.lineage ??
      await this.#lineage(task, decision);
    const how = { threads, fresh: true, lineage };
    const probe = async (decision: Decision) => {
      const result = await this.#attempt(task, decision, how, [], undefined);
      return { out: result.out, outputs: await collectOutputs(result, task.outputs) };
    };
    const shards = await this.#shards(task, decision);
    if (shards === undefined) return (await probe(decision)).outputs;
    const { probeShards } = await import("./map_task.ts");
    const merge = (dirs: ShardDirs) => this.#merge(task, decision, how, dirs);
    return await probeShards(task, shards, { probe, merge }) ?? (await probe(decision)).outputs;
  }

  /** Makes a stored result's directories usable; false where content was lost or cannot be put in place. */
  async bringBack(record: Pick<ActionRecord, "outputs">, task: Task): Promise<boolean> {
    const warn = (message: string) => this.#parts.report.storeWarning(message, task);
    try {
      for (const { id, files } of Object.values(record.outputs)) {
        if (!await this.#parts.store.materialize(id, files, warn)) return false;
      }
      return true;
    } catch (error) {
      warn(`Cannot restore ${task.id}: ${(error as Error).message}`);
      return false;
    }
  }

  async #attempts(
    task: Task,
    decision: Decision,
    how: { threads: number; fresh: boolean },
    checkpoint: CheckpointFile,
  ): Promise<Made> {
    return await this.#retrying(task, async (attempts) => {
      this.#parts.report.started(task, attempts);
      await this.fetch(task);
      const warnings: string[] = [];
      const before = stampOf(this.#filesOf(decision));
      const lineage = await this.#lineage(task, decision);
      const started = performance.now();
      const result = await this.#attempt(task, decision, { ...how, lineage }, warnings, checkpoint);
      const seconds = result.seconds ?? (performance.now() - started) / 1000;
      const kept = await this.#keep(task, decision, result, before, { seconds, warnings, lineage });
      return { ...kept, attempts };
    });
  }

  /** Brings the files that the task requests by URL, in as many attempts as it has where they are `pinned` anew. */
  async fetch(task: Task, pinned = false): Promise<void> {
    if (!task.files.some(isRemote)) return;
    const { root, kill, report } = this.#parts;
    const { fetchFiles } = await import("./fetch_files.ts");
    const throttle = throttleProgress(({ fraction, message }) => report.progress(task, fraction, message));
    const fetching = () =>
      fetchFiles(root, task, {
        signal: kill,
        progress: (message, fraction) =>
          throttle.progress({ message, ...(fraction === undefined ? {} : { fraction }) }),
        warn: (message) => report.warn(task, message),
      });
    await (pinned ? this.#retrying(task, fetching) : fetching());
  }

  /** As many attempts as the task may have, after failures that may pass. */
  async #retrying<T>(task: Task, work: (attempt: number) => Promise<T>): Promise<T> {
    const { report, kill } = this.#parts;
    for (let attempt = 1;; attempt++) {
      if (kill.aborted) throw cancellation();
      try {
        return await work(attempt);
      } catch (error) {
        const failure = toStepError(error);
        if (attempt > task.retries || !failure.transient || kill.aborted) {
          throw new StepFailed(failure, attempt);
        }
        const delay = Math.min(60, 2 ** (attempt - 1));
        report.retry(task, attempt, delay, failure.message);
        await sleep(delay * 1000, kill);
      }
    }
  }

  async #attempt(
    task: Task,
    decision: Decision,
    { threads, fresh, lineage }: { threads: number; fresh: boolean; lineage: Lineage | undefined },
    warnings: string[],
    checkpoint: CheckpointFile | undefined,
    merges?: ShardDirs,
  ): Promise<AttemptResult> {
    const { executor, kill, report, keepFailed } = this.#parts;
    const timeout = new AbortController();
    const timer = task.timeout === undefined || executor.timesAttempts ? undefined : setTimeout(() => {
      timeout.abort(
        new StepError(
          `The step took longer than its timeout of ${task.timeout} s`,
          "timeout",
          undefined,
          true,
        ),
      );
    }, task.timeout * 1000);
    const mask = masker([...task.permissions.env ?? [], ...this.#parts.secrets]);
    const throttle = throttleProgress((p) => report.progress(task, p.fraction, mask(p.message)));
    try {
      return await executor.execute({
        ...(keepFailed === undefined ? {} : { keepFailed: keepFailed(task) }),
        root: this.#parts.root,
        job: {
          module: task.module,
          params: task.params,
          seed: task.seed,
          inputs: { ...this.#inputs(task, decision.part), ...shardInputs(task, merges) },
          many: Object.keys(task.inputs).filter((port) => task.inputs[port]?.arity === "many"),
          outputs: Object.keys(task.outputs),
          files: Object.fromEntries(
            task.files.filter(({ opened }) => opened !== true)
              .map(({ name }) => [name, decision.files[name]!.paths]),
          ),
          threads,
          ...(lineage === undefined ? {} : { lineage }),
          ...(decision.part === undefined ? {} : { shard: decision.part.name }),
          ...(merges === undefined ? {} : { merges: true as const }),
          checkpoint: checkpoint?.load(),
        },
        code: decision.code,
        permissions: fromRoot(task.permissions, this.#parts.root),
        ...(decision.part?.opens === undefined ? {} : { opens: decision.part.opens }),
        action: {
          key: decision.key,
          fresh,
          ...(task.resources.memory === undefined ? {} : { memory: task.resources.memory }),
          exclusive: task.resources.exclusive,
          ...(task.resources.cluster === undefined ? {} : { cluster: task.resources.cluster }),
          task: task.id,
          ...(task.timeout === undefined ? {} : { timeout: task.timeout }),
        },
        channel: {
          progress: throttle.progress,
          log: (message) => report.log(task, mask(message)),
          warn: (message) => {
            warnings.push(mask(message));
            report.warn(task, mask(message));
          },
          checkpoint: (state) => {
            try {
              checkpoint?.save(state);
            } catch (error) {
              report.storeWarning(
                `Cannot save the progress of ${task.id}: ${(error as Error).message}`,
                task,
              );
            }
          },
        },
        signal: AbortSignal.any([kill, timeout.signal]),
      });
    } catch (error) {
      const { message, kind, details, transient } = toStepError(error);
      throw new StepError(mask(message), kind, mask(details), transient);
    } finally {
      clearTimeout(timer);
      throttle.flush();
    }
  }

  async #lineage(task: Task, decision: Decision): Promise<Lineage | undefined> {
    return task.lineage === true ? await this.#parts.lineageOf(task, decision) : undefined;
  }

  #inputs(task: Task, part: Decision["part"]): Record<string, JobInput[]> {
    const inputs: Record<string, JobInput[]> = {};
    for (const [port, { sources }] of Object.entries(task.inputs)) {
      inputs[port] = sources.map((source) => {
        const output = this.#parts.known.get(source.task)![source.port]!;
        const { step, cell } = this.#parts.cells.get(source.task)!;
        const place = part?.inputs[port] ?? { id: output.id, dir: this.#parts.dirOf(output) };
        return { step, cell, type: output.type, ...place };
      });
    }
    return inputs;
  }

  /** Stores what an attempt made. */
  async #keep(
    task: Task,
    decision: Decision,
    result: AttemptResult,
    before: string,
    { seconds, warnings, lineage }: Pick<ActionRecord, "seconds" | "warnings" | "lineage">,
  ): Promise<Pick<Made, "outputs" | "loose" | "record" | "seconds" | "warnings">> {
    const outputs = await collectOutputs(result, task.outputs);
    return await this.#commit(task, decision, outputs, before, { seconds, warnings, lineage }, result.out);
  }

  /** Stores outputs and their record. @param out Folder that they lie in, where the store has them not yet. */
  async #commit(
    task: Task,
    decision: Decision,
    outputs: Record<string, StoredOutput>,
    before: string,
    { seconds, warnings, lineage }: Pick<ActionRecord, "seconds" | "warnings" | "lineage">,
    out?: string,
  ): Promise<Pick<Made, "outputs" | "loose" | "record" | "seconds" | "warnings">> {
    const { store, report } = this.#parts;
    try {
      const changed = await this.#changedInput(task, decision, before);
      if (out !== undefined) await storeOutputs(store, out, outputs);
      if (changed !== undefined) {
        const message =
          `${changed} changed while the step ran: the result is used but not kept, the next run makes it again`;
        report.warn(task, message);
        return { outputs, seconds, warnings: [...warnings, message] };
      }
      this.#parts.env.persist();
      const record: ActionRecord = {
        version: 1,
        key: decision.key,
        ingredients: decision.ingredients(),
        outputs,
        created: new Date().toISOString(),
        seconds,
        workflow: this.#parts.workflow,
        task: task.id,
        step: task.step,
        ...(lineage === undefined ? {} : { lineage }),
        warnings,
      };
      commitRecord(store, record, decision.code);
      if (task.cache.mode === "pure") (await this.#parts.shared())?.push(record);
      return { outputs, record, seconds, warnings };
    } catch (error) {
      const message = `Cannot store the result of ${task.id}: ${(error as Error).message}`;
      if (this.#parts.strictCache) throw new StepError(message, "store", (error as Error).stack);
      report.storeWarning(message, task);
      const loose = out === undefined ? {} : { loose: out };
      return { outputs, ...loose, seconds, warnings: [...warnings, message] };
    }
  }

  #filesOf({ code, files }: Decision): string[] {
    return readFiles(code, Object.values(files).flatMap(({ paths }) => paths));
  }

  /** What the step read and is no longer as it was hashed; undefined if all is well. */
  async #changedInput(task: Task, decision: Decision, before: string): Promise<string | undefined> {
    const touched = stampOf(this.#filesOf(decision)) !== before;
    if (decision.part !== undefined) {
      return touched ? `something that shard ${decision.part.name} reads` : undefined;
    }
    for (const request of task.files) {
      let found: Listing;
      try {
        found = await hashRequest(this.#parts.root, request, this.#parts.cache);
      } catch {
        return request.pattern;
      }
      if (found.digest === decision.files[request.name]!.digest) continue;
      const [now, then] = [found.hashes, decision.files[request.name]!.hashes];
      const differs = [...new Set([...Object.keys(now), ...Object.keys(then)])].find((path) =>
        now[path] !== then[path]
      );
      if (differs !== undefined) return differs;
    }
    if (!touched && !touchedSince(decision.code)) return undefined;
    await using codes = new CodeIds(this.#parts.root, this.#parts.cache);
    const now = await codes.of(task.module, loadedBy(task, decision.files));
    return now.id === decision.code.id ? undefined : "its code";
  }
}

/** A result that was not made here and now. @param shared Why. */
function restored(record: ActionRecord, shared: string): Made {
  const { outputs, warnings } = record;
  return { outputs, record, shared, seconds: 0, attempts: 0, warnings };
}

/** Makes any error one that says for whom it is. */
export function toStepError(error: unknown): StepError {
  if (error instanceof StepError) return error;
  if (error instanceof InputError) return new StepError(error.message, "input", error.stack);
  const message = error instanceof Error ? error.message : String(error);
  return new StepError(message, "step", error instanceof Error ? error.stack : message);
}

/** The error of a task that was ended together with its run. */
export function cancellation(): StepError {
  return new StepError("The run was cancelled", "cancelled");
}

/** Shards of a task that run at the same time: one, where the task holds more than CPU shares. */
function shardsAtOnce({ resources }: Task, jobs: number, threads: number): number {
  const { exclusive, memory, named } = resources;
  const alone = exclusive || memory !== undefined || Object.keys(named).length > 0;
  return alone ? 1 : Math.max(1, Math.floor(jobs / threads));
}

/** The shards of each output as inputs of the merge. */
function shardInputs(
  { step, cell, outputs }: Task,
  dirs: ShardDirs = {},
): Record<string, JobInput[]> {
  return Object.fromEntries(
    Object.entries(dirs).map((
      [port, shards],
    ) => [shardsPort(port), shards.map((shard) => ({ step, cell, type: outputs[port]!, ...shard }))]),
  );
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
