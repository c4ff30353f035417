/** The scores of a step in a few lines that fit the terminal: headlines with their baselines, and where it is worst. */
import type { Metric } from "../../artifacts/metrics.ts";
import type { TaskMetrics } from "../../schedule/numbers/measured_values.ts";
import { shownScores } from "../../schedule/numbers/shown_scores.ts";
import { count, number, significant } from "../../text/numbers.ts";
import { table } from "./format.ts";

/**
 * Lines of some eighty characters at most: each score with its interval, its baseline and its n, then the worst class and
 * subject, and how the intervals were made.
 */
export function scoreLines(
  { metrics, worst = {} }: Pick<TaskMetrics, "metrics"> & { worst?: Partial<TaskMetrics["worst"]> },
): string[] {
  const shown = shownScores(metrics);
  const origins = new Set(shown.map(({ metric }) => metric.origin));
  const counts = new Set(shown.map(({ metric }) => `${metric.n} ${metric.of}`));
  const rows = shown.map(({ title, metric, beside }) => [
    `  ${title}`,
    valueOf(metric),
    metric.interval === undefined
      ? ""
      : `[${significant(metric.interval.lower)}, ${significant(metric.interval.upper)}]`,
    beside === undefined ? "" : `${beside.word} ${significant(beside.value)}`,
    counts.size > 1 ? `n = ${metric.n} ${metric.of}` : "",
    origins.size > 1 ? metric.origin : "",
  ]);
  const lines = rows.length === 0 ? [] : table(rows).split("\n");
  const parts = [
    worst.class &&
    `class ${worst.class.name} (F1 ${significant(worst.class.value)}, ${count(worst.class.n, "window")})`,
    worst.subject &&
    `subject ${worst.subject.name} (accuracy ${significant(worst.subject.value)}, ${
      count(worst.subject.n, "window")
    })`,
  ].filter((part) => part !== undefined);
  if (parts.length > 0) lines.push(`  worst: ${parts.join("; ")}`);
  const common = [
    ...(counts.size === 1 ? [`n = ${[...counts][0]}`] : []),
    ...(origins.size === 1 ? [[...origins][0]!] : []),
  ].join(", ");
  if (common !== "") lines.push(`  ${common}`);
  for (
    const method of new Set(
      shown.flatMap(({ metric: { interval } }) => interval === undefined ? [] : [madeBy(interval)]),
    )
  ) {
    lines.push(`  intervals: ${method}`);
  }
  return lines;
}

function madeBy({ level, method }: NonNullable<Metric["interval"]>): string {
  return `${number(100 * level)} % ${method}`;
}

function valueOf({ value, unit }: Metric): string {
  return value === null ? "undefined" : `${significant(value)}${unit === undefined ? "" : ` ${unit}`}`;
}
