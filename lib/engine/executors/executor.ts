/** What runs an attempt: a worker, a process, a cluster. */
import type { StepPermissions } from "../../workflow/step.ts";
import type { ClusterPlace } from "../../workflow/workplan.ts";
import type { Code } from "../key/code_id.ts";
import type { Job } from "./protocol.ts";
import type { StepChannel } from "./run_step.ts";

/** Everything an executor needs for one attempt. */
export interface AttemptSpec {
  /** The project's root, where the step's process stands. */
  root: string;
  job: Job;
  code: Pick<Code, "id" | "files" | "config">;
  permissions: StepPermissions;
  /** Files that the step may read, where these are more than the job's, so that one worker serves many jobs. */
  opens?: readonly string[];
  /** For an executor that hands attempts to another scheduler. */
  action: Action;
  channel: StepChannel;
  /** Where the file goes that a step begins as its draft. */
  draftPlace?: string;
  /** Where the folders of an attempt that fails go; without it they are removed. */
  keepFailed?: string;
  /** Aborted when the attempt has to end; the executor waits a little for the step to stop by itself. */
  signal: AbortSignal;
}

/** What another scheduler has to know of an attempt. */
export interface Action {
  /** Action key: attempts with the same one make the same result. */
  key: string;
  /** Everything is to be made anew, whatever an earlier run left behind. */
  fresh: boolean;
  /** Bytes. */
  memory?: number;
  /** Alone on its machine. */
  exclusive: boolean;
  /** Where a cluster runs it. */
  cluster?: ClusterPlace;
  /** Id of the task, for people. */
  task: string;
  /** Seconds, without time spent in a queue. */
  timeout?: number;
  /** Which shard of the task it is, with how many it comes, and how many of them may run at the same time. */
  shard?: { place: number; together: number; atOnce: number };
}

/** A successful attempt. */
export interface AttemptResult {
  /** Folder with one folder per output port; on the store's file system. */
  out: string;
  /** What `out` looked like when the step returned; see `treeStamp`. */
  stamp?: string;
  /** Something of the step goes on, or stands open, so what ran it has to end before `out` is read. */
  left?: boolean;
  /** Bytes of heap of the worker that ran it, where that is told. */
  heap?: number;
  /** How long it took, where that is less than the wait for it. */
  seconds?: number;
  /** To be called when the result is kept, or of no use: until then another run finds it where this one dies. */
  settled?: () => void;
}

export interface Executor {
  /**
   * Whether it has a queue of its own: all shards of a task may be given to it at once, and as attempts may wait first, it
   * holds them to their timeout itself.
   */
  readonly queues?: boolean;
  /** @throws StepError when the attempt failed for whatever reason. */
  execute(spec: AttemptSpec): Promise<AttemptResult>;
  /** Ends everything that still runs. */
  close(): Promise<void>;
}
