/** What a report says first: what was recorded, how good it is, and where it is worst. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Metrics } from "../artifacts/metrics.ts";
import { kindOf, metricOf } from "../metrics/catalogue.ts";
import { quantile } from "../metrics/statistics/summary.ts";
import { worstOf } from "../metrics/worst.ts";
import { percent } from "../text/numbers.ts";
import type { DataFacts } from "./data_facts.ts";
import { typesetCount, typesetNumber, typesetTime } from "../text/typeset.ts";

/** The answer in sentences; one without its facts is left out. */
export function answer(
  data: DataFacts | undefined,
  judged: Metrics | undefined,
  behaviours?: Pick<Behaviours, "bouts" | "names">,
): string[] {
  const scored = judged && score(judged);
  return [
    data && recorded(data),
    scored ?? (behaviours && found(behaviours)),
    judged && worst(judged),
  ].filter((sentence) => sentence !== undefined);
}

function recorded({ recordings: set }: DataFacts): string {
  const people = new Set(set.recordings.map(({ subject }) => subject)).size;
  const seconds = set.recordings.reduce((sum, { samples }) => sum + samples, 0) / set.rate;
  const verb = set.origin === "simulated" ? "Simulated" : "Recorded";
  const classes = set.labelNames.length === 0
    ? "without labels"
    : `${set.labelNames.length} labelled classes`;
  return `${verb}: ${typesetTime(seconds)} of ${typesetCount(people)} subject${
    people === 1 ? "" : "s"
  }, ${set.sensors.length} sensor${set.sensors.length === 1 ? "" : "s"} at ${
    typesetNumber(set.rate)
  } Hz, ${classes}.`;
}

/** What was found where nothing says what is right. */
function found({ bouts, names }: Pick<Behaviours, "bouts" | "names">): string | undefined {
  const own = bouts.filter(({ label }) => label >= 0);
  if (own.length === 0) return undefined;
  const shown = new Set(own.map(({ label }) => label)).size;
  return `Found: ${shown} of ${names.length} behaviours in ${
    typesetCount(own.length)
  } bouts, half of them shorter than ${typesetTime(quantile(own.map(({ duration }) => duration), 0.5))}.`;
}

function score({ metrics, heldOut: held }: Metrics): string | undefined {
  const accuracy = metricOf(metrics, "accuracy");
  if (accuracy === undefined || accuracy.value === null) return undefined;
  const who = held === undefined || held.leaks || held.sharesSubjects || held.trained > 0
    ? "the judged part"
    : `${held.subjects.length} held-out subject${held.subjects.length === 1 ? "" : "s"}`;
  const range = accuracy.interval === undefined
    ? ""
    : ` (${typesetNumber(100 * accuracy.interval.level)} % interval ${percent(accuracy.interval.lower)} to ${
      percent(accuracy.interval.upper)
    })`;
  const base = metricOf(metrics, kindOf("accuracy", accuracy).baseline)?.value;
  const against = typeof base === "number"
    ? `, against ${percent(base)} by always naming the most frequent one`
    : "";
  const windows = accuracy.total ?? accuracy.n;
  return `Of ${typesetCount(windows)} windows of ${who}, ${
    percent(accuracy.value)
  }${range} are recognised${against} ` +
    `(${accuracy.origin}).`;
}

function worst({ tables }: Metrics): string | undefined {
  const { class: kind, subject: who } = worstOf(tables);
  const parts = [
    kind && `class "${kind.name}" (F1 ${typesetNumber(kind.value)}, ${typesetCount(kind.n)} windows)`,
    who && `subject ${who.name} (accuracy ${percent(who.value)}, ${typesetCount(who.n)} windows)`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `Worst: ${parts.join("; ")}.`;
}
