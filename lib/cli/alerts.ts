/** Limits on metrics: which of them a run broke. */
import type { TaskResult } from "../engine/mod.ts";
import type { Alert } from "../workflow/workplan.ts";
import { number } from "./format.ts";
import { measuredValues } from "./results.ts";

/** A limit that is broken, or could not be judged. */
export interface TrippedAlert {
  metric: string;
  task: string;
  value: number;
  message: string;
}

/** Judges all alerts on the results of a run; a metric that the run did not measure trips nothing. */
export async function trippedAlerts(alerts: Alert[], tasks: TaskResult[]): Promise<TrippedAlert[]> {
  if (alerts.length === 0) return [];
  const values = await measuredValues(tasks);
  const tripped: TrippedAlert[] = [];
  for (const { metric, below, above } of alerts) {
    for (const { task, name, value } of values) {
      if (name !== metric) continue;
      const side = below !== undefined && value < below
        ? `below ${number(below)}`
        : above !== undefined && value > above
        ? `above ${number(above)}`
        : undefined;
      if (side !== undefined) {
        tripped.push({ metric, task, value, message: `${metric} of ${task} is ${number(value)}, ${side}` });
      }
    }
  }
  return tripped;
}
