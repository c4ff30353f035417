/**
 * Makes a Benchmark: its report, the numbers as metrics, and the raw samples. A target hands over its series
 * ({@linkcode Series}); rows, headline, metrics and budget are computed here and nowhere else.
 */
import { join } from "node:path";
import {
  type Arrival,
  benchmarkFiles,
  type BenchmarkReport,
  benchmarkSchema,
  type BenchmarkStatus,
  headline,
  type LatencyRow,
} from "../artifacts/benchmark.ts";
import { type Metrics, writeMetricsFile } from "../artifacts/metrics.ts";
import { sha256 } from "../artifacts/sha256.ts";
import { writeJson } from "../artifacts/write_json.ts";
import { type DeviceCode, remedy } from "../hailo/error.ts";
import { number } from "../text/numbers.ts";
import { latencyRow, type LoopResult } from "./timed_loop.ts";

/** One measured series with its place. */
export interface Series extends LoopResult {
  mode: Arrival;
  launch: number;
}

/** A report without measurement. */
export function notMeasured(
  kind: BenchmarkReport["kind"],
  status: Exclude<BenchmarkStatus, "measured">,
  code: DeviceCode,
  message: string,
): BenchmarkReport {
  return {
    schema: 1,
    origin: "measured",
    status,
    reason: { code, message, remedy: remedy(code) },
    kind,
    device: "none",
    target: {},
    hef: null,
    selftest: null,
    core: null,
    endToEnd: [],
    power: null,
    thermal: null,
    rawSamples: null,
    warnings: [],
  };
}

/** Rows of all series, and for each mode one of all launches together. */
export function rowsOf(series: readonly Series[]): LatencyRow[] {
  const modes = [...new Set(series.map((s) => s.mode))];
  return modes.flatMap((mode) => {
    const launches = series.filter((s) => s.mode === mode);
    const all = joinSamples(launches);
    const warmup = launches.reduce((n, s) => n + s.warmup, 0);
    const rows = launches.map((s) => latencyRow(mode, s.launch, s.warmup, s.samples));
    return [...rows, latencyRow(mode, 0, warmup, all)];
  });
}

function joinSamples(series: readonly LoopResult[]): Float64Array<ArrayBuffer> {
  const out = new Float64Array(series.reduce((n, s) => n + s.samples.length, 0));
  let offset = 0;
  for (const { samples } of series) {
    out.set(samples, offset);
    offset += samples.length;
  }
  return out;
}

/** How windows arrived, in words: paced times mean nothing without their rate. */
function how(report: BenchmarkReport, mode: Arrival): string {
  return mode === "paced" && report.paced !== undefined ? `paced at ${number(report.paced.hz)} Hz` : mode;
}

/**
 * The latency as metrics, for reports, history and alerts: `latency_*_ms` of all back-to-back loops together,
 * `paced_latency_*_ms` of all paced ones; n counts timed windows, each once. Empty without measurement.
 */
export function benchmarkMetrics(report: BenchmarkReport): Metrics {
  const metrics: Metrics["metrics"] = {};
  for (const row of report.endToEnd.filter((r) => r.launch === 0)) {
    const paced = row.mode === "paced";
    for (const key of ["mean", "p50", "p95", "p99"] as const) {
      const note = key === "p99" ? `rests on ${row.tail} samples` : undefined;
      metrics[`${paced ? "paced_" : ""}latency_${key}_ms`] = {
        value: row[key],
        n: row.n,
        of: "windows",
        unit: "ms",
        origin: report.origin,
        note: [`on ${report.device}, batch 1, ${how(report, row.mode)}`, note].filter(Boolean).join("; "),
      };
    }
  }
  const row = headline(report);
  if (row !== undefined) {
    for (const [stage, value] of Object.entries(row.stages)) {
      metrics[`latency_${stage}_ms`] = {
        value,
        n: row.n,
        of: "windows",
        unit: "ms",
        origin: report.origin,
        note: `mean of the stage on ${report.device}, ${row.mode}`,
      };
    }
    metrics.throughput_fps = {
      value: 1000 / row.mean,
      n: row.n,
      of: "windows",
      unit: "1/s",
      origin: report.origin,
      note: "1000 / mean latency, one window in flight",
    };
  }
  return {
    metrics,
    tables: {},
    details: { device: report.device, kind: report.kind, status: report.status },
  };
}

/** Whoever takes a group of numbers out of the report takes along where they come from. */
function withOrigin(report: BenchmarkReport): BenchmarkReport {
  const { origin, selftest, core, power } = report;
  return {
    ...report,
    endToEnd: report.endToEnd.map((row) => ({ ...row, origin })),
    selftest: selftest === null ? null : { ...selftest, origin },
    core: core === null ? null : { ...core, origin },
    power: power === null ? null : { ...power, origin },
  };
}

/** The headline in one line; `undefined` where nothing was timed back to back. */
export function describeHeadline(report: BenchmarkReport): string | undefined {
  const row = headline(report);
  if (row === undefined) return undefined;
  const [p50, p95, p99] = [row.p50, row.p95, row.p99].map((ms) => ms.toFixed(3));
  return `p50 ${p50} · p95 ${p95} · p99 ${p99} ms over ${row.n} windows on ${report.device}, ${report.origin}`;
}

/** Writes report, metrics and raw samples into `dir`; completes `rawSamples`, `endToEnd` and `budget`. */
export async function writeBenchmark(
  dir: string,
  draft: BenchmarkReport,
  series: readonly Series[],
  budgetMs?: number,
): Promise<BenchmarkReport> {
  const report = withOrigin({ ...draft, endToEnd: rowsOf(series) });
  if (series.length > 0) {
    const bytes = new Uint8Array(joinSamples(series).buffer);
    await Deno.writeFile(join(dir, benchmarkFiles.samples), bytes);
    report.rawSamples = {
      file: benchmarkFiles.samples,
      sha256: await sha256(bytes),
      series: series.map(({ mode, launch, n }) => ({ mode, launch, n })),
    };
  }
  const row = headline(report);
  // Times of a stand-in are no times: they never meet or miss a budget.
  if (budgetMs !== undefined && row !== undefined && report.origin === "measured") {
    report.budget = { p95Ms: budgetMs, met: row.p95 <= budgetMs };
  }
  await writeJson(dir, benchmarkFiles.report, report, benchmarkSchema, "Benchmark");
  const metrics = benchmarkMetrics(report);
  await writeMetricsFile(dir, metrics, "Benchmark");
  return report;
}
