/** What each task of a run does now, told from the run's events. */
import type { EngineEvent, Outcome } from "../../engine/mod.ts";

export type TaskStatus = Outcome | "running" | "waiting";

export interface TaskState {
  status: TaskStatus;
  /** Last progress, reason or error. */
  message: string;
  seconds: number | null;
}

/** Applies one event; returns the id of the task that changed, if any. */
export function applyEvent(states: Map<string, TaskState>, event: EngineEvent): string | undefined {
  if (!("task" in event) || event.task === undefined) return undefined;
  const before = states.get(event.task) ?? { status: "waiting", message: "", seconds: null };
  const set = (change: Partial<TaskState>) => {
    states.set(event.task!, { ...before, ...change });
    return event.task;
  };
  switch (event.type) {
    case "task-started":
      return set({ status: "running", message: event.reason });
    case "task-progress":
      return set({
        message: event.fraction === undefined
          ? event.message
          : `${Math.floor(100 * event.fraction)} % · ${event.message}`,
      });
    case "task-restored":
      return set({ status: "restored", message: event.reason, seconds: event.seconds });
    case "task-succeeded":
      return set({ status: "ran", message: "", seconds: event.seconds });
    case "task-failed":
      return set({ status: "failed", message: event.message, seconds: event.seconds });
    case "task-blocked":
      return set({ status: "blocked", message: `waits for ${event.cause}` });
    case "task-skipped":
      return set({ status: "skipped", message: event.reason });
    case "task-retry":
      return set({ message: `again in ${event.delaySeconds} s: ${event.message}` });
    default:
      return undefined;
  }
}

/** Events of a text of JSON lines; a line that is cut short (the run is writing it) is left out. */
export function parseEvents(text: string): EngineEvent[] {
  return text.split("\n").flatMap((line) => {
    try {
      const event = line === "" ? null : JSON.parse(line);
      return typeof event === "object" && event !== null ? [event] : [];
    } catch {
      return [];
    }
  });
}

/** What most needs a look, first. */
const order: readonly TaskStatus[] = [
  "failed",
  "running",
  "blocked",
  "waiting",
  "ran",
  "restored",
  "skipped",
];

/** Place of a status among those that need a look. */
export function statusRank(status: TaskStatus): number {
  return order.indexOf(status);
}

/** The status of a step with several tasks: what most needs a look. */
export function stepStatus(statuses: readonly TaskStatus[]): TaskStatus {
  return order.find((status) => statuses.includes(status)) ?? "waiting";
}
