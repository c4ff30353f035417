/** Reads headline numbers and statuses from a run's artifacts. */
import type { Json, Origin } from "../artifacts/artifact.ts";
import { type Metric, Metrics } from "../artifacts/metrics.ts";
import type { OutputRef, TaskResult } from "../engine/mod.ts";
import type { MeasuredValue } from "./report.ts";

/** The metrics of one task. */
export interface TaskMetrics {
  task: string;
  metrics: Record<string, Metric>;
  /** What `validate` found worth a look; a finding of several cells stands once. */
  findings: { severity: string; text: string; advice: string }[];
  /** The verdict on the gates, where there are any. */
  readiness?: { verdict: string; reasons: string[] };
}

/**
 * Metrics of the tasks outside a matrix; of the cells where there are no others. Gathered metrics stand for the cells
 * they were made of.
 *
 * @param most Tasks to read.
 */
export async function headlineMetrics(tasks: TaskResult[], most = Infinity): Promise<TaskMetrics[]> {
  const withMetrics = tasks.filter((t) => outputOf(t, "Metrics") !== undefined);
  const whole = withMetrics.filter((t) => Object.keys(t.cell).length === 0);
  const chosen = whole.length > 0 ? whole : withMetrics;
  return await Promise.all(
    chosen.slice(0, most).map(async (task) => {
      const { metrics, tables, details } = await Metrics.read(outputOf(task, "Metrics")!.dir);
      const readiness = details.readiness as unknown as TaskMetrics["readiness"] | undefined;
      return {
        task: task.id,
        metrics,
        findings: findingsOf(tables.findings ?? []),
        ...(readiness === undefined ? {} : { readiness }),
      };
    }),
  );
}

function findingsOf(rows: Metrics["tables"][string]): TaskMetrics["findings"] {
  return [...Map.groupBy(rows, (row) => String(row.id)).values()].map((same) => {
    const [{ severity, finding, evidence, advice }] = same;
    const times = same.length === 1 ? "" : ` (${same.length} times, e.g.)`;
    return { severity: String(severity), text: `${finding}${times}: ${evidence}`, advice: String(advice) };
  });
}

function outputOf(task: TaskResult, type: string): OutputRef | undefined {
  return Object.values(task.outputs).find((o) => o.type === type);
}

/** `meta` of an artifact's header; empty where it cannot be read. */
export function metaOf(output: OutputRef): Record<string, Json> {
  try {
    // A run has thousands of these small files, one after the other.
    return JSON.parse(Deno.readTextFileSync(`${output.dir}/artifact.json`)).meta ?? {};
  } catch {
    return {};
  }
}

/** Latency over all loops of a benchmark: of each quantile the slowest. */
export interface Latency {
  task: string;
  device: string;
  origin: Origin;
  /** Timed windows in all loops. */
  n: number;
  p50: number;
  p95: number;
  p99: number;
}

/** The latencies that a run measured; a benchmark without measurement gives none. */
export async function latencies(tasks: TaskResult[]): Promise<Latency[]> {
  const found: Latency[] = [];
  for (const task of tasks) {
    const output = outputOf(task, "Benchmark");
    if (output === undefined) continue;
    const report = JSON.parse(await Deno.readTextFile(`${output.dir}/device_benchmark.json`));
    const loops: { n: number; p50: number; p95: number; p99: number }[] = report.endToEnd ?? [];
    if (loops.length === 0) continue;
    const slowest = (quantile: "p50" | "p95" | "p99") => Math.max(...loops.map((loop) => loop[quantile]));
    found.push({
      task: task.id,
      device: String(report.device),
      origin: report.origin,
      n: loops.reduce((sum, loop) => sum + loop.n, 0),
      p50: slowest("p50"),
      p95: slowest("p95"),
      p99: slowest("p99"),
    });
  }
  return found;
}

/** All named numbers of a run: headline metrics, and latencies as `latency_p95_ms`. */
export async function measuredValues(tasks: TaskResult[]): Promise<MeasuredValue[]> {
  const values: MeasuredValue[] = [];
  for (const { task, metrics } of await headlineMetrics(tasks)) {
    for (const [metric, { note: _, ...number }] of Object.entries(metrics)) {
      values.push({ task, metric, ...number });
    }
  }
  for (const { task, n, origin, p50, p95, p99 } of await latencies(tasks)) {
    for (const [name, value] of Object.entries({ p50, p95, p99 })) {
      values.push({ task, metric: `latency_${name}_ms`, value, n, of: "windows", unit: "ms", origin });
    }
  }
  return values;
}

/** What an artifact says of itself in a word, e.g. `skipped-no-sdk`. */
export function statuses(
  tasks: TaskResult[],
): { task: string; type: string; status: string; reason?: string }[] {
  const found: { task: string; type: string; status: string; reason?: string }[] = [];
  for (const task of tasks) {
    for (const output of Object.values(task.outputs)) {
      const { status, reason } = metaOf(output);
      if (typeof status !== "string") continue;
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
