/** What a selection of tasks needs of those that were not selected. */
import type { Task } from "../../workflow/workplan.ts";
import type { RunParts } from "./run_parts.ts";
import type { RunSession } from "./run_session.ts";
import { dependenciesOf, unmade, upstream } from "./select_tasks.ts";

/**
 * Restores the results that the chosen tasks need of others; a chosen task that misses one is blocked.
 *
 * @returns the tasks that can take part.
 */
export async function restoreUnselected(
  { workplan, planner }: RunParts,
  session: RunSession,
  chosen: ReadonlySet<string>,
): Promise<Task[]> {
  const { state: { known }, reporter } = session;
  const { tasks } = workplan;
  const needed = upstream(tasks, chosen);
  const usable = new Map<string, Task>();
  for (const task of tasks) {
    const dependencies = dependenciesOf(task);
    if (chosen.has(task.id)) {
      const missing = dependencies.find((id) => !usable.has(id) && !known.has(id));
      if (missing === undefined) usable.set(task.id, task);
      else reporter.blocked(task, missing, chosen.has(missing) ? undefined : unmade(missing));
      continue;
    }
    if (needed.has(task.id) && dependencies.every((id) => known.has(id))) {
      const decision = await planner.decide(task, known, "none").catch(() => undefined);
      if (decision?.record !== undefined && await (await session.runner()).bringBack(decision.record, task)) {
        known.set(task.id, decision.record.outputs);
      }
    }
    reporter.skipped(task, "not selected");
  }
  return [...usable.values()];
}
