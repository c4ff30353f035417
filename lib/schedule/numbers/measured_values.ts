/** Reads headline numbers and statuses from a run's artifacts. */
import { join } from "../../path.ts";
import { headerFile, headerOf, type Json } from "../../artifacts/artifact.ts";
import { readBenchmark, readBenchmarkMetrics } from "../../artifacts/benchmark.ts";
import { type Metric, type Metrics, readMetricsFile } from "../../artifacts/metrics.ts";
import type { Readiness } from "../../artifacts/readiness.ts";
import { findingGroups } from "../../metrics/finding_groups.ts";
import { worstOf } from "../../metrics/worst.ts";
import type { OutputRef, TaskResult } from "../../engine/mod.ts";
import type { MeasuredValue } from "../report.ts";

/** The metrics of one task. */
export interface TaskMetrics {
  task: string;
  metrics: Record<string, Metric>;
  /** What `validate` found worth a look; a finding of several cells stands once. */
  findings: { severity: string; title: string; text: string; advice: string }[];
  /** The class and the subject of the lowest score. */
  worst: ReturnType<typeof worstOf>;
  /** The verdict on the gates, where there are any. */
  readiness?: Readiness;
}

/**
 * Metrics of the tasks outside a matrix; of the cells where there are no others. Gathered metrics stand for the cells
 * they were made of.
 *
 * @param most Tasks to read.
 * @throws {InputError} where an artifact cannot be read.
 */
export async function headlineMetrics(
  tasks: readonly TaskResult[],
  most = Infinity,
): Promise<TaskMetrics[]> {
  return await Promise.all(headlineTasks(tasks).slice(0, most).map(metricsOf));
}

/** {@linkcode headlineMetrics} of an earlier run, of which a part may be gone from the store. */
export async function readableHeadlines(tasks: readonly TaskResult[]): Promise<TaskMetrics[]> {
  const read = await Promise.allSettled(headlineTasks(tasks).map(metricsOf));
  return read.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
}

/** The tasks whose metrics are the headlines of a run. */
export function headlineTasks(tasks: readonly TaskResult[]): TaskResult[] {
  const withMetrics = tasks.filter((t) => outputOf(t, "Metrics") !== undefined);
  const whole = withMetrics.filter((t) => Object.keys(t.cell).length === 0);
  return whole.length > 0 ? whole : withMetrics;
}

async function metricsOf(task: TaskResult): Promise<TaskMetrics> {
  // The numbers of runs from before a change of the layout are those of today.
  const { metrics, tables, readiness } = await readMetricsFile(outputOf(task, "Metrics")!.dir, "Metrics");
  return {
    task: task.id,
    metrics,
    findings: findingsOf(tables),
    worst: worstOf(tables),
    ...(readiness === undefined ? {} : { readiness }),
  };
}

function findingsOf(tables: Metrics["tables"]): TaskMetrics["findings"] {
  return findingGroups(tables).map((same) => {
    const [{ severity, finding, evidence, advice }] = same;
    const times = same.length === 1 ? "" : ` (${same.length} times, e.g.)`;
    return {
      severity: String(severity),
      title: String(finding),
      text: `${finding}${times}: ${evidence}`,
      advice: String(advice),
    };
  });
}

function outputOf(task: TaskResult, type: string): OutputRef | undefined {
  return Object.values(task.outputs).find((o) => o.type === type);
}

/** `meta` of an artifact's header; empty where it cannot be read. */
function metaOf(output: OutputRef): Record<string, Json> {
  try {
    // A run has thousands of these small files, one after the other.
    const file = join(output.dir, headerFile);
    return headerOf(Deno.readTextFileSync(file), file).meta;
  } catch {
    return {};
  }
}

/** The latency of a benchmark: the same numbers as in its report, its budget and its `metrics.json`. */
export interface Latency {
  task: string;
  device: string;
  /** `latency_p95_ms` and so on, with n and origin. */
  metrics: Record<string, Metric>;
}

/** The latencies that a run's benchmarks hold; a benchmark without measurement gives none. */
export async function benchmarkLatencies(tasks: TaskResult[]): Promise<Latency[]> {
  const found: Latency[] = [];
  for (const task of tasks) {
    const output = outputOf(task, "Benchmark");
    if (output === undefined) continue;
    const { metrics } = await readBenchmarkMetrics(output.dir);
    if (Object.keys(metrics).length === 0) continue;
    const { device } = await readBenchmark(output.dir);
    found.push({ task: task.id, device, metrics });
  }
  return found;
}

/** All named numbers of a run: headline metrics, and latencies as `latency_p95_ms`. */
export async function measuredValues(tasks: TaskResult[]): Promise<MeasuredValue[]> {
  const all = [...await headlineMetrics(tasks), ...await benchmarkLatencies(tasks)];
  return all.flatMap(({ task, metrics }) =>
    Object.entries(metrics).map(([metric, { note: _, ...number }]) => ({ task, metric, ...number }))
  );
}

/** Statuses of artifacts that are as they should be. */
const settled: ReadonlySet<string> = new Set(["ok", "done", "measured", "compiled"]);

/** What artifacts say of themselves in a word where it is not what was wanted, e.g. `skipped-no-sdk`. */
export function openStatuses(
  tasks: TaskResult[],
): { task: string; type: string; status: string; reason?: string }[] {
  const found: { task: string; type: string; status: string; reason?: string }[] = [];
  for (const task of tasks) {
    for (const output of Object.values(task.outputs)) {
      const { status, reason } = metaOf(output);
      if (typeof status !== "string" || settled.has(status)) continue;
      found.push({
        task: task.id,
        type: output.type,
        status,
        ...(typeof reason === "string" ? { reason } : {}),
      });
    }
  }
  return found;
}
