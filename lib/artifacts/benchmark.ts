/** Benchmark: latency measured on a named machine, or why it was not. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { directoryType, type Json, type Origin } from "./artifact.ts";
import { type Metrics, metricsFile, readMetricsFile } from "./metrics.ts";
import { anyJson, freeObject, objectOf, origins, readJson } from "./read_json.ts";

/** Names of a Benchmark's files. */
export const benchmarkFiles = {
  /** Machine, golden windows, latencies, or why nothing was measured: {@linkcode BenchmarkReport}. */
  report: "device_benchmark.json",
  /** The latencies as {@linkcode Metrics}. */
  metrics: metricsFile,
  /** Raw times; see {@linkcode BenchmarkReport.rawSamples}. */
  samples: "samples.f64.bin",
} as const;

/** Files: see {@linkcode benchmarkFiles}; raw times only where something was measured. */
export const Benchmark = directoryType("Benchmark", "Latency measured on a named machine");

/** How windows arrive: each when the last is done, or one a period. */
export type Arrival = "back-to-back" | "paced";

/** A summary of one series of times. */
export interface LatencySummary {
  n: number;
  unit: "ms";
  mean: number;
  sd: number;
  min: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  percentile: "nearest-rank";
  /** How many samples lie at or above p99: what that number rests on. */
  tail: number;
}

/** One row of `endToEnd`. */
export interface LatencyRow extends LatencySummary {
  mode: Arrival;
  /** 1-based number of the launch; 0 for all launches together. */
  launch: number;
  warmup: number;
  /** Mean milliseconds in each stage. */
  stages: { pre: number; device: number; post: number };
  origin?: Origin;
}

/** How well the golden windows were reproduced. */
export interface SelfTest {
  n: number;
  /** Largest and mean difference of the bounded values at the cut. */
  maxAbsError: number;
  meanAbsError: number;
  /** Share of windows with the same code; `null` without quantiser. */
  codeAgreement: number | null;
  /** Share of windows with the same label; `null` without classifier. */
  labelAgreement: number | null;
  /** Largest difference of the full model's output; `null` where it was not run. */
  fullMaxAbsError: number | null;
  tolerance: { maxAbs: number; codeAgreement: number };
  passed: boolean;
  origin?: Origin;
}

/** What became of a measurement. */
export type BenchmarkStatus = "measured" | "skipped-no-device" | "skipped-no-hef" | "failed";

/** The content of `device_benchmark.json`. */
export interface BenchmarkReport {
  schema: 1;
  origin: Extract<Origin, "measured" | "simulated">;
  status: BenchmarkStatus;
  /** Why there is no measurement; the code is one of `lib/hailo/error.ts`. */
  reason?: { code: string; message: string; remedy: string };
  /** Name of the device target, e.g. `local` or `hailo`; `none` where no target was configured. */
  kind: string;
  /** A name for people: CPU model or board; never a host name. */
  device: string;
  target: { [key: string]: Json };
  hef: { [key: string]: Json } | null;
  selftest: SelfTest | null;
  /** The vendor's own counters; only on a device. */
  core: { [key: string]: Json } | null;
  /** One row a launch and mode, and one with launch 0 for all launches of a mode together. */
  endToEnd: LatencyRow[];
  power: { meanW: number; maxW: number; origin?: Origin } | null;
  powerReason?: string;
  /** Temperatures and load; `throttled` where the device tells. */
  thermal: { throttled?: boolean | null; [key: string]: Json | undefined } | null;
  /** Rate of the paced loops, and whether the workflow's windows or a parameter say it. */
  paced?: { hz: number; from: "workflow" | "parameter" };
  budget?: { p95Ms: number; met: boolean };
  /** float64 little-endian nanoseconds `[n, 4]` (pre, device, post, total), series after series. */
  rawSamples: { file: string; sha256: string; series: SampleSeries[] } | null;
  warnings: string[];
}

/** One series of raw times. */
export interface SampleSeries {
  mode: Arrival;
  launch: number;
  n: number;
}

/** Columns of the raw times. */
const stages = ["pre", "device", "post", "total"] as const;

const arrival = z.enum(["back-to-back", "paced"]);
const number = z.number();
const count = z.int().min(0);

/** `device_benchmark.json`. */
export const benchmarkSchema = () =>
  objectOf<BenchmarkReport>({
    schema: z.literal(1),
    origin: z.enum(["measured", "simulated"]),
    status: z.enum(["measured", "skipped-no-device", "skipped-no-hef", "failed"]),
    reason: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
    kind: z.string(),
    device: z.string(),
    target: freeObject,
    hef: freeObject.nullable(),
    selftest: objectOf<SelfTest>({
      n: count,
      maxAbsError: number,
      meanAbsError: number,
      codeAgreement: number.nullable(),
      labelAgreement: number.nullable(),
      fullMaxAbsError: number.nullable(),
      tolerance: z.object({ maxAbs: number, codeAgreement: number }),
      passed: z.boolean(),
      origin: z.enum(origins).optional(),
    }).nullable(),
    core: freeObject.nullable(),
    endToEnd: z.array(objectOf<LatencyRow>({
      mode: arrival,
      launch: count,
      warmup: count,
      n: count,
      unit: z.literal("ms"),
      mean: number,
      sd: number,
      min: number,
      p50: number,
      p95: number,
      p99: number,
      max: number,
      percentile: z.literal("nearest-rank"),
      tail: count,
      stages: z.object({ pre: number, device: number, post: number }),
      origin: z.enum(origins).optional(),
    })),
    power: z.object({ meanW: number, maxW: number, origin: z.enum(origins).optional() }).nullable(),
    powerReason: z.string().optional(),
    thermal: z.looseObject({ throttled: z.boolean().nullable().optional() }).catchall(anyJson).nullable(),
    paced: z.object({ hz: number, from: z.enum(["workflow", "parameter"]) }).optional(),
    budget: z.object({ p95Ms: number, met: z.boolean() }).optional(),
    rawSamples: z.object({
      file: z.string(),
      sha256: z.string(),
      series: z.array(objectOf<SampleSeries>({ mode: arrival, launch: count, n: count })),
    }).nullable(),
    warnings: z.array(z.string()),
  });

/** Reads `device_benchmark.json` of the Benchmark in `dir`. @throws {InputError} */
export async function readBenchmark(dir: string): Promise<BenchmarkReport> {
  return await readJson(dir, benchmarkFiles.report, benchmarkSchema, "Benchmark");
}

/**
 * The one latency that budget, package, report, history and alerts quote: the row of all back-to-back loops together (`launch` 0): every timed window counts once. Paced loops time another
 * thing (a processor that slept before each window), so they never stand in for it.
 *
 * ```ts
 * import { headline } from "./benchmark.ts";
 * import assert from "node:assert/strict";
 * const rows = [{ mode: "paced", launch: 0, p95: 9 }, { mode: "back-to-back", launch: 1, p95: 2 }];
 * assert.equal(headline({ endToEnd: rows }), undefined);
 * rows.push({ mode: "back-to-back", launch: 0, p95: 3 });
 * assert.equal(headline({ endToEnd: rows })!.p95, 3);
 * ```
 *
 * @returns `undefined` where nothing was timed back to back.
 */
export function headline<R extends { mode: string; launch: number }>(
  report: { endToEnd: readonly R[] },
): R | undefined {
  return report.endToEnd.find((row) => row.launch === 0 && row.mode === "back-to-back");
}

/**
 * Reads the latencies as metrics: `latency_p95_ms` and so on, see {@linkcode headline}, and of the paced
 * loops `paced_latency_p95_ms`; empty where nothing was measured. Look at `origin`: those of a stand-in are `simulated`.
 *
 * @throws {InputError}
 */
export async function readBenchmarkMetrics(dir: string): Promise<Metrics> {
  return await readMetricsFile(dir, "Benchmark");
}

/**
 * Reads the raw times that a report names, float64 nanoseconds `[n, 4]` with the columns {@linkcode stages}, by series.
 *
 * @throws {InputError} where the file is missing or has another length than the report says.
 */
export async function readSamples(
  dir: string,
  { rawSamples }: Pick<BenchmarkReport, "rawSamples">,
): Promise<(SampleSeries & { samples: Float64Array<ArrayBuffer> })[]> {
  if (rawSamples === null) return [];
  // The name comes from the file: only a plain name stays inside the artifact.
  const file = join(dir, rawSamples.file.replaceAll(/^.*[/\\]/g, ""));
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw new InputError("Cannot read Benchmark: the file is missing", { file, cause });
  }
  const rows = rawSamples.series.reduce((sum, { n }) => sum + n, 0);
  if (bytes.length !== rows * stages.length * 8) {
    throw new InputError(
      `Cannot read Benchmark: ${rows} rows need ${rows * stages.length * 8} bytes, ${bytes.length} are there`,
      { file },
    );
  }
  const all = new Float64Array(bytes.buffer);
  let at = 0;
  return rawSamples.series.map((series) => ({
    ...series,
    samples: all.slice(at, at += stages.length * series.n),
  }));
}
