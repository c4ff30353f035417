/** What a run would do, task by task; changes nothing. */
import type { Task } from "../../workflow/workplan.ts";
import { findFiles } from "../key/find_files.ts";
import { isRemote, NotPinned } from "../key/is_remote.ts";
import { estimate } from "../store/last_results.ts";
import { fileOf } from "../store/run_record.ts";
import type { Layout } from "../system/layout.ts";
import type { PlannedTask, Selection } from "../types.ts";
import type { Decision, KnownOutputs, Planner } from "./planner.ts";
import type { StatCache } from "../key/stat_cache.ts";
import type { SharedCache } from "../share/shared_cache.ts";
import type { StoredOutput } from "../store/action_record.ts";
import { foresee } from "./publication.ts";
import { dependenciesOf, selectTasks, unmade } from "./select_tasks.ts";

/** Results of the team that a run would take; asked for with the first task that is not in the store. */
export type SharedResults = () => Promise<Pick<SharedCache, "find"> | undefined>;

/** Plans tasks in the order of the work plan. */
export async function planTasks(
  tasks: readonly Task[],
  planner: Planner,
  root: string,
  cache: StatCache,
  layout: Layout,
  selection: Selection,
  shared: SharedResults,
): Promise<PlannedTask[]> {
  const chosen = selectTasks(tasks, selection);
  const known: KnownOutputs = new Map();
  const planned: PlannedTask[] = [];
  for (const task of tasks) {
    const isChosen = chosen.has(task.id);
    const missing = isChosen && dependenciesOf(task).find((id) => !known.has(id) && !chosen.has(id));
    const force = isChosen ? selection.force : "none";
    const found = await planTask(task, planner, { root, layout, shared }, known, force);
    const { outputs, ...rest } = found;
    if (outputs !== undefined) known.set(task.id, outputs);
    const whole = estimate(planner.latest, task.id, task.uses);
    const { total = 1, restored = 0 } = rest.shards ?? {};
    const estimateSeconds = whole === null ? null : whole * (1 - restored / total);
    if (!isChosen) {
      const { problem: _, ...seen } = rest;
      const reason = rest.status === "unknown" ? rest.reason : "not selected";
      planned.push({ task, estimateSeconds, ...seen, status: "skip", reason });
      continue;
    }
    const publication = await foresee(root, task, fileOf(planner.workplan), outputs, cache, layout);
    const stuck = missing === undefined || missing === false ? {} : { problem: unmade(missing) };
    planned.push({ task, estimateSeconds, ...publication, ...stuck, ...rest });
  }
  return planned;
}

type Planned = Omit<PlannedTask, "task" | "estimateSeconds"> & {
  /** Of the result that would be restored. */
  outputs?: Record<string, StoredOutput>;
};

async function planTask(
  task: Task,
  planner: Planner,
  { root, layout, shared }: { root: string; layout: Layout; shared: SharedResults },
  known: KnownOutputs,
  force: Selection["force"] | "none",
): Promise<Planned> {
  const open = dependenciesOf(task).find((id) => !known.has(id));
  try {
    if (open !== undefined) {
      const files = await countFiles(task, root);
      // These run whatever comes out of what they need.
      if (force === true || (Array.isArray(force) && force.includes(task.id))) {
        return { key: null, status: "run", reason: "forced", ...files };
      }
      if (force !== "none" && task.cache.mode === "never") {
        return { key: null, status: "run", reason: "never taken from the cache", ...files };
      }
      return { key: null, status: "unknown", reason: `depends on ${open}`, ...files };
    }
    const decision = await planner.decide(task, known, force);
    const { key, record, reason, files } = decision;
    const counts = task.files.map(({ name, pattern }) => [pattern, files[name]!.paths.length]);
    const seen = { key, reason, ...(counts.length === 0 ? {} : { files: Object.fromEntries(counts) }) };
    if (record !== undefined) return { ...seen, status: "restore", outputs: record.outputs };
    if (reason === "forced") return { ...seen, status: "run" };
    // As a run does: not for tasks that were not selected, and none whose result does not last.
    if (force !== "none" && decision.cache.mode === "pure") {
      const there = await (await shared())?.find(key, task.outputs);
      if (there !== undefined) {
        return { ...seen, status: "restore", reason: "in the shared cache", outputs: there.outputs };
      }
    }
    return { ...seen, status: "run", ...await reasonOf(task, decision, known, layout) };
  } catch (error) {
    const reason = (error as Error).message;
    const problem = error instanceof NotPinned ? {} : { problem: reason };
    return { key: null, status: "run", reason, ...problem };
  }
}

/** Why a task runs, and how many of its shards do where it maps. */
export async function reasonOf(
  task: Task,
  decision: Decision,
  known: KnownOutputs,
  layout: Layout,
): Promise<Pick<PlannedTask, "reason" | "shards">> {
  const { reason } = decision;
  if (task.map === undefined) return { reason };
  const { countShards, shardCounts } = await import("./shards/shards.ts");
  const shards = countShards(task, decision, known, layout);
  return shards === undefined ? { reason } : { reason: `${reason}; ${shardCounts(shards)}`, shards };
}

/** Of a task that cannot be decided yet. */
async function countFiles(task: Task, root: string): Promise<Pick<PlannedTask, "files">> {
  const counts: Record<string, number> = {};
  for (const request of task.files) {
    if (isRemote(request) || request.otherwise !== undefined) continue;
    counts[request.pattern] = (await findFiles(root, request)).paths.length;
  }
  return Object.keys(counts).length === 0 ? {} : { files: counts };
}
