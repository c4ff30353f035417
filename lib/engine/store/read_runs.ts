/** The records of runs, read only as far as they are asked for: a project may have ten thousand. */
import { join } from "../system/path.ts";
import { InputError } from "../../errors.ts";
import type { Layout } from "../system/layout.ts";
import { isLocked } from "../system/lock.ts";
import type { ListOptions, RunRecord } from "../types.ts";
import { newRunId } from "./run_record.ts";

/** Ids of all recorded runs, newest first. */
export function runIds(layout: Layout): string[] {
  try {
    return [...Deno.readDirSync(layout.runs)].filter((e) => e.isDirectory).map((e) => e.name).sort()
      .reverse();
  } catch {
    return [];
  }
}

/** The newest runs, or those before one, newest first. A run that died before its record was there is left out. */
export function listRuns(layout: Layout, { limit = Infinity, before, tags = [] }: ListOptions): RunRecord[] {
  const found: RunRecord[] = [];
  for (const id of runIds(layout)) {
    if (found.length >= limit) break;
    if (before !== undefined && id >= before) continue;
    try {
      const record = readRecord(layout, id);
      if (tags.every((tag) => record.tags?.includes(tag))) found.push(record);
    } catch {
      // One damaged record hides no other.
    }
  }
  return found;
}

/** Reads a run by id, a unique beginning of one, or `latest`. A run whose process is gone is `interrupted`. */
export function readRun(layout: Layout, id: string): RunRecord {
  const ids = runIds(layout);
  const found = id === "latest"
    ? latestOf(ids)
    : ids.includes(id)
    ? [id]
    : ids.filter((known) => known.startsWith(id));
  if (found.length !== 1) {
    const why = found.length === 0
      ? `there is no run ${id}`
      : `${id} is the beginning of ${found.length} runs`;
    throw new InputError(`Cannot read run: ${why}`, { hint: "List the runs with the verb `runs`." });
  }
  return readRecord(layout, found[0]!);
}

/** The newest id; one of a clock that was ahead only where there is no other. */
function latestOf(ids: string[]): string[] {
  const now = newRunId(new Date(Date.now() + 60_000));
  const latest = ids.find((id) => id < now) ?? ids[0];
  return latest === undefined ? [] : [latest];
}

function readRecord(layout: Layout, id: string): RunRecord {
  const folder = layout.run(id);
  let record: unknown;
  let cause: unknown;
  try {
    record = JSON.parse(Deno.readTextFileSync(join(folder, "run.json")));
  } catch (error) {
    cause = error;
  }
  if (!isRunRecord(record)) {
    throw new InputError(`Cannot read run ${id}: its run.json is missing or damaged`, { cause });
  }
  // Their name before 0.2; a run's record is never rewritten.
  record.storeWarnings ??= (record as { storeTroubles?: string[] }).storeTroubles ?? [];
  if (record.status === "running" && !isLocked(join(folder, "lock"))) record.status = "interrupted";
  return record;
}

/**
 * Whether a value has what lists of runs show and walk through: one damaged record must not take down the page of all
 * others.
 */
function isRunRecord(value: unknown): value is RunRecord {
  const { id, status, workflow, file, source, started, seconds, tasks } = (value ?? {}) as Partial<RunRecord>;
  return [id, status, workflow, file, source, started].every((text) => typeof text === "string") &&
    typeof seconds === "number" && Array.isArray(tasks) &&
    tasks.every((task) =>
      typeof task?.id === "string" && typeof task.cell === "object" && task.cell !== null &&
      typeof task.outputs === "object" && task.outputs !== null &&
      Object.values(task.outputs).every((output) => typeof output?.id === "string")
    );
}
