/** The figure of one metric over runs; loads what draws. */
import type { Metric } from "../../artifacts/metrics.ts";
import { titleOf } from "../../metrics/catalogue.ts";
import { Html } from "../../text/html.ts";
import { when } from "../page.ts";
import type { RunMetrics } from "./read_metrics.ts";

/** The figure; undefined where no run has a value. */
export async function metricDetail(points: readonly RunMetrics[], name: string): Promise<Html | undefined> {
  const { metricTrend } = await import("../../report/figures/metric_trend.ts");
  const values = points.flatMap(({ run, metrics }) => {
    const metric: Metric | undefined = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
    if (metric === undefined || metric.value === null) return [];
    const { value, interval } = metric;
    return [{
      when: when(run.started).slice(5, 16),
      value,
      lower: interval?.lower,
      upper: interval?.upper,
      metric,
    }];
  });
  const latest = values.at(-1)?.metric;
  if (latest === undefined) return undefined;
  const { n, of, origin, unit } = latest;
  return new Html(
    metricTrend(values, { metric: titleOf(name, latest), unit, provenance: { n, of, origin } }).toHtml(),
  );
}
