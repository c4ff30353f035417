/**
 * Which result each task of a workflow had last: the yardstick for "what changed" and for how long a step takes.
 * Derived data: without it reasons say "first time" and nothing else is lost.
 */
import { sameJson, sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import { actionKey, type KeyParts } from "../key/action_key.ts";
import type { Layout } from "../system/layout.ts";
import type { ActionRecord } from "./action_record.ts";
import { seal, unseal } from "../system/seal.ts";
import { names } from "../system/names.ts";
import { readWhole } from "../system/read_whole.ts";
import { look, type Stat, statOf, unchanged } from "../system/stat.ts";

/** The last result of one task. */
export interface LatestTask {
  key: string;
  /** What the key was made of, so that a thousand unchanged keys need not be hashed. */
  parts?: TaskParts;
  uses: string;
  /** Of the run that made the result, not of a restore. */
  seconds: number;
  /** The result as its record has it, so that a thousand unchanged records need not be opened. */
  result?: Pick<ActionRecord, "outputs" | "created" | "warnings">;
  /** Stat of the record's file when `result` was taken from it. */
  stamp?: Stat;
}

/** What a restore needs of a record. */
export type StoredResult = Pick<ActionRecord, "key" | "outputs" | "created" | "seconds" | "warnings">;

/** The parts of a key that can differ between tasks of a run. */
interface TaskParts extends Pick<KeyParts, "params" | "inputs"> {
  /** What the tasks of one step mostly have alike: one object for all of them, and written once. */
  common: Common;
}

type Common = Omit<KeyParts, "schema" | "runtime" | "params" | "inputs">;

export interface Latest {
  /** File and name of the workflow: a copied file is another workflow. */
  workflow: string;
  /** The last recorded run. */
  run: string | null;
  /** What that run's record says, as `summaryOf` has it; null unless it succeeded. */
  summary: string | null;
  /** The parts of a key that all tasks share. */
  shared: Pick<KeyParts, "schema" | "runtime">;
  tasks: Record<string, LatestTask>;
}

/** The file, in which tasks give the number of their common parts. */
interface LatestFile extends Omit<Latest, "tasks"> {
  version: 5;
  commons: Common[];
  tasks: Record<
    string,
    Omit<LatestTask, "parts"> & { parts?: Omit<TaskParts, "common"> & { common: number } }
  >;
}

function pathOf(layout: Layout, workflow: string): string {
  return `${layout.latest}/${sha256(workflow).slice(0, 16)}.json`;
}

/** The last recorded run of each workflow. */
export function latestRuns(layout: Layout): Set<string> {
  const runs = new Set<string>();
  for (const name of names(layout.latest)) {
    try {
      const { run }: LatestFile = JSON.parse(unseal(readWhole(`${layout.latest}/${name}`)));
      if (run !== null) runs.add(run);
    } catch {
      // Damaged; the next run writes it anew.
    }
  }
  return runs;
}

/** Reads what is known of a workflow; empty where nothing is. @param shared Of this run. */
export function readLatest(layout: Layout, workflow: string, shared: Latest["shared"]): Latest {
  try {
    const file: LatestFile = JSON.parse(unseal(readWhole(pathOf(layout, workflow))));
    if (file.version === 5 && file.workflow === workflow) {
      // Keys of another runtime are others, although the rest of their parts may be the same.
      const usable = sameJson(file.shared, shared);
      for (const id in file.tasks) {
        const { parts } = file.tasks[id]!;
        if (parts === undefined) continue;
        if (usable) (parts as { common: unknown }).common = file.commons[parts.common]!;
        else delete file.tasks[id]!.parts;
      }
      const { run, summary } = file;
      return { workflow, run, summary, shared, tasks: file.tasks as unknown as Latest["tasks"] };
    }
  } catch {
    // Missing or damaged.
  }
  return { workflow, run: null, summary: null, shared, tasks: {} };
}

/** Last result of a task, for the next run. @param record Just read or written. */
export function latestTask(layout: Layout, uses: string, parts: KeyParts, record: StoredResult): LatestTask {
  const { key, outputs, created, seconds, warnings } = record;
  const task: LatestTask = { key, parts: ownParts(parts), uses, seconds };
  try {
    const stamp = statOf(layout.action(key));
    return { ...task, result: { outputs, created, warnings }, stamp };
  } catch {
    // There is no record: the result is used but not kept.
    return task;
  }
}

function ownParts({ schema: _schema, runtime: _runtime, params, inputs, ...common }: KeyParts): TaskParts {
  return { params, inputs, common };
}

/** What is known of a task; its id is the user's word and may be "constructor". */
export function lastOf(latest: Latest, task: string): LatestTask | undefined {
  return Object.hasOwn(latest.tasks, task) ? latest.tasks[task] : undefined;
}

/** The action key of these parts; remembered where they are those of the last time. */
export function keyOf(latest: Latest, task: string, parts: KeyParts): string {
  const last = lastOf(latest, task);
  return last?.parts !== undefined && sameParts(latest.shared, last.parts, parts)
    ? last.key
    : actionKey(parts);
}

/** Whether parts of a key are those that were, without putting a second object together for each of a thousand tasks. */
function sameParts(
  shared: Latest["shared"],
  { params, inputs, common }: TaskParts,
  parts: KeyParts,
): boolean {
  const before: Record<string, unknown> = common;
  let others = 0;
  for (const name in parts) {
    const was = name === "params"
      ? params
      : name === "inputs"
      ? inputs
      : name === "schema" || name === "runtime"
      ? shared[name]
      : (others++, before[name]);
    if (!sameJson(was, parts[name as keyof KeyParts])) return false;
  }
  return others === Object.keys(common).length;
}

/** The remembered result, if the record's file was not touched since; a look at the file instead of reading it. */
export function rememberedResult(
  layout: Layout,
  task: LatestTask | undefined,
  key: string,
): StoredResult | undefined {
  if (task?.result === undefined || task.stamp === undefined || task.key !== key) return undefined;
  if (!look(layout.action(key)) || !unchanged(task.stamp)) return undefined;
  const { result: { outputs, created, warnings }, seconds } = task;
  return { key, outputs, created, seconds, warnings };
}

export function writeLatest(fs: StoreFs, layout: Layout, latest: Latest): void {
  const commons = new Map<string, number>();
  const tasks: LatestFile["tasks"] = {};
  for (const [id, { parts, ...task }] of Object.entries(latest.tasks)) {
    tasks[id] = parts === undefined
      ? task
      : { ...task, parts: { ...parts, common: numberOf(JSON.stringify(parts.common), commons) } };
  }
  const file = { version: 5, ...latest, commons: [...commons.keys()].map((text) => JSON.parse(text)), tasks };
  fs.writeWhole(pathOf(layout, latest.workflow), seal(JSON.stringify(file)));
}

/** The number under which a text is known, the next one where it is new. */
function numberOf(text: string, known: Map<string, number>): number {
  const number = known.get(text) ?? known.size;
  known.set(text, number);
  return number;
}

/** By step type, the median of the seconds that its tasks took. */
const usual = new WeakMap<Latest, Map<string, number>>();

/** Seconds that a task should take: its own last time, else the median of its step type's others. */
export function estimate(latest: Latest, task: string, uses: string): number | null {
  const last = lastOf(latest, task);
  if (last !== undefined) return last.seconds;
  // All at once: a matrix that grew by a thousand cells asks a thousand times.
  let medians = usual.get(latest);
  if (medians === undefined) usual.set(latest, medians = mediansOf(Object.values(latest.tasks)));
  return medians.get(uses) ?? null;
}

function mediansOf(tasks: readonly LatestTask[]): Map<string, number> {
  const byStep = Map.groupBy(tasks, ({ uses }) => uses);
  return new Map([...byStep].map(([uses, alike]) => {
    const seconds = alike.map((task) => task.seconds).sort((a, b) => a - b);
    return [uses, seconds[seconds.length >> 1]!];
  }));
}
