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

/** Judges all alerts on the results of a run; `unjudged` names the metrics that the run did not measure. */
export async function judgeAlerts(
  alerts: Alert[],
  tasks: TaskResult[],
): Promise<{ tripped: TrippedAlert[]; unjudged: string[] }> {
  if (alerts.length === 0) return { tripped: [], unjudged: [] };
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
  const unjudged = alerts.map((a) => a.metric).filter((metric) => !values.some((v) => v.name === metric));
  return { tripped, unjudged: [...new Set(unjudged)] };
}
