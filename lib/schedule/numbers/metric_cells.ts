/** A metric as the cells of a row; terminal and dashboard show the same. */
import type { Metric } from "../../artifacts/metrics.ts";
import { number } from "../../text/numbers.ts";

/** Value with unit, interval, n, origin: a number never stands alone. */
export function metricCells(metric: Metric): string[] {
  const { value, unit, interval, n, of, origin, note } = metric;
  const shown = value === null ? "undefined" : `${number(value)}${unit === undefined ? "" : ` ${unit}`}`;
  const range = interval === undefined
    ? ""
    : `[${number(interval.lower)}, ${number(interval.upper)}] ${
      number(interval.level * 100)
    } % ${interval.method}`;
  return [shown, range, `n = ${n} ${of}`, origin, note ?? ""];
}
