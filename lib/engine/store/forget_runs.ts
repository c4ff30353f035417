/** Drops the records of old runs with their logs and events. What they made stays until `gc` drops it. */
import { join } from "../../path.ts";
import { bytesBelow } from "../system/names.ts";
import { isLocked } from "../system/lock.ts";
import type { GcItem } from "../types.ts";
import { latestRuns } from "./last_results.ts";
import { readPins } from "./pins.ts";
import { runIds } from "./read_runs.ts";
import type { Store } from "./store.ts";

/**
 * Removes the runs that began more than so many days ago. Pinned ones stay, those that go on, and the last one of each
 * workflow, which stands for later runs without news.
 */
export function forgetRuns({ fs, layout }: Store, days: number, dryRun: boolean): GcItem[] {
  const limit = Date.now() - days * 86_400_000;
  const kept = new Set([...readPins(layout), ...latestRuns(layout)]);
  const removed: GcItem[] = [];
  for (const id of runIds(layout).reverse()) {
    const folder = layout.run(id);
    if (kept.has(id) || !(startOf(id, folder) < limit) || isLocked(join(folder, "lock"))) continue;
    removed.push({ kind: "run", name: id, bytes: bytesBelow(folder) });
    if (!dryRun) fs.remove(folder);
  }
  return removed;
}

/** When a run began, by its id; of a folder that bears none, when it was last changed. NaN where neither tells. */
function startOf(id: string, folder: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  if (year !== undefined) return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  try {
    return Deno.statSync(folder).mtime?.getTime() ?? NaN;
  } catch {
    return NaN;
  }
}
