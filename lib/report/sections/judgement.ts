/** Choosing and judging: levels, sweeps, gates, comparisons. */
import type { Json } from "../../artifacts/artifact.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { directionOf } from "../../metrics/direction.ts";
import { comparisonForest } from "../figures/comparison.ts";
import { frontierFigure } from "../figures/frontier.ts";
import { paretoFront, sweepFigure, sweepPerplexity, type SweepPoint } from "../figures/sweep.ts";
import { metricName } from "../metric_names.ts";
import { number } from "../plot.ts";
import { type Loaded, sourceName, type Sources } from "../sources.ts";
import { numberOf, withTable } from "./with_table.ts";
import { absent, facts, type Fragment, note, stack, table, type TableCell } from "../table.ts";

type Row = { [column: string]: Json };

/** The frontier of levels that a `select-levels` step measured, with its recommendation. */
export async function levelsSection(sources: Sources): Promise<Fragment> {
  const found = await withTable(sources, "frontier");
  if (found.length === 0) return absent("No select-levels step is connected to this report.");
  return stack(...found.map(({ value }) => {
    const { n, of, origin } = Object.values(value.metrics)[0];
    // Levels that were asked for may lie on the frontier as well.
    const rows = [...new Map(value.tables.frontier.map((r) => [String(r.levels), r])).values()];
    const points = rows.map((r) => ({
      levels: String(r.levels),
      codes: Number(r.codes),
      bits: Number(r.bits),
      modelled: numberOf(r.modelled_distortion),
      measured: Number(r.measured_distortion),
      perplexity: Number(r.perplexity),
      onFrontier: r.on_frontier === true,
      recommended: r.recommended === true,
    }));
    const { feasible, reason } = value.details;
    return stack(
      frontierFigure(points, {
        provenance: { n, of, origin },
        feasible: feasible !== false,
        reason: typeof reason === "string" ? reason : undefined,
      }),
      table(
        [
          "levels",
          "codes",
          "bits",
          "variance lost, modelled",
          "measured",
          "entropy (bits)",
          "codes used",
          "perplexity",
        ],
        rows.map((r) => [
          `[${String(r.levels).replaceAll(" ", ", ")}]${r.recommended === true ? " ← recommended" : ""}`,
          ...[
            "codes",
            "bits",
            "modelled_distortion",
            "measured_distortion",
            "entropy_bits",
            "used",
            "perplexity",
          ]
            .map((c) => numberOf(r[c])),
        ]),
      ),
    );
  }));
}

/** Scores by levels, from a matrix over level sets; `metric` is drawn, the others stand in the table. */
export async function sweepSection(sources: Sources, { metric = "accuracy" } = {}): Promise<Fragment> {
  const rows = sweepRows(await sources.all(Metrics));
  const points = rows.flatMap(({ levels, metrics }): SweepPoint[] => {
    const m = metrics[metric];
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
    return absent(`No matrix over levels with ${metricName(metric)} is connected to this report.`);
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
  ].filter((c) => rows.some((r) => c in r.metrics));
  const higherIsBetter = directionOf(metric) !== "lower";
  const front = new Set(paretoFront(points, higherIsBetter).map((p) => p.name));
  return stack(
    sweepFigure(points, {
      metric: metricName(metric),
      higherIsBetter,
      provenance,
    }),
    points.some((p) => p.perplexity !== undefined) && sweepPerplexity(points, provenance),
    table(
      ["levels", "codes", "bits", ...columns.map(metricName), "on the frontier"],
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

/** Gates and the verdict of readiness that follows from them. */
export async function gatesSection(sources: Sources): Promise<Fragment> {
  const found = await withTable(sources, "gates");
  if (found.length === 0) return absent("No gates are set in the steps that are connected to this report.");
  return stack(...found.map(({ value }) => {
    const readiness = value.details.readiness as { verdict?: string; reasons?: string[] } | undefined;
    const ready = readiness?.verdict === "READY";
    return stack(
      readiness !== undefined &&
        note(
          `${readiness.verdict}${ready ? "" : `: ${(readiness.reasons ?? []).join("; ")}`}.`,
          ready ? "note" : "warning",
        ),
      table(
        ["gate", "value", "judged", "n", "origin", "result"],
        value.tables.gates.map((g): TableCell[] => [
          `${metricName(String(g.metric))} ${g.condition}`,
          number(numberOf(g.value)),
          `${number(numberOf(g.judged))} (${g.on})`,
          `${g.n} ${g.of}`,
          String(g.origin ?? "–"),
          g.passed === true ? "passed" : "failed",
        ]),
      ),
    );
  }));
}

/** A against B: the verdict, the differences with their intervals, and the tests behind them. */
export async function comparisonSection(sources: Sources): Promise<Fragment> {
  const found = await withTable(sources, "comparison");
  if (found.length === 0) return absent("No compare step is connected to this report.");
  return stack(...found.map((source) => {
    const { details, metrics, tables } = source.value;
    const first = Object.values(metrics)[0];
    const rows = tables.comparison.map((r) => ({
      metric: metricName(String(r.metric)),
      difference: Number(r.difference),
      lower: numberOf(r.lower) ?? undefined,
      upper: numberOf(r.upper) ?? undefined,
      winner: r.winner as "A" | "B" | "inconclusive",
      effect: numberOf(r.hedges_g),
      n: Number(r.n_a),
    }));
    const verdict = details.winner === "inconclusive" ? "Inconclusive" : `${details.winner} is better`;
    return stack(
      note(
        `${verdict} on ${metricName(String(details.primary))} (${
          sourceName(source)
        }, overall α = ${details.alpha}).`,
      ),
      sidesOf(details),
      comparisonForest(rows, {
        a: "A",
        b: "B",
        level: levelOf(first),
        provenance: { n: first.n, of: first.of, origin: first.origin },
      }),
      table(
        ["metric", "mean A", "mean B", "difference", "bootstrap", "test", "p", "limit", "g", "verdict"],
        tables.comparison.map((r): TableCell[] => [
          metricName(String(r.metric)),
          ...["mean_a", "mean_b", "difference"].map((c) => numberOf(r[c])),
          bootstrapOf(r),
          `${r.test}, n ${r.n_a}${r.paired === true ? " pairs" : ` and ${r.n_b}`}`,
          ...["p", "p_limit", "hedges_g"].map((c) => numberOf(r[c])),
          String(r.winner),
        ]),
      ),
      note(
        `${
          tables.comparison.map((r) => `${metricName(String(r.metric))}: ${r.reason}`).join(". ")
        }. The intervals of the ` +
          "figure belong to the test; the bootstrap beside it assumes no distribution and is too narrow for few units. " +
          "A difference counts when p is below its limit; g is Hedges' g.",
      ),
    );
  }));
}

/** What was judged on either side, where the numbers tell. */
function sidesOf(details: Metrics["details"]): Fragment | undefined {
  const side = (name: "a" | "b") => {
    const { data, rule, part } = (details[name] ?? {}) as { data?: Json; rule?: Json; part?: Json };
    // Of all windows the rule of the split says nothing.
    const how = part === "all" ? "all windows" : rule;
    return [data, how].filter((text) => typeof text === "string").join("; ");
  };
  const [a, b] = [side("a"), side("b")];
  if (a === "" && b === "") return undefined;
  return facts({ A: a || "unknown", B: b || "unknown" });
}

function levelOf({ interval }: Metric): string | undefined {
  if (interval === undefined) return undefined;
  const level = `${number(100 * interval.level)} %`;
  return interval.correction === undefined ? level : `${level} (${interval.correction})`;
}

function bootstrapOf({ bootstrap_lower: lower, bootstrap_upper: upper }: Row): string {
  return typeof lower === "number" && typeof upper === "number"
    ? `[${number(lower)}, ${number(upper)}]`
    : "–";
}
