/** Drift, metrics and alerts over time as one page that loads nothing. */
import { catalogue, headlines, headlinesFirst, titleOf } from "../metrics/catalogue.ts";
import type { Origin } from "../artifacts/artifact.ts";
import { driftOverTime } from "../report/figures/drift_over_time.ts";
import { metricTrend } from "../report/figures/metric_trend.ts";
import type { Figure } from "../report/plot.ts";
import { sealPlace } from "../report/own_file.ts";
import { pageStyle } from "../report/page_style.ts";
import { type Fragment, note, table, type TableCell } from "../report/table.ts";
import { Html, markup } from "../text/html.ts";
import type { AlertRecord, HistoryPoint } from "./history.ts";

/** Headlines are drawn wherever they occur; metrics with alerts as well. */
const isHeadline = (name: string) => catalogue.get(name)?.rank !== undefined;

/** Names of the metrics that a page draws beside those of drift; a history holds many more. */
export function drawnMetrics(alerts: readonly AlertRecord[]): string[] {
  return [...new Set([...headlines.map(({ name }) => name), ...alerts.map(({ metric }) => metric)])];
}

/** The page; `metric` draws this one only. */
export function historyPage(
  points: readonly HistoryPoint[],
  alerts: readonly AlertRecord[],
  { metric }: { metric?: string } = {},
): string {
  const groups = [...Map.groupBy(points, (p) => JSON.stringify([p.workflow, p.task]))];
  const watches = (own: readonly HistoryPoint[]) => own.some((p) => p.metric.endsWith("_psi"));
  const sections = groups.toSorted(([, a], [, b]) => Number(watches(b)) - Number(watches(a))).map(
    ([key, own]) => {
      const [workflow, task] = JSON.parse(key) as [string, string];
      const limits = alerts.filter((a) => a.workflow === workflow && a.task === task);
      const figures = [
        ...(metric === undefined ? driftFigures(own) : []),
        ...trendFigures(own, limits, (name) => metric === undefined ? isHeadline(name) : name === metric),
      ];
      return figures.length > 0 &&
        markup`<h2>${workflow}: ${task}</h2>\n${figures}`;
    },
  );
  const body = sections.some((shown) => shown !== false) ? sections : note("No run has left metrics yet.");
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Metrics over time</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<div class="page">
<main>
<h1>Metrics over time</h1>
${body}
<h2>Alerts</h2>
${alertTable(alerts)}
</main>
</div>
</body>
</html>
${new Html(`<!-- ${sealPlace} -->`)}
`.text;
}

/** Dates of runs; with the time of day where two runs share a date. */
function dates(points: readonly HistoryPoint[]): (time: string) => string {
  const runs = new Map(points.map((p) => [p.run, p.started.slice(0, 10)]));
  const several = new Set(runs.values()).size < runs.size;
  return (time) => several ? time.slice(5, 16).replace("T", " ") : time.slice(0, 10);
}

/** The PSI of each watched distribution against the threshold of its look. */
function driftFigures(points: readonly HistoryPoint[]): Figure[] {
  const day = dates(points);
  const by = new Map(points.map((p) => [`${p.run} ${p.metric}`, p]));
  const names = [...new Set(points.flatMap((p) => /^(.+)_psi$/.exec(p.metric)?.[1] ?? []))];
  return names.flatMap((name) => {
    const looks = points.filter((p) => p.metric === `${name}_psi` && p.value !== null).flatMap((p) => {
      const threshold = by.get(`${p.run} ${name}_psi_threshold`)?.value;
      // Too few windows decide nothing: then there is no verdict.
      const drifted = by.get(`${p.run} ${name}_drift`)?.value === 1;
      return typeof threshold === "number"
        ? [{ when: day(p.started), psi: p.value!, threshold, drifted, n: p.n, point: p }]
        : [];
    });
    if (looks.length === 0) return [];
    const { n, of, origin } = looks.at(-1)!.point;
    const provenance = { n, of: `${of} in the newest look`, origin: origin as Origin };
    return [driftOverTime(looks, { of: `${name}s`, provenance })];
  });
}

function trendFigures(
  points: readonly HistoryPoint[],
  alerts: readonly AlertRecord[],
  wanted: (metric: string) => boolean,
): Figure[] {
  const day = dates(points);
  const limited = new Set(alerts.map((a) => a.metric));
  const groups = Map.groupBy(points.filter((p) => p.value !== null), (p) => p.metric);
  const shown = headlinesFirst(groups.keys()).filter((name) => wanted(name) || limited.has(name));
  return shown.map((name) => {
    const own = groups.get(name)!;
    const { n, of, origin, unit } = own.at(-1)!;
    const limit = (direction: AlertRecord["direction"]) =>
      alerts.findLast((a) => a.metric === name && a.direction === direction)?.threshold;
    return metricTrend(
      own.map(({ started, value, lower, upper }) => ({
        when: day(started),
        value: value!,
        ...(lower === null || upper === null ? {} : { lower, upper }),
      })),
      {
        metric: titleOf(name),
        ...(unit === null ? {} : { unit }),
        above: limit("above"),
        below: limit("below"),
        provenance: { n, of: `${of} in the newest run`, origin: origin as Origin },
      },
    );
  });
}

function alertTable(alerts: readonly AlertRecord[]): Fragment {
  if (alerts.length === 0) return note("No limit was broken.");
  return table(
    ["time", "workflow", "metric", "value", "limit", "n", "sent"],
    alerts.toReversed().map((a): TableCell[] => [
      a.time.slice(0, 16).replace("T", " "),
      `${a.workflow}: ${a.task}`,
      titleOf(a.metric),
      a.value,
      `${a.direction} ${a.threshold}`,
      a.n,
      a.sent ? "yes" : "no: told before, or not confirmed",
    ]),
  );
}
