/** Builds what a run says of one task. */
import type { Task } from "../../workflow/workplan.ts";
import type { Outcome, RunStatus } from "../event.ts";
import type { OutputRef, TaskResult } from "../types.ts";
import type { StoredOutput } from "../store/action_record.ts";

/** The part of a result that does not follow from the task. */
type End =
  & Pick<TaskResult, "outcome" | "reason">
  & Partial<Omit<TaskResult, "id" | "step" | "uses" | "cell" | "outputs">>;

/** @param dirOf Where an output lies. */
export function taskResult(
  { id, step, uses, cell }: Task,
  end: End,
  outputs: Record<string, StoredOutput>,
  dirOf: (output: StoredOutput) => string,
): TaskResult {
  const refs: Record<string, OutputRef> = {};
  for (const [port, output] of Object.entries(outputs)) {
    refs[port] = { type: output.type, id: output.id, dir: dirOf(output) };
  }
  return { id, step, uses, cell, seconds: 0, attempts: 0, key: null, warnings: [], ...end, outputs: refs };
}

/** Counts outcomes and says how the run ended. @param stopped Whether the user asked for an early end. */
export function sumUp(
  tasks: readonly TaskResult[],
  stopped: boolean,
): { counts: Record<Outcome, number>; status: RunStatus } {
  const counts: Record<Outcome, number> = { ran: 0, restored: 0, failed: 0, blocked: 0, skipped: 0 };
  for (const task of tasks) counts[task.outcome]++;
  const cut = stopped && counts.failed + counts.skipped + counts.blocked > 0;
  return { counts, status: cut ? "cancelled" : counts.failed + counts.blocked > 0 ? "failed" : "succeeded" };
}
