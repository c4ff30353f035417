/** Limits on metrics: which of them a run broke. */
import type { HeldLimit, MeasuredValue, RaisedAlert, UnjudgedAlert } from "./report.ts";
import { kindOf } from "../metrics/catalogue.ts";
import { parseDuration } from "../workflow/duration.ts";
import type { Alert } from "../workflow/workplan.ts";
import { number } from "../text/numbers.ts";

/** Judges all alerts on the numbers of a run; `unjudged` names the limits without a number that counts. */
export function judgeAlerts(
  alerts: Alert[],
  values: MeasuredValue[],
): { tripped: RaisedAlert[]; held: HeldLimit[]; unjudged: UnjudgedAlert[] } {
  const tripped: RaisedAlert[] = [];
  const held: HeldLimit[] = [];
  const unjudged = new Map<string, UnjudgedAlert>();
  for (const alert of alerts) {
    const { metric, min_n = 1 } = alert;
    const [simulated, named] = partition(
      values.filter((v) => v.metric === metric && v.value !== null),
      isSimulatedDevice,
    );
    const judged = named.filter((value) => restsOn(value) >= min_n);
    for (const value of judged) {
      for (const { broken, ...limit } of limitsOf(alert, value.value!)) {
        if (broken) tripped.push(raise(alert, value, limit));
        else held.push({ task: value.task, metric, ...limit, value: value.value!, n: value.n });
      }
    }
    const leave = (reason: string) => unjudged.set(`${metric} ${reason}`, { metric, reason });
    if (simulated.length > 0) leave("simulated device: not judged");
    if (judged.length > 0) continue;
    const most = Math.max(...named.map(restsOn));
    if (named.length > 0) leave(`rests on ${most} only, ${min_n} are needed`);
    else if (simulated.length === 0) leave("was not measured");
  }
  return { tripped, held, unjudged: [...unjudged.values()] };
}

/** What a number rests on; a mean over folds on what all of them rest on. */
function restsOn({ n, total }: MeasuredValue): number {
  return total ?? n;
}

/** Whether a value is the time of a stand-in, which says nothing; scores on simulated recordings are judged. */
function isSimulatedDevice(value: MeasuredValue): boolean {
  return value.origin === "simulated" && kindOf(value.metric, value).timed === true;
}

function partition<T>(all: readonly T[], is: (one: T) => boolean): [yes: T[], no: T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

type Limit = Pick<RaisedAlert, "direction" | "threshold">;

function limitsOf({ below, above }: Alert, value: number): (Limit & { broken: boolean })[] {
  return [
    ...(below === undefined
      ? []
      : [{ direction: "below" as const, threshold: below, broken: value < below }]),
    ...(above === undefined
      ? []
      : [{ direction: "above" as const, threshold: above, broken: value > above }]),
  ];
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
