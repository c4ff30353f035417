/** What a run leaves for the next one: the last result of each task, and whether there was anything new at all. */
import { sha256 } from "../../artifacts/sha256.ts";
import type { Task, Workplan } from "../../workflow/workplan.ts";
import { touchRecord } from "../store/action_record.ts";
import {
  lastOf,
  type LatestTask,
  latestTask,
  type StoredResult,
  writeLatest,
} from "../store/last_results.ts";
import { join } from "../../path.ts";
import { look } from "../system/stat.ts";
import type { TaskResult } from "../types.ts";
import type { Decision } from "./planner.ts";
import type { RunParts } from "./run_parts.ts";
import type { Made } from "./made.ts";

export class RunMemory {
  readonly #tasks = new Map<string, LatestTask>();
  /** Something is to be remembered although nothing ran. */
  #changed = false;

  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Marks a stored result as used. */
  restored(task: Task, decision: Decision, record: StoredResult): void {
    const { planner, store } = this.#parts;
    const last = decision.remembered ? lastOf(planner.latest, task.id) : undefined;
    const touched = touchRecord(store, record.key, last?.stamp);
    if (last !== undefined && !touched) this.#tasks.set(task.id, last);
    else {
      this.#changed = true;
      this.#tasks.set(task.id, latestTask(store.layout, task.uses, decision.parts, record));
    }
  }

  made({ id, uses }: Task, decision: Decision, { record, seconds }: Pick<Made, "record" | "seconds">): void {
    const { layout } = this.#parts.store;
    const last = record === undefined
      ? { key: decision.key, uses, seconds }
      : latestTask(layout, uses, decision.parts, record);
    this.#tasks.set(id, last);
  }

  /** The last recorded run, if its record says just the same as this one's would. */
  sameRun(summary: string): string | undefined {
    const { planner: { latest }, store: { layout } } = this.#parts;
    const same = latest.run !== null && latest.summary === summary &&
      look(join(layout.run(latest.run), "run.json"));
    return same ? latest.run! : undefined;
  }

  /** @param run Id of the run that stands for this one. @param summary Of a run that succeeded. */
  save(run: string, summary: string | null, recorded: boolean): void {
    const { planner: { latest }, store: { fs, layout }, cache } = this.#parts;
    if (recorded || this.#changed) {
      const tasks = { ...latest.tasks, ...Object.fromEntries(this.#tasks) };
      writeLatest(fs, layout, { ...latest, run, summary, tasks });
    }
    cache.save(fs);
  }
}

/** What a run's record says of workflow and results, as one digest: by the runtime's own hash, as it is a long text. */
export async function summaryOf(
  { source, fragments, params }: Workplan,
  tasks: readonly TaskResult[],
): Promise<string> {
  const ends = tasks.map(({ id, key, outcome, warnings }) => [
    id,
    key,
    outcome === "ran" ? "restored" : outcome,
    warnings,
  ]);
  return await sha256(new TextEncoder().encode(JSON.stringify([source, fragments, params, ends])));
}
