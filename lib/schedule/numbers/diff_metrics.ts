/** The headline numbers of two runs, paired by task and name. */
import type { TaskResult } from "../../engine/mod.ts";
import { readableHeadlines } from "./measured_values.ts";

/** One metric of two runs; null where it has no value, or is not there. */
export interface MetricPair {
  task: string;
  name: string;
  before: number | null;
  after: number | null;
}

/** Pairs the metrics that are still in the store. */
export async function diffMetrics(
  before: readonly TaskResult[],
  after: readonly TaskResult[],
): Promise<MetricPair[]> {
  const pairs = new Map<string, MetricPair>();
  for (const [side, tasks] of [["before", before], ["after", after]] as const) {
    for (const { task, metrics } of await readableHeadlines(tasks)) {
      for (const [name, { value }] of Object.entries(metrics)) {
        const id = `${task} ${name}`;
        const pair = pairs.get(id) ?? { task, name, before: null, after: null };
        pair[side] = value;
        pairs.set(id, pair);
      }
    }
  }
  return [...pairs.values()];
}
