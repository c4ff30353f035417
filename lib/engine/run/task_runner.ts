/** One task from its decision to its result: lock, attempts, commit. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Lineage } from "../../artifacts/lineage.ts";
import type { Task } from "../../workflow/workplan.ts";
import { CheckpointFile } from "../store/checkpoint_file.ts";
import { cancellation, StepFailed, toStepError } from "../step_error.ts";
import { throttleProgress } from "../executors/throttle_progress.ts";
import { isRemote } from "../key/is_remote.ts";
import { type ActionRecord, readRecord, type StoredOutput } from "../store/action_record.ts";
import { keepCode } from "../store/code_store.ts";
import { type HeldLock, lock } from "../system/lock.ts";
import { attempt, type AttemptParts, shardsAtOnce } from "./attempt.ts";
import { collectMerged, collectOutputs } from "./commit.ts";
import { filesStamp, type KeepParts, keepResult } from "./keep_result.ts";
import type { Made } from "./made.ts";
import type { Merged, ShardDirs } from "./shards/map_task.ts";
import type { Decision } from "./planner.ts";
import type { ShardDecision } from "./shards/shards.ts";

export interface TaskRunnerParts extends AttemptParts, KeepParts {
  /** Aborted when nothing more is to start. */
  stop: AbortSignal;
  /** How the inputs of a task were made, whose step asks for it. */
  lineageOf: (task: Task, decision: Decision) => Promise<Lineage>;
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
    const { mapTask } = await import("./shards/map_task.ts");
    const before = filesStamp(decision);
    const started = performance.now();
    report.started(task, 1);
    const mapped = await mapTask(task, shards, {
      store,
      report,
      stop,
      jobs: this.#parts.executor.queues === true ? Infinity : shardsAtOnce(this.#parts, task, how.threads),
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
    return { ...await keepResult(this.#parts, task, decision, outputs, before, end), attempts };
  }

  async #shards(task: Task, decision: Decision): Promise<ShardDecision[] | undefined> {
    if (task.map === undefined) return undefined;
    const { shardsOf } = await import("./shards/shards.ts");
    return shardsOf(task, decision, this.#parts.known, this.#parts.dirOf);
  }

  /** What all shards together show, by output port; undefined where they do not fit together. */
  async #merge(
    task: Task,
    decision: Decision,
    how: { threads: number; fresh: boolean },
    dirs: ShardDirs,
  ): Promise<Merged> {
    const warnings: string[] = [];
    const own = { ...how, lineage: undefined };
    const result = await attempt(this.#parts, task, decision, own, warnings, undefined, dirs);
    try {
      const { merged, beside } = await collectMerged(result, Object.keys(task.outputs));
      return { merged: merged as Record<string, Json> ?? undefined, beside, warnings };
    } finally {
      result.settled?.();
    }
  }

  /** Runs the task once and hashes what it made, without storing anything. */
  async probe(task: Task, decision: Decision, threads: number): Promise<Record<string, StoredOutput>> {
    await this.fetch(task);
    // When things were made is told as it was then: it says nothing about the step.
    const lineage = readRecord(this.#parts.store.layout, decision.key).record?.lineage ??
      await this.#lineage(task, decision);
    const how = { threads, fresh: true, lineage };
    const probe = async (decision: Decision) => {
      const result = await attempt(this.#parts, task, decision, how, [], undefined);
      result.settled?.();
      return { out: result.out, outputs: await collectOutputs(result, task.outputs) };
    };
    const shards = await this.#shards(task, decision);
    if (shards === undefined) return (await probe(decision)).outputs;
    const { probeShards } = await import("./shards/map_task.ts");
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
      const before = filesStamp(decision);
      const lineage = await this.#lineage(task, decision);
      const started = performance.now();
      const result = await attempt(this.#parts, task, decision, { ...how, lineage }, warnings, checkpoint);
      const seconds = result.seconds ?? (performance.now() - started) / 1000;
      try {
        const outputs = await collectOutputs(result, task.outputs);
        const end = { seconds, warnings, lineage };
        const kept = await keepResult(this.#parts, task, decision, outputs, before, end, result.out);
        return { ...kept, attempts };
      } finally {
        result.settled?.();
      }
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

  async #lineage(task: Task, decision: Decision): Promise<Lineage | undefined> {
    return task.lineage === true ? await this.#parts.lineageOf(task, decision) : undefined;
  }
}

/** A result that was not made here and now. @param shared Why. */
function restored(record: ActionRecord, shared: string): Made {
  const { outputs, warnings } = record;
  return { outputs, record, shared, seconds: 0, attempts: 0, warnings };
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
