/** Limits on metrics: which of them a run broke. */
import type { MeasuredValue, RaisedAlert, UnjudgedAlert } from "./report.ts";
import { parseDuration } from "../workflow/duration.ts";
import type { Alert } from "../workflow/workplan.ts";
import { number } from "../text/numbers.ts";

/** Judges all alerts on the numbers of a run; `unjudged` names the limits without a number that counts. */
export function judgeAlerts(
  alerts: Alert[],
  values: MeasuredValue[],
): { tripped: RaisedAlert[]; unjudged: UnjudgedAlert[] } {
  const tripped: RaisedAlert[] = [];
  const unjudged = new Map<string, UnjudgedAlert>();
  for (const alert of alerts) {
    const { metric, min_n = 1 } = alert;
    const named = values.filter((v) => v.metric === metric && v.value !== null);
    const judged = named.filter(({ n }) => n >= min_n);
    for (const value of judged) {
      tripped.push(...brokenLimits(alert, value.value!).map((limit) => raise(alert, value, limit)));
    }
    if (judged.length > 0) continue;
    const most = Math.max(...named.map(({ n }) => n));
    const reason = named.length === 0 ? "was not measured" : `rests on ${most} only, ${min_n} are needed`;
    unjudged.set(`${metric} ${reason}`, { metric, reason });
  }
  return { tripped, unjudged: [...unjudged.values()] };
}

type Limit = Pick<RaisedAlert, "direction" | "threshold">;

function brokenLimits({ below, above }: Alert, value: number): Limit[] {
  if (below !== undefined && value < below) return [{ direction: "below", threshold: below }];
  if (above !== undefined && value > above) return [{ direction: "above", threshold: above }];
  return [];
}

function raise(
  { metric, confirm = 1, cool_down }: Alert,
  { task, value, n }: MeasuredValue,
  { direction, threshold }: Limit,
): RaisedAlert {
  return {
    task,
    metric,
    direction,
    threshold,
    value: value!,
    n,
    message: `${metric} of ${task} is ${number(value!)}, ${direction} ${number(threshold)}`,
    confirm,
    coolDown: cool_down === undefined ? 0 : parseDuration(cool_down) ?? 0,
  };
}
