/** Which tasks take part in a run. */
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { Selection } from "../types.ts";

const known = new WeakMap<Task, readonly string[]>();

/** Ids of the tasks that a task needs directly, each once. */
export function dependenciesOf(task: Task): readonly string[] {
  let ids = known.get(task);
  if (ids !== undefined) return ids;
  const all: string[] = [];
  for (const port in task.inputs) for (const source of task.inputs[port]!.sources) all.push(source.task);
  ids = all.length < 2 ? all : [...new Set(all)];
  known.set(task, ids);
  return ids;
}

/** Tasks that a task needs, directly or not, in the order of the plan. */
export function ancestorsOf(task: Task, tasks: readonly Task[]): Task[] {
  const needed = upstream(tasks, [task.id]);
  return tasks.filter(({ id }) => needed.has(id) && id !== task.id);
}

/** What tasks are known by: of a plan, or of a run's record. */
type Named = Pick<Task, "id" | "step" | "cell">;

/**
 * The tasks that a name means: a step, a task id, or cells of a step, `model[fold=0]`, of which some axes are enough and
 * quotes may be left out.
 */
export function namedTasks<T extends Named>(tasks: readonly T[], name: string): T[] {
  const exact = tasks.filter((task) => task.step === name || task.id === name);
  const [, step, label] = /^([^[]+)\[(.+)\]$/s.exec(name) ?? [];
  if (exact.length > 0 || label === undefined) return exact;
  const wanted = splitNames(label);
  return tasks.filter((task) => task.step === step && wanted.every((part) => isOn(task.cell, part)));
}

/** Parts between commas; those inside brackets and quotes part nothing: `a[i=1,j="x,y"],b` is two names. */
export function splitNames(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:\\.|[^"\\])*"|[^]/g)) {
    if ("[{".includes(piece)) depth++;
    else if ("]}".includes(piece)) depth--;
    if (piece === "," && depth <= 0) parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Whether a cell has a value, written as `axis=value`. */
function isOn(cell: Task["cell"], part: string): boolean {
  const at = part.indexOf("=");
  const [axis, written] = [part.slice(0, at), part.slice(at + 1)];
  return Object.hasOwn(cell, axis) && (cell[axis] === written || JSON.stringify(cell[axis]) === written);
}

/** The same selection with the ids of tasks for names. @throws InputError for a name that is no step of the workflow. */
export function exactly<S extends Selection>(tasks: readonly Task[], selection: S): S {
  const exact = { ...selection };
  for (const key of ["only", "until", "from", "force"] as const) {
    const names = selection[key];
    if (Array.isArray(names)) exact[key] = names.flatMap((name) => idsOf(tasks, name));
  }
  return exact;
}

function idsOf(tasks: readonly Task[], name: string): string[] {
  const ids = namedTasks(tasks, name).map((task) => task.id);
  if (ids.length > 0) return ids;
  const steps = [...new Set(tasks.map((task) => task.step))];
  const [step] = name.split("[");
  const cells = tasks.filter((task) => task.step === step).map((task) => task.id);
  const list = cells.length > 0 ? cells : steps;
  const shown = `${list.slice(0, 20).join(", ")}${list.length > 20 ? ", …" : ""}`;
  throw new InputError(
    cells.length > 0
      ? `Cannot select step: ${step} has no cell ${name}`
      : `Cannot select step: the workflow has no step ${name}`,
    { hint: cells.length > 0 ? `Its cells are ${shown}.` : `Its steps are ${shown}.` },
  );
}

/**
 * The ids that take part. `until` keeps what the named need, `from` what depends on the named (and all that those
 * need), `only` just the named.
 *
 * @param tasks In an order in which each comes after its inputs.
 * @throws InputError for a name that is no step of the workflow.
 */
export function selectTasks(tasks: readonly Task[], selection: Selection): Set<string> {
  const { only, until, from } = exactly(tasks, selection);
  let chosen = new Set(tasks.map((t) => t.id));
  if (until !== undefined) chosen = chosen.intersection(upstream(tasks, until));
  if (from !== undefined) chosen = chosen.intersection(upstream(tasks, [...downstream(tasks, from)]));
  if (only !== undefined) chosen = chosen.intersection(new Set(only));
  if (chosen.size === 0 && tasks.length > 0) {
    const said = Object.entries({ only, until, from }).filter(([, ids]) => ids !== undefined);
    throw new InputError(
      `Cannot select steps: no step is meant by ${said.map(([key]) => key).join(" and ")} together`,
      { hint: "Several conditions must all hold: leave one of them out." },
    );
  }
  return chosen;
}

/** Why a task cannot run whose input is neither selected nor in the store. */
export function unmade(input: string): string {
  return `needs ${input}, which is not selected and has no result in the store: --until makes what is needed`;
}

/** These tasks and all that they need, directly or not. */
export function upstream(tasks: readonly Task[], ids: Iterable<string>): Set<string> {
  const found = new Set(ids);
  for (const task of tasks.toReversed()) {
    if (found.has(task.id)) { for (const d of dependenciesOf(task)) found.add(d); }
  }
  return found;
}

function downstream(tasks: readonly Task[], ids: string[]): Set<string> {
  const found = new Set(ids);
  for (const task of tasks) if (dependenciesOf(task).some((d) => found.has(d))) found.add(task.id);
  return found;
}
