/** The messages between the engine and a worker. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Lineage } from "../../artifacts/lineage.ts";
import type { Progress } from "../../workflow/step.ts";

/** One attempt at one task, as plain data. */
export interface Job {
  /** File URL of the step's module. */
  module: string;
  params: Json;
  seed?: number;
  /** Artifacts by port; a port of arity `one` has at most one. */
  inputs: Record<string, JobInput[]>;
  /** Ports with a list value, even when the list is empty. */
  many: string[];
  /** Output ports. */
  outputs: string[];
  /** Absolute paths by request name. */
  files: Record<string, string[]>;
  threads: number;
  /** For a step that asks for it. */
  lineage?: Lineage;
  /** Name of the shard that it is about. */
  shard?: string;
  /** The step's `merge` is to run: further inputs are the shards of each output, under {@linkcode shardsPort}. */
  merges?: true;
  /** What an earlier attempt at the same action saved. */
  checkpoint?: Uint8Array;
  /** The file that it wrote its draft into. */
  draft?: string;
}

export interface JobInput {
  step: string;
  cell: Record<string, Json>;
  type: string;
  /** Content id of the artifact. */
  id: string;
  /** Where the step sees the artifact. */
  dir: string;
}

/** Folders of one attempt; `out` has one existing folder per port. */
export interface JobFolders {
  out: string;
  scratch: string;
}

/** Where a step sees its draft: a link to the file that outlives its folders, so that these are all that it may write into. */
export const draftIn = (scratch: string) => `${scratch}/draft`;

/** Engine to worker. */
export type ToWorker =
  /** `files`: modules of a user's step, which may start no worker of another. */
  | { kind: "run"; job: Job; folders: JobFolders; files?: readonly string[] }
  | { kind: "abort"; reason: string };

/** Worker to engine. */
export type FromWorker =
  | { kind: "ready" }
  | { kind: "progress"; fraction?: number; message: string }
  | { kind: "log"; message: string }
  | { kind: "warn"; message: string }
  | { kind: "checkpoint"; state: Uint8Array }
  | { kind: "draft"; path: string }
  /**
   * `progress`: the last of it, where it was held back. `stamp`: what the outputs looked like when the step returned.
   * `left`: something goes on, or stands open. `heap`: bytes.
   */
  | { kind: "done"; progress?: Progress; stamp: string; left: boolean; heap: number }
  | { kind: "failed"; failure: StepFailure };

/** An error as plain data. */
export interface StepFailure {
  name: string;
  message: string;
  stack: string;
  /** Trying again may help: a network error, or an error that says so by `transient: true`. */
  transient: boolean;
}

/** File in the folder of the first output port that a merge writes. */
export const mergedFile = "merged.json";

/** Where a merge finds the shards of an output among its inputs; no port has such a name. */
export const shardsPort = (port: string) => `shards of ${port}`;

/** Name of errors that tell of an output which is not what its type says. */
export const outputError = "OutputError";
