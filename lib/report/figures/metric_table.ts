/** All metrics of a result as a table: numbers with their n, intervals and baselines. */
import { groupMetrics, kindOf, metricOf, titleOf } from "../../metrics/catalogue.ts";
import type { Interval, Metric, Metrics } from "../../artifacts/metrics.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { Fragment, tableFrame } from "../table.ts";
import { markup } from "../../text/html.ts";

const marks = ["a", "b", "c", "d", "e", "f", "g", "h"];

function methodOf({ level, method, correction }: Interval): string {
  return `${typesetNumber(100 * level)} % ${method}${correction === undefined ? "" : `, ${correction}`}`;
}

interface Spread {
  sd: number | null;
  min: number | null;
  max: number | null;
}

/** Standard deviation and range by metric, where the metrics sum up several results. */
function spreadsOf({ tables }: Metrics): Map<string, Spread> {
  const rows = (tables.summary ?? []).filter((r) => "metric" in r && "sd" in r);
  const value = (x: unknown) => typeof x === "number" ? x : null;
  return new Map(
    rows.map((r) => [String(r.metric), { sd: value(r.sd), min: value(r.min), max: value(r.max) }]),
  );
}

/**
 * All metrics by topic: value, spread over folds, interval, baseline, n and origin. What all rows share (n, origin, the
 * way intervals were made) is said once below the table.
 *
 * ```ts
 * import { metricTable } from "./metric_table.ts";
 * import assert from "node:assert/strict";
 * const metrics = {
 *   accuracy: { value: 0.9, n: 20, of: "windows", origin: "simulated" as const },
 * };
 * const html = metricTable({ metrics, tables: {}, details: {} }).toHtml();
 * assert.match(html, /accuracy/i);
 * ```
 */
export function metricTable(metrics: Metrics): Fragment {
  const all = Object.values(metrics.metrics);
  const spreads = spreadsOf(metrics);
  const methods = [...new Set(all.flatMap((m) => m.interval === undefined ? [] : methodOf(m.interval)))];
  const base = (m: Metric) => `${typesetCount(m.n)} ${m.of}`;
  const bases = [...new Set(all.map(base))];
  const origins = [...new Set(all.map((m) => m.origin))];
  const columns = [
    "metric",
    "value",
    ...(spreads.size > 0 ? ["SD", "range"] : []),
    "interval",
    "baseline",
    ...(bases.length > 1 ? ["n"] : []),
    ...(origins.length > 1 ? ["origin"] : []),
  ];
  // Notes of summed-up results only repeat the spread.
  const noteOf = (m: Metric) =>
    spreads.size === 0 && m.note !== undefined && markup`<div class="remark">${m.note}</div>`;
  const row = (name: string, m: Metric) => {
    const spread = spreads.get(name);
    const baseline = metricOf(metrics.metrics, kindOf(name, m).baseline)?.value;
    const cells = [`${typesetNumber(m.value)}${m.unit === undefined ? "" : `\u202f${m.unit}`}`];
    if (spreads.size > 0) {
      cells.push(
        spreadText(m, spread),
        spread === undefined ? "" : `${typesetNumber(spread.min)} – ${typesetNumber(spread.max)}`,
      );
    }
    cells.push(
      intervalText(m, methods),
      baseline === undefined || baseline === null ? "" : typesetNumber(baseline),
    );
    if (bases.length > 1) cells.push(base(m));
    if (origins.length > 1) cells.push(m.origin);
    const rest = cells.map((c) =>
      c.length <= 40 ? markup`<td class="short">${c}</td>` : markup`<td>${c}</td>`
    );
    return markup`<tr><td>${titleOf(name, m)}${noteOf(m)}</td>${rest}</tr>`;
  };
  const body = groupMetrics(metrics.metrics).flatMap(({ title, entries }) => [
    markup`<tr class="group"><th colspan="${columns.length}">${title}</th></tr>`,
    ...entries.map(([name, m]) => row(name, m)),
  ]);
  const shared = [
    ...(bases.length === 1 ? [`n = ${bases[0]}`] : []),
    ...(origins.length === 1 ? origins : []),
  ];
  const below = [
    shared.length === 0 ? "" : `All numbers: ${shared.join(", ")}.`,
    methods.length === 0
      ? ""
      : `Intervals: ${methods.map((m, i) => methods.length === 1 ? m : `(${marks[i]}) ${m}`).join("; ")}.`,
  ].filter((text) => text !== "").join(" ");
  const head = columns.map((c) => markup`<th>${c}</th>`);
  return new Fragment(markup`${tableFrame(head, body)}\n<p class="caption">${below}</p>`);
}

function spreadText({ value }: Metric, spread: Spread | undefined): string {
  if (spread === undefined || spread.sd === null) return "";
  // What is left of a constant after summing in floating point is no spread.
  return spread.sd < 1e-12 * Math.abs(value ?? 1) ? "0" : typesetNumber(spread.sd, 2);
}

function intervalText({ interval }: Metric, methods: string[]): string {
  if (interval === undefined) return "";
  const mark = methods.length > 1 ? ` (${marks[methods.indexOf(methodOf(interval))]})` : "";
  return `[${typesetNumber(interval.lower)}, ${typesetNumber(interval.upper)}]${mark}`;
}
