/**
 * Which result each task of a workflow had last: the yardstick for "what changed" and for how long a step takes.
 * Derived data: without it reasons say "first time" and nothing else is lost.
 */
import { sha256 } from "./canonical.ts";
import type { StoreFs } from "./fs.ts";
import type { Layout } from "./layout.ts";

/** The last result of one task. */
export interface LatestTask {
  key: string;
  uses: string;
  /** Of the run that made the result, not of a restore. */
  seconds: number;
}

export interface Latest {
  version: 1;
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
    if (latest.version === 1 && latest.workflow === workflow) return latest;
  } catch {
    // Missing or damaged.
  }
  return { version: 1, workflow, run: null, tasks: {} };
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
