/** Which tasks take part in a run. */
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { Selection } from "../types.ts";

const known = new WeakMap<Task, Set<string>>();

/** Ids of the tasks that a task needs directly. */
export function dependenciesOf(task: Task): Set<string> {
  let ids = known.get(task);
  if (ids !== undefined) return ids;
  ids = new Set();
  for (const port in task.inputs) for (const source of task.inputs[port]!.sources) ids.add(source.task);
  known.set(task, ids);
  return ids;
}

/**
 * The ids that take part. `until` keeps what the named need, `from` what depends on the named (and all that those
 * need), `only` just the named.
 *
 * @param tasks In an order in which each comes after its inputs.
 * @throws InputError for a name that is no step of the workflow.
 */
export function selectTasks(tasks: readonly Task[], selection: Selection): Set<string> {
  const force = selection.force === true ? [] : selection.force ?? [];
  for (const name of [...selection.only ?? [], ...selection.until ?? [], ...selection.from ?? [], ...force]) {
    if (!tasks.some((t) => t.step === name || t.id === name)) {
      throw new InputError(`Cannot select step: the workflow has no step ${name}`, {
        hint: `Its steps are ${[...new Set(tasks.map((t) => t.step))].join(", ")}.`,
      });
    }
  }
  const named = (names: string[]) =>
    tasks.filter((t) => names.includes(t.step) || names.includes(t.id)).map((t) => t.id);
  let chosen = new Set(tasks.map((t) => t.id));
  if (selection.until !== undefined) chosen = chosen.intersection(upstream(tasks, named(selection.until)));
  if (selection.from !== undefined) {
    chosen = chosen.intersection(upstream(tasks, [...downstream(tasks, named(selection.from))]));
  }
  if (selection.only !== undefined) chosen = chosen.intersection(new Set(named(selection.only)));
  return chosen;
}

function upstream(tasks: readonly Task[], ids: string[]): Set<string> {
  const found = new Set(ids);
  for (const task of tasks.toReversed()) {
    if (found.has(task.id)) { for (const d of dependenciesOf(task)) found.add(d); }
  }
  return found;
}

function downstream(tasks: readonly Task[], ids: string[]): Set<string> {
  const found = new Set(ids);
  for (const task of tasks) if ([...dependenciesOf(task)].some((d) => found.has(d))) found.add(task.id);
  return found;
}
