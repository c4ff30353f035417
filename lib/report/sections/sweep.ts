/** Scores by levels. */
import { kindOf, metricOf, titleOf } from "../../metrics/catalogue.ts";
import type { Json } from "../../artifacts/artifact.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { paretoFront, sweepFigure, type SweepPoint } from "../figures/sweep.ts";
import { sweepPerplexity } from "../figures/sweep_perplexity.ts";
import { defineSection } from "../section.ts";
import { type Loaded, type Sources } from "../sources.ts";
import { absent, type Fragment, stack, table } from "../table.ts";

export default defineSection({
  id: "sweep",
  title: "Sweep",
  needs: (sources) => sources.all(Metrics),
  draw,
});

/** What a notebook may say of the sweep. */
export interface SweepSectionOptions {
  /** Name of the metric that is drawn over the number of codes. @default "accuracy" */
  metric?: string;
}

type Row = { [column: string]: Json };

/** Scores by levels, from a matrix over level sets; `metric` is drawn, the others stand in the table. */
async function draw(
  all: Loaded<Metrics>[],
  _: Sources,
  { metric = "accuracy" }: SweepSectionOptions,
): Promise<Fragment> {
  const rows = sweepRows(all);
  const points = rows.flatMap(({ levels, metrics }): SweepPoint[] => {
    const m = metricOf(metrics, metric);
    if (m === undefined || m.value === null) return [];
    return [{
      name: `[${levels.join(", ")}]`,
      codes: levels.reduce((product, l) => product * l, 1),
      value: m.value,
      lower: m.interval?.lower,
      upper: m.interval?.upper,
      perplexity: metrics.perplexity?.value ?? undefined,
    }];
  }).sort((a, b) => a.codes - b.codes);
  if (points.length < 2) {
    return absent(`No matrix over levels with ${titleOf(metric)} is connected to this report.`);
  }
  const { n, of, origin } = rows[0].metrics[metric];
  const provenance = { n, of: `${of} for each choice`, origin };
  const columns = [
    "accuracy",
    "macro_f1",
    "ece",
    "code_entropy_bits",
    "quantization_distortion",
    "used_codes",
    "perplexity",
  ].filter((c) => rows.some((r) => Object.hasOwn(r.metrics, c)));
  const higherIsBetter = kindOf(metric, rows[0].metrics[metric]).better !== "lower";
  const front = new Set(paretoFront(points, higherIsBetter).map((p) => p.name));
  return stack(
    sweepFigure(points, {
      metric: titleOf(metric),
      higherIsBetter,
      provenance,
    }),
    points.some((p) => p.perplexity !== undefined) && sweepPerplexity(points, provenance),
    table(
      ["levels", "codes", "bits", ...columns.map((c) => titleOf(c)), "on the frontier"],
      rows.map(({ levels, metrics }) => {
        const name = `[${levels.join(", ")}]`;
        const codes = levels.reduce((product, l) => product * l, 1);
        return [
          name,
          codes,
          Math.log2(codes),
          ...columns.map((c) => metrics[c]?.value ?? null),
          front.has(name) ? "yes" : "no",
        ];
      }),
    ),
  );
}

/** One row for each choice of levels: from cells of a matrix, or from the rows of a summary over the axis. */
function sweepRows(all: Loaded<Metrics>[]): { levels: number[]; metrics: Record<string, Metric> }[] {
  const isLevels = (x: Json | undefined): x is number[] =>
    Array.isArray(x) && x.length > 0 && x.every((l) => typeof l === "number");
  const cells = all.flatMap(({ cell, value }) =>
    isLevels(cell.levels) ? [{ levels: cell.levels, metrics: value.metrics }] : []
  );
  if (cells.length > 0) return cells;
  return all.flatMap(({ value }) =>
    (value.tables.folds ?? []).flatMap((row: Row) => {
      if (!isLevels(row.levels)) return [];
      const metrics = Object.entries(row).flatMap(([name, v]): [string, Metric][] => {
        const origin = value.metrics[name]?.origin;
        return typeof v === "number" && origin !== undefined
          ? [[name, { value: v, n: 1, of: "fold", origin }]]
          : [];
      });
      return [{ levels: row.levels, metrics: Object.fromEntries(metrics) }];
    })
  );
}
