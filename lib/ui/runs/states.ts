/** What each task of a run does, from its events and its plan. */
import type { RunRecord } from "../../engine/mod.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { applyEvent, parseEvents, type TaskState } from "../live/task_state.ts";
import type { Project } from "../project.ts";

/** States by task, in the order of the plan; while a run goes on, those of which nothing is told yet wait. */
export async function readStates(
  project: Project,
  run: RunRecord,
  plan: Workplan | undefined,
): Promise<Map<string, TaskState>> {
  const told = new Map<string, TaskState>();
  for (const event of parseEvents(await readText(project.runFile(run, "events.jsonl")))) {
    applyEvent(told, event);
  }
  if (run.status !== "running" || plan === undefined) return told;
  const waiting: TaskState = { status: "waiting", message: "", seconds: null };
  const ids = new Set([...plan.tasks.map(({ id }) => id), ...told.keys()]);
  return new Map([...ids].map((id) => [id, told.get(id) ?? waiting]));
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
