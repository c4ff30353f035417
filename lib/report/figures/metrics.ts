/** Numbers with their n, intervals and baselines. */
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import { count, draw, Figure, number, Plot, type Provenance } from "../plot.ts";
import { Fragment, table } from "../table.ts";
import { labelMargin } from "./ethogram.ts";

const names: Record<string, string> = {
  ece: "ECE",
  mce: "MCE",
  nll: "NLL",
  bic: "BIC",
  auroc: "AUROC",
  macro_f1: "macro-F1",
  latency_p50_ms: "latency p50",
  latency_p95_ms: "latency p95",
  latency_p99_ms: "latency p99",
};

/** A metric's name for readers: `balanced_accuracy` → `balanced accuracy`. */
export function metricName(key: string): string {
  return names[key] ??
    key.replaceAll("_", " ").replace(/\b(ece|nll|mce|bic)\b/g, (word) => word.toUpperCase());
}

/** `0.931 [0.92, 0.94] 95 % wilson` */
function intervalText({ interval }: Metric): string {
  if (interval === undefined) return "";
  const { level, lower, upper, method, correction } = interval;
  return `[${number(lower)}, ${number(upper)}] ${number(100 * level)} % ${method}${
    correction === undefined ? "" : `, ${correction}`
  }`;
}

/** All metrics: value, interval with its level and method, n, origin, note. */
export function metricTable(
  metrics: Metrics["metrics"],
  { only }: { only?: (name: string) => boolean } = {},
): Fragment {
  const rows = Object.entries(metrics).filter(([name]) => only?.(name) ?? true).map(([name, m]) => [
    metricName(name),
    number(m.value) + (m.unit === undefined ? "" : `\u202f${m.unit}`),
    intervalText(m),
    `${count(m.n)} ${m.of}`,
    m.origin,
    m.note ?? "",
  ]);
  return table(["metric", "value", "interval", "n", "origin", "note"], rows);
}

/** One row of a forest plot. */
export interface ForestRow {
  name: string;
  value: number;
  lower?: number;
  upper?: number;
  /** Text at the right, e.g. `n 31`. */
  note?: string;
  /** Drawn hollow and grey: what a method has to beat. */
  baseline?: boolean;
}

export interface ForestOptions {
  title: string;
  caption: string;
  label: string;
  provenance: Provenance | Provenance[];
  /** A vertical line, e.g. 0 for differences. */
  reference?: number;
  domain?: [number, number];
}

/** Values with intervals, one below the other. */
export function forest(
  rows: readonly ForestRow[],
  { title, caption, label, provenance, reference, domain }: ForestOptions,
): Figure {
  const color = (r: ForestRow) => r.baseline ? "#7b8794" : "#0072b2";
  const svg = draw(title, {
    height: 48 + rows.length * 28,
    marginLeft: labelMargin(rows.map((r) => r.name)),
    marginRight: 190,
    marginTop: 8,
    marginBottom: 38,
    x: {
      label,
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      ...(domain === undefined ? {} : { domain }),
    },
    y: { type: "band", domain: rows.map((r) => r.name), label: null, tickSize: 0 },
    marks: [
      reference === undefined
        ? null
        : Plot.ruleX([reference], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.ruleY(rows.filter((r) => r.lower !== undefined), {
        x1: "lower",
        x2: "upper",
        y: "name",
        stroke: color,
        strokeWidth: 2,
      }),
      Plot.dot(rows, {
        x: "value",
        y: "name",
        r: 4.5,
        fill: (r) => r.baseline ? "var(--plot-background)" : color(r),
        stroke: color,
        strokeWidth: 1.5,
      }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 12,
        y: "name",
        text: (r) =>
          number(r.value) + (r.lower === undefined ? "" : ` [${number(r.lower)}, ${number(r.upper)}]`) +
          (r.note === undefined ? "" : `  ${r.note}`),
        fillOpacity: 0.8,
        fontSize: 11,
      }),
    ],
  });
  return new Figure({ title, caption, provenance }, svg);
}

const shares =
  /^(accuracy|balanced_accuracy|macro_f1|weighted_f1|accuracy_|.*_accuracy$|.*_accuracy_|.*_f1$|majority|codebook_utilization)/;

/** The shares among the metrics (accuracies, F1) with their intervals; baselines are hollow. */
export function metricForest(metrics: Metrics["metrics"]): Figure | undefined {
  const rows = Object.entries(metrics)
    .filter(([name, m]) => shares.test(name) && m.value !== null && m.value >= 0 && m.value <= 1)
    .map(([name, m]) => ({
      name: metricName(name),
      value: m.value!,
      lower: m.interval?.lower,
      upper: m.interval?.upper,
      baseline: /majority|baseline|chance/.test(name),
      origin: m.origin,
      n: m.n,
      of: m.of,
    }));
  if (rows.length === 0) return undefined;
  const first = rows[0];
  return forest(rows, {
    title: "Scores and baselines",
    caption: "Bars are intervals; their level and method stand in the table. Hollow points are baselines.",
    label: "share",
    provenance: { n: first.n, of: first.of, origin: first.origin },
    domain: [0, 1],
  });
}
