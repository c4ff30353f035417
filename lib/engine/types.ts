/** What the engine takes and gives: its options, a task's result, a run's record, and the reports of its readers. */
import type { Json } from "../artifacts/artifact.ts";
import type { Task, Workplan } from "../workflow/workplan.ts";
import type { EventSink, Outcome, RunStatus } from "./event.ts";
import type { Executor } from "./executors/executor.ts";
import type { Ingredients } from "./key/action_key.ts";
import type { CodeParts } from "./key/code_id.ts";
import type { FailureKind } from "./step_error.ts";
import type { FaultHook } from "./system/fs.ts";

export interface EngineOptions {
  /** Project root; the store lies in `<root>/.motiflow`. */
  root: string;
  onEvent?: EventSink;
  /** Where steps run; workers and processes of this machine by default. `folder` is on the store's file system. */
  executor?: (folder: string, jobs: number) => Executor;
  /** For tests: called after each call that changes the store. */
  faultHook?: FaultHook;
}

/** Which tasks of the work plan take part, by step id or task id; several conditions must all hold. */
export interface Selection {
  /** Just these steps; their inputs must be in the store. */
  only?: string[];
  /** These steps and all that they need. */
  until?: string[];
  /** These steps and all that depends on them (what they need is restored or run as well). */
  from?: string[];
  /** Run these although a result is in the store; `true` is all of them. */
  force?: string[] | true;
}

export interface RunOptions extends Selection {
  /** Tasks at the same time; the number of CPU cores by default. */
  jobs?: number;
  /** Bytes of memory for tasks that declare theirs; the machine's by default. */
  memory?: number;
  /** Where steps run: on this machine, or as jobs of a Slurm cluster that sees the project's files. */
  executor?: "local" | "slurm";
  /** Finish independent branches after a failure. By default no new task is started. */
  keepGoing?: boolean;
  /**
   * A task that fails on some of its files goes on without them, with a warning. Its result has a key of its own: the next
   * run without this option fails as before.
   */
  allowMissing?: boolean;
  /**
   * Milliseconds for which ready tasks wait for decisions on others, so that they start in the order of the plan; 100 when
   * left out.
   */
  patience?: number;
  /** When aborted, nothing more is started; what runs is finished and stored. */
  signal?: AbortSignal;
  /** When aborted, running steps are stopped as well: they get two seconds, then they are ended. */
  kill?: AbortSignal;
  /** Words by which the run is found again. */
  tags?: readonly string[];
  /** What the run is about, in the user's words. */
  note?: string;
  /** A failure to store a result fails its task; by default it is a warning. */
  strictCache?: boolean;
  /** Attempt directories of failed tasks are kept for a look. */
  keepFailed?: boolean;
}

/** What would happen to a task. */
export interface PlannedTask {
  task: Task;
  /** Action key; null where it depends on the output of a task that has to run first. */
  key: string | null;
  /** `unknown`: an input is remade first, and if its bytes turn out equal this task is restored; `skip`: not selected. */
  status: "run" | "restore" | "unknown" | "skip";
  /** One line, e.g. `params.k changed: 12 → 8`. */
  reason: string;
  /** From earlier runs of the step; null without history. */
  estimateSeconds: number | null;
  /** How many files each request found, by its pattern. */
  files?: Record<string, number>;
  /** Of a task that maps over recordings and is to run: its shards, and those whose result is in the store. */
  shards?: { total: number; restored: number };
  /** What `run` would fail with: missing data, or something in the way of a publication. */
  problem?: string;
  /** Published files that somebody changed; `run` keeps them under another name. */
  edited?: string[];
}

/** An output artifact. */
export interface OutputRef {
  /** Artifact type name. */
  type: string;
  /** Content id: SHA-256 of the artifact's manifest. */
  id: string;
  /** Its read-only directory. */
  dir: string;
}

export interface TaskResult {
  id: string;
  step: string;
  uses: string;
  cell: Record<string, Json>;
  outcome: Outcome;
  seconds: number;
  attempts: number;
  reason: string;
  key: string | null;
  /** For the user, without a stack. */
  error?: string;
  /** What kind of failure: `input` is a mistake in the user's data or parameters. */
  errorKind?: FailureKind;
  warnings: string[];
  outputs: Record<string, OutputRef>;
  /** Log file, relative to the root; only for tasks that ran. */
  log?: string;
  /** Folder with what the failed attempts left, relative to the root; only where it was asked for. */
  kept?: string;
  /** Folder that holds a copy of the output, relative to the root. */
  published?: string;
}

export interface RunResult {
  id: string;
  status: RunStatus;
  tasks: TaskResult[];
  seconds: number;
  /** Problems of the store that failed no task. */
  storeWarnings: string[];
  /** Folders, relative to the root, that hold what this workflow published earlier and does not publish any more. */
  leftovers?: string[];
}

/** `runs/<id>/run.json`. */
export interface RunRecord extends Omit<RunResult, "status"> {
  /** `running` while a process holds the run's lock, `interrupted` where it died. */
  status: RunStatus | "running" | "interrupted";
  version: 1;
  motiflow: string;
  /** Workflow name and file, relative to the root where below it. */
  workflow: string;
  file: string;
  /** The file's text as it was at the start. */
  source: string;
  /** The files that it includes. */
  fragments?: Workplan["fragments"];
  /** Words by which the run is found again, and what it is about. */
  tags?: readonly string[];
  note?: string;
  /** The profiles that lay over it. */
  profiles?: string[];
  params: Record<string, Json>;
  started: string;
  ended: string | null;
  jobs: number;
  runtime: { deno: string; os: string; arch: string; cpus: number };
  /** Why no step could even be tried: what is wrong with the workflow file, or with the project. */
  error?: string;
}

/** A run that failed before it could begin. */
export type FailedStart = Pick<RunRecord, "workflow" | "file" | "source"> & { error: string };

/** A stored result with what its key was made of. */
export interface StoredAction {
  /** ISO 8601; when it was made. */
  created: string;
  seconds: number;
  ingredients: Ingredients;
  /** Content id by output port. */
  outputs: Record<string, { type: string; id: string }>;
  /** Modules and packages of its code by their hashes; undefined where they are not kept. */
  code: Pick<CodeParts, "modules" | "packages"> | undefined;
}

/** One changed ingredient of a key. */
export interface Change {
  /** Where, e.g. `params.k`, `code lib/cluster/fit/kmeans.ts`, `package zod`, `input latents`, `env PATH`, `file data/a.csv`. */
  what: string;
  before: Json;
  after: Json;
  /** For code: the functions, classes and constants that differ. */
  parts?: string[];
}

export interface Why {
  task: string;
  key: string | null;
  status: PlannedTask["status"];
  reason: string;
  /** Against the nearest earlier result; empty where there is none or nothing changed. */
  changes: Change[];
  /** Time of the nearest earlier result. */
  comparedWith: string | null;
}

export interface RunDiff {
  params: Change[];
  tasks: {
    id: string;
    /** `null`: the task is only in the other run. */
    before: Pick<TaskResult, "outcome" | "key" | "seconds"> | null;
    after: Pick<TaskResult, "outcome" | "key" | "seconds"> | null;
    changes: Change[];
    /** Ports whose content differs. */
    outputs: string[];
  }[];
}

/** What the store holds of one action. */
export interface CacheEntry {
  key: string;
  uses: string;
  /** Step id at the time it was made. */
  step: string;
  created: string;
  lastUsed: string;
  bytes: number;
  seconds: number;
  pinned: boolean;
}

/** Which runs are listed. */
export interface ListOptions {
  /** How many; all by default. */
  limit?: number;
  /** Only older ones than this id. */
  before?: string;
  /** Only those that bear all of them. */
  tags?: readonly string[];
}

/** Something that is removed. */
export interface GcItem {
  kind: "result" | "content" | "run" | "code" | "lock" | "attempt" | "draft" | "download";
  name: string;
  bytes: number;
}

export interface GcOptions {
  /** Keep at most this many bytes of blobs, dropping the least recently used actions first. */
  maxBytes?: number;
  /** Drop actions unused for longer. */
  maxAgeDays?: number;
  /** Keys of results that go in any case, pinned ones as well. */
  drop?: ReadonlySet<string>;
  dryRun?: boolean;
}

/** What was removed with a person. */
export interface ForgetReport extends GcReport {
  subject: string;
  /** Everybody of whom the store holds something. */
  known: string[];
  /** Tasks whose results held their data, or were made from such; the next run makes them without them. */
  results: string[];
  /** Those of them that were trained with the person. */
  trained: string[];
}

export interface GcReport {
  removedActions: number;
  removedBytes: number;
  keptActions: number;
  keptBytes: number;
  dryRun: boolean;
  /** One by one: results, and what no result or run needs. */
  items: GcItem[];
}

export interface CheckReport {
  actions: number;
  blobs: number;
  bytes: number;
  /** One line each; bad entries were removed so that the next run makes them again. */
  problems: string[];
}

export interface VerifyReport {
  /** Content of each port from the store and from a fresh run. */
  tasks: {
    id: string;
    same: boolean;
    ports: Record<string, { before: string | null; after: string }>;
    error?: string;
  }[];
}

export interface Engine {
  readonly root: string;
  /** What `run` would do; changes nothing on disk. */
  plan(workplan: Workplan, selection?: Selection): Promise<PlannedTask[]>;
  run(workplan: Workplan, options?: RunOptions): Promise<RunResult>;
  /** Absolute paths of all files and folders that make up the code of the steps; not of packages. */
  sources(workplan: Workplan): Promise<string[]>;
  /** Why the tasks of a step (id of a step or a task) would run; of all steps without it. */
  why(workplan: Workplan, step?: string): Promise<Why[]>;
  /** Runs every task again beside the store and compares content ids. */
  verify(workplan: Workplan, options?: RunOptions): Promise<VerifyReport>;
  /** Newest first; reads no more records than it gives. */
  listRuns(options?: ListOptions): Promise<RunRecord[]>;
  /** Workflows of the newest runs, each once; reads only how their records begin. */
  listWorkflows(limit: number): Promise<{ workflow: string; file: string }[]>;
  /** How many runs are recorded, readable or not. */
  countRuns(): Promise<number>;
  /** Drops the records and logs of runs that are older; not of pinned ones, of those that go on, or the last of a workflow. */
  forgetRuns(days: number, dryRun?: boolean): Promise<GcItem[]>;
  /** By id, a unique beginning of one, `latest`, or the latest that succeeded of a workflow's name or file. */
  readRun(word: string): Promise<RunRecord>;
  /** The stored result of a key; undefined where there is none any more. */
  readAction(key: string): Promise<StoredAction | undefined>;
  diffRuns(before: string, after: string): Promise<RunDiff>;
  /** Keeps the record of a run that failed before it could begin. */
  recordFailure(failure: FailedStart): Promise<RunRecord>;
  /** Keeps everything that a run needs from `cacheGc`, or releases it. */
  pinRun(id: string, pinned?: boolean): Promise<void>;
  /** Writes a run as a Workflow Run RO-Crate into an empty folder. */
  exportCrate(id: string, folder: string): Promise<void>;
  cacheList(): Promise<CacheEntry[]>;
  cacheGc(options?: GcOptions): Promise<GcReport>;
  /** Removes what a person is in, from the store and from the team's results. */
  cacheForget(subject: string, dryRun?: boolean): Promise<ForgetReport>;
  cacheCheck(): Promise<CheckReport>;
  close(): Promise<void>;
}
