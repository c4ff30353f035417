/** Keeps what was made: its content and its record, unless something that was read changed meanwhile. */
import type { Task } from "../../workflow/workplan.ts";
import { CodeIds, touchedSince, youngFiles } from "../key/code_id.ts";
import type { EnvHasher } from "../key/env_hash.ts";
import { hashRequest } from "../key/file_request.ts";
import type { Listing, StatCache } from "../key/stat_cache.ts";
import type { SharedCache } from "../share/shared_cache.ts";
import { StepError } from "../step_error.ts";
import type { ActionRecord, StoredOutput } from "../store/action_record.ts";
import type { Store } from "../store/store.ts";
import { stampOf } from "../system/stamp.ts";
import { commitRecord, storeOutputs } from "./commit.ts";
import type { Made, TaskReport } from "./made.ts";
import { type Decision, loadedBy } from "./planner.ts";

/** What keeping needs of a run. */
export interface KeepParts {
  root: string;
  workflow: string;
  store: Store;
  cache: StatCache;
  env: EnvHasher;
  strictCache: boolean;
  report: TaskReport;
  /** Results of the team, where the project shares them. */
  shared: () => Promise<SharedCache | undefined>;
}

/**
 * What the files that a decision is about look like: taken before the step runs, and compared when it has. Of its code
 * only what is too young to be known by its stat since the key was made.
 */
export function filesStamp({ code, files }: Decision): string {
  return stampOf([...youngFiles(code), ...Object.values(files).flatMap(({ paths }) => paths)]);
}

/** Stores outputs and their record. @param out Folder that they lie in, where the store has them not yet. */
export async function keepResult(
  parts: KeepParts,
  task: Task,
  decision: Decision,
  outputs: Record<string, StoredOutput>,
  before: string,
  { seconds, warnings, lineage }: Pick<ActionRecord, "seconds" | "warnings" | "lineage">,
  out?: string,
): Promise<Pick<Made, "outputs" | "loose" | "record" | "seconds" | "warnings">> {
  const { store, report } = parts;
  try {
    const changed = await changedInput(parts, task, decision, before);
    if (out !== undefined) await storeOutputs(store, out, outputs);
    if (changed !== undefined) {
      const message =
        `${changed} changed while the step ran: the result is used but not kept, the next run makes it again`;
      report.warn(task, message);
      return { outputs, seconds, warnings: [...warnings, message] };
    }
    parts.env.persist();
    const record: ActionRecord = {
      version: 1,
      key: decision.key,
      ingredients: decision.ingredients(),
      outputs,
      created: new Date().toISOString(),
      seconds,
      workflow: parts.workflow,
      task: task.id,
      step: task.step,
      ...(lineage === undefined ? {} : { lineage }),
      warnings,
    };
    commitRecord(store, record, decision.code);
    if (task.cache.mode === "pure") (await parts.shared())?.push(record);
    return { outputs, record, seconds, warnings };
  } catch (error) {
    const message = `Cannot store the result of ${task.id}: ${(error as Error).message}`;
    if (parts.strictCache) throw new StepError(message, "store", (error as Error).stack);
    report.storeWarning(message, task);
    const loose = out === undefined ? {} : { loose: out };
    return { outputs, ...loose, seconds, warnings: [...warnings, message] };
  }
}

/** What the step read and is no longer as it was hashed; undefined if all is well. */
async function changedInput(
  { root, cache }: KeepParts,
  task: Task,
  decision: Decision,
  before: string,
): Promise<string | undefined> {
  const touched = touchedSince(decision.code) || filesStamp(decision) !== before;
  if (decision.part !== undefined) {
    return touched ? `something that shard ${decision.part.name} reads` : undefined;
  }
  for (const request of task.files) {
    let found: Listing;
    try {
      found = await hashRequest(root, request, cache);
    } catch {
      return request.pattern;
    }
    if (found.digest === decision.files[request.name]!.digest) continue;
    const [now, then] = [found.hashes, decision.files[request.name]!.hashes];
    const left = new Set(decision.parts.missing?.[request.name]);
    const differs = [...new Set([...Object.keys(now), ...Object.keys(then)])].find((path) =>
      now[path] !== then[path] && !left.has(path)
    );
    if (differs !== undefined) return differs;
  }
  if (!touched && youngFiles(decision.code).length === 0) return undefined;
  await using codes = new CodeIds(root, cache);
  const now = await codes.of(task.module, loadedBy(task, decision.files));
  return now.id === decision.code.id ? undefined : "its code";
}
