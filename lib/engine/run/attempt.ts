/** One attempt at a task, or at one of its shards: what the executor is given, and what is told of it meanwhile. */
import type { Lineage } from "../../artifacts/lineage.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { Action, AttemptResult, Executor } from "../executors/executor.ts";
import { fromRoot } from "../executors/permissions.ts";
import { type JobInput, shardsPort } from "../executors/protocol.ts";
import { throttleProgress } from "../executors/throttle_progress.ts";
import { StepError, toStepError } from "../step_error.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { CheckpointFile } from "../store/checkpoint_file.ts";
import type { TaskReport } from "./made.ts";
import type { ShardDirs } from "./shards/map_task.ts";
import { masker } from "./mask.ts";
import { fileMeant, withPlace } from "../system/place_of.ts";
import type { Decision, KnownOutputs, Part } from "./planner.ts";

/** What attempts need of a run. */
export interface AttemptParts {
  root: string;
  /** Variables of the workflow whose values are told nobody. */
  secrets: readonly string[];
  executor: Executor;
  /** Aborted to end running attempts. */
  kill: AbortSignal;
  /** Shards at the same time. */
  jobs: number;
  /** Where the folders of a task's failed attempt go, where they are to be kept. */
  keepFailed?: (task: Task) => string;
  cells: Map<string, Task>;
  known: KnownOutputs;
  /** Directory of a known output. */
  dirOf: (output: StoredOutput) => string;
  report: TaskReport;
}

/**
 * Runs a step once.
 *
 * @param warnings What it warns of is added to them.
 * @param merges The shards of each output, where the step's merge is to run instead.
 * @throws {StepError}
 */
export async function attempt(
  parts: AttemptParts,
  task: Task,
  decision: Decision,
  { threads, fresh, lineage }: { threads: number; fresh: boolean; lineage: Lineage | undefined },
  warnings: string[],
  checkpoint: CheckpointFile | undefined,
  merges?: ShardDirs,
): Promise<AttemptResult> {
  const { executor, kill, report, keepFailed } = parts;
  const timeout = task.timeout === undefined || executor.queues === true ? undefined : new AbortController();
  const timer = timeout === undefined ? undefined : setTimeout(() => {
    timeout.abort(
      new StepError(
        `The step took longer than its timeout of ${task.timeout} s`,
        "timeout",
        undefined,
        true,
      ),
    );
  }, task.timeout! * 1000);
  const mask = masker([...task.permissions.env ?? [], ...parts.secrets]);
  const throttle = throttleProgress((p) => report.progress(task, p.fraction, mask(p.message)));
  const keep = (save: () => void) => {
    try {
      save();
    } catch (error) {
      report.storeWarning(`Cannot save the progress of ${task.id}: ${(error as Error).message}`, task);
    }
  };
  try {
    const config = decision.code.config ?? await decision.code.basics?.();
    return await executor.execute({
      ...(keepFailed === undefined ? {} : { keepFailed: keepFailed(task) }),
      ...(checkpoint === undefined ? {} : { draftPlace: checkpoint.draftPlace }),
      root: parts.root,
      job: {
        module: task.module,
        params: task.params,
        seed: task.seed,
        inputs: { ...inputsOf(parts, task, decision.part), ...shardInputs(task, merges) },
        many: Object.keys(task.inputs).filter((port) => task.inputs[port]?.arity === "many"),
        outputs: Object.keys(task.outputs),
        files: Object.fromEntries(
          task.files.filter(({ name, opened }) => opened !== true && Object.hasOwn(decision.files, name))
            .map(({ name }) => [name, decision.files[name]!.paths]),
        ),
        threads,
        ...(lineage === undefined ? {} : { lineage }),
        ...(decision.part === undefined ? {} : { shard: decision.part.name }),
        ...(merges === undefined ? {} : { merges: true as const }),
        checkpoint: checkpoint?.load(),
        draft: checkpoint?.draft(),
      },
      code: config === undefined ? decision.code : { ...decision.code, config },
      permissions: fromRoot(task.permissions, parts.root),
      ...(decision.part?.opens === undefined ? {} : { opens: decision.part.opens }),
      action: {
        key: decision.key,
        fresh,
        ...(task.resources.memory === undefined ? {} : { memory: task.resources.memory }),
        exclusive: task.resources.exclusive,
        ...(task.resources.cluster === undefined ? {} : { cluster: task.resources.cluster }),
        task: task.id,
        ...(task.timeout === undefined ? {} : { timeout: task.timeout }),
        ...(decision.part === undefined
          ? {}
          : { shard: shardOf(decision.part, shardsAtOnce(parts, task, threads)) }),
      },
      channel: {
        progress: throttle.progress,
        log: (message) => report.log(task, mask(message)),
        warn: (message) => {
          warnings.push(mask(message));
          report.warn(task, mask(message));
        },
        checkpoint: (state) => keep(() => checkpoint?.save(state)),
        draft: (path) => keep(() => checkpoint?.keepDraft(path)),
      },
      signal: timeout === undefined ? kill : AbortSignal.any([kill, timeout.signal]),
    });
  } catch (error) {
    const { message, kind, details, transient } = toStepError(error);
    const paths = Object.values(decision.files).flatMap(({ paths }) => paths);
    const input = kind === "input";
    const told = input ? withPlace(message, paths, parts.root) : message;
    const meant = input ? fileMeant(message, paths) : undefined;
    throw new StepError(mask(told), kind, mask(details), transient, meant === undefined ? [] : [meant]);
  } finally {
    clearTimeout(timer);
    throttle.flush();
  }
}

/**
 * Shards of a task that run at the same time: one, where the task holds more than CPU shares, but for what another
 * scheduler gives out.
 */
export function shardsAtOnce(
  { executor, jobs }: Pick<AttemptParts, "executor" | "jobs">,
  { resources: { exclusive, memory, named } }: Task,
  threads: number,
): number {
  const held = executor.queues !== true && (exclusive || memory !== undefined);
  return held || Object.keys(named).length > 0 ? 1 : Math.max(1, Math.floor(jobs / threads));
}

function shardOf({ place, together = 1 }: Part, atOnce: number): Action["shard"] {
  return { place, together, atOnce };
}

function inputsOf(
  { known, cells, dirOf }: AttemptParts,
  task: Task,
  part: Decision["part"],
): Record<string, JobInput[]> {
  const inputs: Record<string, JobInput[]> = {};
  for (const [port, { sources }] of Object.entries(task.inputs)) {
    inputs[port] = sources.map((source) => {
      const output = known.get(source.task)![source.port]!;
      const { step, cell } = cells.get(source.task)!;
      const place = part?.inputs[port] ?? { id: output.id, dir: dirOf(output) };
      return { step, cell, type: output.type, ...place };
    });
  }
  return inputs;
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
