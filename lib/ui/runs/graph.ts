/** The drawing of a run's workflow, coloured by how its steps ended. */
import type { RunRecord } from "../../engine/mod.ts";
import { graphOf } from "../../workflow/graph.ts";
import { svg } from "../../graph/svg.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { Html, markup } from "../../text/html.ts";
import { stepStatus, type TaskState, type TaskStatus } from "../live/task_state.ts";

/** Above so many steps a drawing is a page of its own: nobody reads it between two tables, and it takes long to lay out. */
const FEW = 60;

/** The way to the drawing of a run with many steps; undefined where it stands within the run's page. */
export function graphLink(run: RunRecord): Html | undefined {
  const steps = new Set(run.tasks.map(({ step }) => step)).size;
  return steps > FEW
    ? markup`<p><a href="/runs/${run.id}/graph">Drawing of ${steps} steps</a></p>`
    : undefined;
}

/** Pictures of plans: only their colours change while a run goes on. */
const pictures = new WeakMap<Workplan, string>();

/** The drawing itself. */
export function drawing(plan: Workplan, states: ReadonlyMap<string, TaskState>): Html {
  const picture = pictures.getOrInsertComputed(plan, () => svg(graphOf(plan)));
  return markup`<div class="graph" tabindex="0" role="region" aria-label="Graph">${new Html(
    colored(picture, stepStatuses(states)),
  )}</div>`;
}

/** Marks the boxes with the status of their step. */
function colored(drawn: string, statuses: ReadonlyMap<string, TaskStatus>): string {
  return drawn.replace(/<g><title>([^:<]+): /g, (whole, step: string) => {
    const status = statuses.get(step);
    return status === undefined ? whole : `<g class="is-${status}" data-step="${step}"><title>${step}: `;
  });
}

/** Status of each step from the states of its tasks. */
function stepStatuses(states: ReadonlyMap<string, TaskState>): Map<string, TaskStatus> {
  const groups = Map.groupBy(states, ([task]) => task.replace(/\[.*$/, ""));
  return new Map([...groups].map(([step, tasks]) => [step, stepStatus(tasks.map(([, s]) => s.status))]));
}
