/**
 * Which result each task of a workflow had last: the yardstick for "what changed" and for how long a step takes.
 * Derived data: without it reasons say "first time" and nothing else is lost.
 */
import { sha256 } from "./canonical.ts";
import type { StoreFs } from "./fs.ts";
import type { Layout } from "./layout.ts";
import type { ActionRecord } from "./record.ts";
import { fingerprint } from "./stat.ts";

/** The last result of one task. */
export interface LatestTask {
  key: string;
  uses: string;
  /** Of the run that made the result, not of a restore. */
  seconds: number;
  /** The result as its record has it, so that a thousand unchanged records need not be opened. */
  result?: StoredResult;
  /** Stat of the record's file when `result` was taken from it. */
  stamp?: string;
}

/** What a restore needs of a record. */
export type StoredResult = Pick<ActionRecord, "key" | "outputs" | "created" | "seconds" | "warnings">;

export interface Latest {
  version: 2;
  workflow: string;
  /** The last recorded run. */
  run: string | null;
  tasks: Record<string, LatestTask>;
}

function pathOf(layout: Layout, workflow: string): string {
  return `${layout.latest}/${sha256(workflow).slice(0, 16)}.json`;
}

/** Reads what is known of a workflow; empty where nothing is. */
export function readLatest(layout: Layout, workflow: string): Latest {
  try {
    const latest = JSON.parse(Deno.readTextFileSync(pathOf(layout, workflow)));
    if (latest.version === 2 && latest.workflow === workflow) return latest;
  } catch {
    // Missing or damaged.
  }
  return { version: 2, workflow, run: null, tasks: {} };
}

/** Last result of a task, for the next run. @param record Just read or written. */
export function latestTask(layout: Layout, uses: string, record: StoredResult): LatestTask {
  const { key, outputs, created, seconds, warnings } = record;
  const task: LatestTask = { key, uses, seconds };
  try {
    const stamp = fingerprint(layout.action(key));
    return { ...task, result: { key, outputs, created, seconds, warnings }, stamp };
  } catch {
    // There is no record: the result is used but not kept.
    return task;
  }
}

/** The remembered result, if the record's file was not touched since; a look at the file instead of reading it. */
export function rememberedResult(
  layout: Layout,
  task: LatestTask | undefined,
  key: string,
): StoredResult | undefined {
  if (task?.result === undefined || task.key !== key || task.result.key !== key) return undefined;
  try {
    return fingerprint(layout.action(key)) === task.stamp ? task.result : undefined;
  } catch {
    return undefined;
  }
}

export function writeLatest(fs: StoreFs, layout: Layout, latest: Latest): void {
  fs.writeWhole(pathOf(layout, latest.workflow), JSON.stringify(latest));
}

/** Seconds that a task should take: its own last time, else the median of its step type's others. */
export function estimate(latest: Latest, task: string, uses: string): number | null {
  if (Object.hasOwn(latest.tasks, task)) return latest.tasks[task].seconds;
  const others = Object.values(latest.tasks).filter((t) => t.uses === uses).map((t) => t.seconds).sort((
    a,
    b,
  ) => a - b);
  return others.length === 0 ? null : others[others.length >> 1];
}
