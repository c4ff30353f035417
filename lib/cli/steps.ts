/** Steps named on the command line. */
import { InputError } from "../errors.ts";
import { namedTasks } from "../engine/run/select_tasks.ts";
import { suggestion } from "../text/suggest.ts";
import type { Workplan } from "../workflow/workplan.ts";

/** Refuses the name of a step or task that the plan does not have. */
export function requireStep(plan: Workplan, name: string): void {
  if (namedTasks(plan.tasks, name).length > 0) return;
  const left = plan.skipped?.find((s) => s.step === name || s.id === name);
  if (left !== undefined) {
    throw new InputError(`Cannot take step "${name}": it is left out, ${left.reason}`, { file: plan.file });
  }
  const { hint } = suggestion(name, new Set(plan.tasks.map((t) => t.step)));
  throw new InputError(`Cannot find step: there is no step "${name}"`, {
    file: plan.file,
    ...(hint === undefined ? {} : { hint }),
  });
}
