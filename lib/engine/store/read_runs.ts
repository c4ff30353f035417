/** The records of runs, read only as far as they are asked for: a project may have ten thousand. */
import { join } from "../../path.ts";
import { InputError } from "../../errors.ts";
import type { Layout } from "../system/layout.ts";
import { isLocked } from "../system/lock.ts";
import { fingerprint } from "../system/stat.ts";
import type { ListOptions, RunRecord } from "../types.ts";

/** Ids of all recorded runs, newest first. */
export function runIds(layout: Layout): string[] {
  try {
    return [...Deno.readDirSync(layout.runs)].filter((e) => e.isDirectory).map((e) => e.name).sort()
      .reverse();
  } catch {
    return [];
  }
}

/** Tasks of the records that are kept in memory; about a kilobyte each. */
const KEPT_TASKS = 100_000;

/** Records of ended runs that were read before: large ones take long to parse, and whoever shows them asks again. */
export class KnownRuns {
  readonly #records = new Map<string, { stamp: string; record: RunRecord }>();
  #tasks = 0;

  /** The record of a run. */
  read(layout: Layout, id: string): RunRecord {
    const known = this.#records.get(id);
    const stamp = stampOf(layout, id);
    if (known !== undefined && known.stamp === stamp) return known.record;
    this.#forget(id);
    const record = readRecord(layout, id);
    if (record.ended !== null && stamp !== undefined) {
      this.#records.set(id, { stamp, record });
      this.#tasks += record.tasks.length;
      for (const oldest of this.#records.keys()) if (this.#tasks > KEPT_TASKS) this.#forget(oldest);
    }
    return record;
  }

  #forget(id: string): void {
    this.#tasks -= this.#records.get(id)?.record.tasks.length ?? 0;
    this.#records.delete(id);
  }
}

/** What a record's file looks like; undefined where there is none. */
function stampOf(layout: Layout, id: string): string | undefined {
  try {
    return fingerprint(join(layout.run(id), "run.json"));
  } catch {
    return undefined;
  }
}

/** The newest runs, or those before one, newest first. A run that died before its record was there is left out. */
export function listRuns(
  layout: Layout,
  { limit = Infinity, before, tags = [] }: ListOptions,
  known = new KnownRuns(),
): RunRecord[] {
  const found: RunRecord[] = [];
  for (const id of runIds(layout)) {
    if (found.length >= limit) break;
    if (before !== undefined && id >= before) continue;
    try {
      const record = known.read(layout, id);
      if (tags.every((tag) => record.tags?.includes(tag))) found.push(record);
    } catch {
      // One damaged record hides no other.
    }
  }
  return found;
}

/** How a record begins: what tells workflows apart stands before their text and their tasks. */
const beginning = new RegExp(
  String.raw`^\{\s*"version": 1,\s*"id": "[^"]*",\s*"status": "\w+",\s*"motiflow": "[^"]*",` +
    String.raw`\s*"workflow": ("(?:[^"\\]|\\.)*"),\s*"file": ("(?:[^"\\]|\\.)*")`,
);

/** Names and files of the workflows of the newest runs, each once, newest first; whole records are not read for it. */
export function listWorkflows(layout: Layout, limit: number): { workflow: string; file: string }[] {
  const found = new Map<string, { workflow: string; file: string }>();
  const bytes = new Uint8Array(4096);
  for (const id of runIds(layout).slice(0, limit)) {
    try {
      using file = Deno.openSync(join(layout.run(id), "run.json"));
      const text = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
      const [, workflow, path] = beginning.exec(text) ?? [];
      const one = workflow === undefined
        ? readRecord(layout, id)
        : { workflow: JSON.parse(workflow), file: JSON.parse(path!) };
      found.getOrInsert(`${one.workflow}\n${one.file}`, { workflow: one.workflow, file: one.file });
    } catch {
      // One damaged record hides no other.
    }
  }
  return [...found.values()];
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
