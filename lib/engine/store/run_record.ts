/** A run on disk: `run.json` at start and at end, its events, a log per task. Created when something happens. */
import { join, relative, resolve } from "../../path.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import type { EngineEvent } from "../event.ts";
import { sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import type { Layout } from "../system/layout.ts";
import { type HeldLock, tryLock } from "../system/lock.ts";
import { look } from "../system/stat.ts";
import type { FailedStart, RunRecord, RunResult } from "../types.ts";

/** `20260131-093005123-1f3a`: sorts by time to the millisecond, and stays unique between processes. */
export function newRunId(now = new Date()): string {
  const time = now.toISOString().replace(/[-:.Z]/g, "").replace("T", "-");
  return `${time}-${crypto.randomUUID().slice(0, 4)}`;
}

/** Most bytes that a task's log may take. */
const logLimit = 4 << 20;

/**
 * Writes the record of a run that is going on. A record that cannot be written is told once and never stops the run:
 * its results are worth more.
 */
export class RunWriter {
  #state: "waiting" | "writing" | "failed" = "waiting";
  #events: Deno.FsFile | undefined;
  #lock: HeldLock | undefined;
  #held: EngineEvent[] = [];
  #logSizes = new Map<string, number>();
  readonly folder: string;
  /** Folder of the logs, relative to the root. */
  readonly #logs: string;

  readonly #layout: Layout;
  readonly #fs: StoreFs;
  readonly #record: RunRecord;
  readonly #warn: (message: string) => void;

  /** @param onWarning Called at most once. */
  constructor(
    layout: Layout,
    fs: StoreFs,
    record: RunRecord,
    onWarning: (message: string) => void,
  ) {
    this.#layout = layout;
    this.#fs = fs;
    this.#record = record;
    this.#warn = onWarning;
    this.folder = layout.run(record.id);
    this.#logs = this.#fromRoot(join(this.folder, "logs"));
  }

  /** Whether the run has to be on disk: something happened in it. */
  get started(): boolean {
    return this.#state !== "waiting";
  }

  #try(work: () => void): void {
    if (this.#state === "failed") return;
    try {
      work();
    } catch (error) {
      this.#state = "failed";
      this.#warn(`Cannot write the record of this run: ${(error as Error).message}`);
    }
  }

  /** Puts the run on disk; before, events are only kept in memory. */
  start(): void {
    if (this.started) return;
    this.#state = "writing";
    this.#try(() => {
      this.#fs.makeDir(join(this.folder, "logs"));
      this.#lock = tryLock(join(this.folder, "lock"));
      this.#fs.writeWhole(join(this.folder, "run.json"), JSON.stringify(this.#record, null, 1));
      this.#events = Deno.openSync(join(this.folder, "events.jsonl"), { create: true, append: true });
      for (const event of this.#held.splice(0)) this.#write(event);
    });
  }

  event(event: EngineEvent): void {
    if (this.started) this.#try(() => this.#write(event));
    else this.#held.push(event);
  }

  #write(event: EngineEvent): void {
    const bytes = new TextEncoder().encode(JSON.stringify(event) + "\n");
    for (let done = 0; done < bytes.length;) done += this.#events!.writeSync(bytes.subarray(done));
  }

  /** Path of a task's log, relative to the root. */
  logOf(task: string): string {
    return join(this.#logs, `${fileName(task)}.log`);
  }

  /** Where the next failed attempt of a task may leave its folders. */
  failedAttempt(task: string): string {
    for (let attempt = 1;; attempt++) {
      const path = join(this.#failed(task), `attempt-${attempt}`);
      if (!look(path)) return path;
    }
  }

  /** The folder with what failed attempts of a task left, relative to the root; undefined where there is none. */
  failedOf(task: string): string | undefined {
    const path = this.#failed(task);
    return look(path) ? this.#fromRoot(path) : undefined;
  }

  #failed(task: string): string {
    return join(this.folder, "failed", fileName(task));
  }

  #fromRoot(path: string): string {
    return join(".motiflow", relative(this.#layout.base, path));
  }

  /** Appends to a task's log, up to a limit; returns what was kept of the text, if anything. */
  log(task: string, text: string): string | undefined {
    this.start();
    const size = this.#logSizes.get(task) ?? 0;
    if (size > logLimit) return undefined;
    const fits = size + text.length <= logLimit;
    const cut = fits ? text : `${text.slice(0, logLimit - size)}\n[log cut at ${logLimit} bytes]`;
    this.#logSizes.set(task, size + text.length);
    const path = join(this.#layout.root, this.logOf(task));
    this.#try(() => Deno.writeTextFileSync(path, `${cut}\n`, { append: true }));
    return cut;
  }

  finish(result: RunResult, ended: string): void {
    if (!this.started) return;
    const record: RunRecord = { ...this.#record, ...result, ended };
    this.#try(() => this.#fs.writeWhole(join(this.folder, "run.json"), JSON.stringify(record, null, 1)));
  }

  [Symbol.dispose](): void {
    this.#events?.close();
    this.#lock?.[Symbol.dispose]();
  }
}

/** What tells workflows apart: the path of the file, relative to the root where it lies below that. */
export function fileOf({ root, file }: Pick<Workplan, "root" | "file">): string {
  const below = relative(root, file);
  return /^\.\.([/\\]|$)/.test(below) ? resolve(file) : below.replaceAll("\\", "/");
}

/** The record as it stands when a run begins. */
export function openRecord(workplan: Workplan, id: string, jobs: number, motiflow: string): RunRecord {
  const { name: workflow, source, params, fragments, profiles } = workplan;
  return {
    ...emptyRecord(id, motiflow),
    workflow,
    file: fileOf(workplan),
    source,
    ...(fragments === undefined ? {} : { fragments }),
    ...(profiles === undefined ? {} : { profiles }),
    params,
    jobs,
  };
}

/** What the user calls a run. */
export function labelsOf(
  { tags = [], note }: Pick<RunRecord, "tags" | "note">,
): Pick<RunRecord, "tags" | "note"> {
  return { ...(tags.length === 0 ? {} : { tags }), ...(note === undefined ? {} : { note }) };
}

/** Writes the record of a run that failed before it could begin. */
export function writeFailure(
  fs: StoreFs,
  layout: Layout,
  failure: FailedStart,
  motiflow: string,
): RunRecord {
  const record = emptyRecord(newRunId(), motiflow);
  const failed: RunRecord = { ...record, ...failure, status: "failed", ended: record.started };
  fs.writeWhole(join(layout.run(failed.id), "run.json"), JSON.stringify(failed, null, 1));
  return failed;
}

function emptyRecord(id: string, motiflow: string): RunRecord {
  return {
    version: 1,
    id,
    status: "running",
    motiflow,
    workflow: "",
    file: "",
    source: "",
    params: {},
    started: new Date().toISOString(),
    ended: null,
    jobs: 0,
    runtime: {
      deno: Deno.version.deno,
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpus: navigator.hardwareConcurrency,
    },
    tasks: [],
    seconds: 0,
    storeWarnings: [],
  };
}

/** A task's id as the name of a file. One that is no file name gets a part of its hash: two ids are two names. */
function fileName(task: string): string {
  const plain = task.replaceAll(/[^\w.=,\[\]-]/g, "_").slice(0, 200);
  return plain === task ? task : `${plain}~${sha256(task).slice(0, 12)}`;
}
