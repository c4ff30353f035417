/** The report of a measurement: what was measured where, or why it was not. */
import { join } from "node:path";
import {
  type Arrival,
  benchmarkFiles,
  type BenchmarkReport,
  type BenchmarkStatus,
  type LatencyRow,
} from "../../artifacts/benchmark.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import { type DeviceCode, remedy } from "../error.ts";
import { latencyRow, type LoopResult } from "./loop.ts";

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

/** The row that a budget and a report quote: back to back where measured, all launches together. */
export function headline(report: BenchmarkReport): LatencyRow | undefined {
  const all = report.endToEnd.filter((row) => row.launch === 0);
  return all.find((row) => row.mode === "back-to-back") ?? all[0];
}

/** The latency as metrics, for reports and alerts; empty without measurement. */
export function benchmarkMetrics(report: BenchmarkReport): Metrics {
  const metrics: Metrics["metrics"] = {};
  for (const row of report.endToEnd.filter((r) => r.launch === 0)) {
    const prefix = row.mode === "paced" ? "latency_paced" : "latency";
    for (const key of ["mean", "p50", "p95", "p99"] as const) {
      const note = key === "p99" ? `rests on ${row.tail} samples` : undefined;
      metrics[`${prefix}_${key}_ms`] = {
        value: row[key],
        n: row.n,
        of: "windows",
        unit: "ms",
        origin: report.origin,
        note: [`on ${report.device}, batch 1, ${row.mode}`, note].filter(Boolean).join("; "),
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

/** Writes report, metrics and raw samples into `dir`; completes `rawSamples`, `endToEnd` and `budget`. */
export async function writeBenchmark(
  dir: string,
  draft: BenchmarkReport,
  series: readonly Series[],
  budgetMs?: number,
): Promise<BenchmarkReport> {
  const report: BenchmarkReport = { ...draft, endToEnd: rowsOf(series) };
  if (series.length > 0) {
    const bytes = new Uint8Array(joinSamples(series).buffer);
    await Deno.writeFile(join(dir, benchmarkFiles.samples), bytes);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    report.rawSamples = {
      file: benchmarkFiles.samples,
      sha256: new Uint8Array(digest).toHex(),
      series: series.map(({ mode, launch, n }) => ({ mode, launch, n })),
    };
  }
  const row = headline(report);
  // Times of a stand-in are no times: they never meet or miss a budget.
  if (budgetMs !== undefined && row !== undefined && report.origin === "measured") {
    report.budget = { p95Ms: budgetMs, met: row.p95 <= budgetMs };
  }
  await Deno.writeTextFile(join(dir, benchmarkFiles.report), JSON.stringify(report, null, 1) + "\n");
  const metrics = benchmarkMetrics(report);
  await Deno.writeTextFile(join(dir, benchmarkFiles.metrics), JSON.stringify(metrics, null, 1) + "\n");
  return report;
}
