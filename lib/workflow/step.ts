/**
 * What a step type is: the interface between steps, the checker of workflow files and the engine. Nothing here knows
 * any step by name.
 */
import type { ArtifactType, Json } from "../artifacts/artifact.ts";
import type { Lineage } from "../artifacts/lineage.ts";
import type { Random } from "../random.ts";
import type { z } from "zod";

/** How many artifacts an input port takes. */
export type Arity = "one" | "optional" | "many";

/** An input port: which artifact type it takes, and how many. */
export interface Port<T = unknown, A extends Arity = Arity> {
  /** `null` accepts any type (only useful with `many`). */
  readonly type: ArtifactType<T> | null;
  readonly arity: A;
}

/**
 * A port that may be left unconnected; its value is then `undefined`.
 *
 * ```ts
 * import { optional } from "./step.ts";
 * import { Split } from "../artifacts/split.ts";
 * import assert from "node:assert/strict";
 * assert.equal(optional(Split).arity, "optional");
 * ```
 */
export function optional<T>(type: ArtifactType<T>): Port<T, "optional"> {
  return { type, arity: "optional" };
}

/**
 * A port that takes any number of artifacts, among them all cells of a gathered matrix axis. Its value is a list of
 * `{ step, cell, value, … }`.
 *
 * ```ts
 * import { many } from "./step.ts";
 * import { Metrics } from "../artifacts/metrics.ts";
 * import assert from "node:assert/strict";
 * assert.equal(many(Metrics).type, Metrics);
 * ```
 */
export function many<T>(type: ArtifactType<T>): Port<T, "many"> {
  return { type, arity: "many" };
}

/**
 * A port that takes every artifact that no other port of the step claims (for reports).
 *
 * ```ts
 * import { anything } from "./step.ts";
 * import assert from "node:assert/strict";
 * assert.equal(anything().type, null);
 * ```
 */
export function anything(): Port<never, "many"> {
  return { type: null, arity: "many" };
}

/** One artifact among several on a `many` port. */
export interface Gathered<T> {
  /** Id of the step that made it. */
  step: string;
  /** Matrix cell of the task that made it, e.g. `{ fold: 2 }`; empty outside a matrix. */
  cell: Record<string, Json>;
  /** Name of the artifact type. */
  type: string;
  /** Content id of the artifact, which the step's key holds; absent where the step is called without an engine. */
  id?: string;
  /** The artifact's directory, read-only. */
  dir: string;
  /** The value; on an `anything()` port it is `undefined` and the step reads `dir` itself. */
  value: T;
}

export type InputSpec = Record<string, ArtifactType<any> | Port<any, any>>;
export type OutputSpec = Record<string, ArtifactType<any>>;

type PortValue<P> = P extends Port<infer T, infer A>
  ? A extends "many" ? Gathered<T>[] : A extends "optional" ? T | undefined : T
  : P extends ArtifactType<infer T> ? T
  : never;

/** A file or files outside the store that a step reads: hashed into the key and readable by the step. */
export interface FileRequest {
  /** Name by which the step finds the paths in `context.files`. */
  name: string;
  /**
   * A file, folder, glob (`data/*.csv`) or archive; relative paths start at the folder of the workflow's project root.
   * Or the URL of one file, which the engine fetches.
   */
  pattern: string;
  /** Absolute path of the file that is taken where the project has nothing at `pattern`. */
  otherwise?: string;
  /** For a URL: SHA-256 of the file; without it the first download is pinned. */
  sha256?: string;
  /** Where to get it, told where nothing is there. */
  missing?: string;
  /**
   * A notebook that the step executes with all permissions: what it imports and the files that it names are part of the
   * step's code.
   */
  notebook?: true;
  /**
   * A module of the user's that the step loads with its own permissions: what it imports is part of the step's code. Its
   * path starts at the folder of the workflow file where it begins with `./` or `../`, as that of a user's own step.
   */
  module?: true;
  /**
   * A path of the permission `read`, taken as it is: all that lies there is hashed, hidden files as well, and it may be
   * missing. The step is not handed its files.
   */
  opened?: true;
}

/** What a step may do beyond reading its inputs and files and writing its outputs. */
export interface StepPermissions {
  /** Hosts, as `host` or `host:port`. */
  net?: string[];
  /** Programs by name or absolute path. */
  run?: string[];
  /**
   * Further files and folders to read. Those that a workflow grants to a user's own step are hashed into its key; those
   * of a built-in step are not, so they are programs and the like, whose versions are in the step's `environment`.
   */
  read?: string[];
  /** Names of environment variables. */
  env?: string[];
  /** Native libraries (onnxruntime-node). */
  ffi?: boolean;
  /** System information such as `hostname` or `cpus`. */
  sys?: string[];
}

/** Progress of a running step; shown on the status line and kept in the run record. */
export interface Progress {
  /** Share done, in [0, 1], where known. */
  fraction?: number;
  /** What is happening, e.g. `epoch 3/12 · loss 0.41 · validation 0.93`. */
  message: string;
}

/** Keeps the state of a long step. */
export interface Checkpoint {
  /** The last saved state; undefined at a first attempt. */
  load(): Uint8Array | undefined;
  /** Replaces the saved state; a state is kept whole or not at all. */
  save(state: Uint8Array): void;
}

/** What a running step is given. */
export interface StepContext<I extends InputSpec = InputSpec, P = any> {
  /** Values by port name, already read. */
  inputs: { [K in keyof I]: PortValue<I[K]> };
  /** Directories by port name, for steps that read or copy files as they are. */
  inputDirs: Partial<Record<keyof I & string, string>>;
  /** Parameters after defaults, as the schema's output type. */
  params: P;
  /** Absolute paths by name of the file request, sorted; empty when a pattern was not given. */
  files: Record<string, string[]>;
  /** Directory of an output port, to write files into directly. */
  out(port: string): string;
  /** A private scratch directory, gone after the step. */
  scratch: string;
  /**
   * What a long step saved before it was killed, and a place to save to. The engine keeps it by the action's key, gives
   * it back to the next attempt at the very same action, and drops it when the action is done. The result must be the
   * same with and without it. Absent where nobody keeps checkpoints.
   */
  checkpoint?: Checkpoint;
  /**
   * Opens a file to read and write, for a long step whose state is too large for a checkpoint. It is kept, given back and
   * dropped as checkpoints are, and holds whatever was written until the step was killed, so its last lines may be cut
   * short: what is read must be checked. Absent where nobody keeps drafts.
   */
  draft?: () => Deno.FsFile;
  /** Seeded randomness; only for steps defined with `random: true`. */
  rng: Random;
  /** The seed behind `rng`, for records. */
  seed: number;
  /** CPU threads that this task may use. */
  threads: number;
  /** How the inputs were made; only for steps defined with `lineage: true`, and absent where nobody runs a workflow. */
  lineage?: Lineage;
  /** Name of the shard that this is about; absent where the step runs once on everything. */
  shard?: string;
  progress(progress: Progress): void;
  /** A line for the step's log; `warn` also reaches the run summary. */
  log(message: string): void;
  warn(message: string): void;
  /** Aborted when the run is cancelled or the step's time is over. */
  signal: AbortSignal;
}

/** Values by output port. */
export type Outputs<O extends OutputSpec> = {
  [K in keyof O]: O[K] extends ArtifactType<infer T> ? T : never;
};

/** What keeps a stream of samples or a device from computing the same as a step. */
export interface LiveLimit {
  /** Path of the parameter. */
  path: (string | number)[];
  message: string;
  /** What to write instead. */
  hint: string;
  /** Targets that have this limit, as `deploys` names them; all have it when left out. */
  targets?: readonly string[];
}

/** What no schema can express of a step's parameters. */
export interface ParamProblem {
  path: (string | number)[];
  message: string;
  /** Whether it may be meant so: it is told, and the file is taken. */
  warning?: true;
  hint?: string;
}

/** An optional input that parameters make necessary. */
export interface NeededInput {
  /** Path of the parameter; empty where the step needs it whatever its parameters are. */
  path: (string | number)[];
  /** One of these ports has to be connected. */
  ports: readonly string[];
  /** What it is needed for: the beginning of a sentence. */
  why: string;
}

/** How a step maps over recordings, by its parameters. */
export interface MapRule {
  /** Ports that every shard is given whole although what they take may be a list of shards. */
  whole?: readonly string[];
  /** File requests that only `merge` reads: shards stay as they are when the files change. */
  mergeFiles?: readonly string[];
  /** The request whose files are parted, for a step that reads recordings from files. */
  files?: {
    request: string;
    /** A regular expression that the names of all files match, from the fixed part of the request's pattern on; else all are one. */
    named?: string;
    /** A regular expression: files whose names are equal without what it matches stay together. */
    together?: string;
    /** Regular expressions: those that stay together are one file for each of them; else all files are one. */
    each?: readonly string[];
  };
}

/** {@linkcode MapRule} of a task, with the ports whose shards it maps over. */
export interface Mapping extends Omit<MapRule, "whole"> {
  ports: string[];
  /** The step looks at all shards together when they are made. */
  merges?: true;
}

/** What a step that merges is given, besides what all steps are. */
export interface MergeContext<I extends InputSpec, O extends OutputSpec, P = any>
  extends Pick<StepContext<I, P>, "inputDirs" | "params" | "files" | "progress" | "log" | "warn" | "signal"> {
  /** Folders of the shards of each output, in the order of the recordings. */
  shards: { [K in keyof O]: string[] };
  /**
   * Writes a whole value beside the shards of a port, for a type whose reader takes that: one whose values cannot be
   * joined from those of the shards alone.
   */
  write<K extends keyof O & string>(port: K, value: Outputs<O>[K]): Promise<void>;
}

/** A step type. */
export interface StepDefinition<
  I extends InputSpec = InputSpec,
  S extends z.ZodType = z.ZodType,
  O extends OutputSpec = OutputSpec,
> {
  /** The word after `uses:`. */
  readonly type: string;
  /** One sentence for docs and editor completion. */
  readonly summary: string;
  readonly inputs: I;
  readonly params: S;
  readonly outputs: O;
  /**
   * The parameter whose value names the one output that is made, for a step that can make several kinds; all are made
   * when left out. It must stand in the file as it is, because edges are checked before values are substituted.
   */
  readonly outputChosenBy?: string;
  /** Whether `rng` is used; the seed is then an ingredient of the key. */
  readonly random?: boolean;
  /** Never taken from the cache, e.g. because it measures this machine now. */
  readonly cache?: "pure" | "never";
  /** Whether the result is a measurement of this machine or a device: it is kept, but nobody can make it twice. */
  readonly measures?: true;
  /**
   * Whether `lineage` is used: the keys of all tasks on the way to the inputs are then ingredients of the key, so that
   * the step runs again when its inputs were made otherwise, even if their bytes are the same.
   */
  readonly lineage?: true;
  /** Resources a task holds while running; `exclusive` runs alone on the machine. */
  readonly resources?: { cpu?: number; exclusive?: boolean };
  /** Seconds that it takes as a rule, which a first run orders its tasks by; 1 when left out. Later runs know better. */
  readonly usualSeconds?: number;
  /** Files outside the store that the parameters name. */
  readonly files?: (params: z.output<S>) => FileRequest[];
  /** Permissions the step needs, possibly depending on its parameters. */
  readonly permissions?: StepPermissions | ((params: z.output<S>) => StepPermissions);
  /** Further facts that belong in the key, e.g. the version of an external tool; runs with `permissions`. */
  readonly environment?: (params: z.output<S>) => Promise<Record<string, Json>>;
  /** Checks that no schema can express; one message per problem, with the parameter's path. */
  readonly check?: (params: z.output<S>) => ParamProblem[];
  /**
   * Optional inputs that the parameters make necessary: what is missing is a mistake in the file, told before anything runs.
   */
  readonly needs?: (params: z.output<S>) => NeededInput[];
  /**
   * What in the parameters keeps a stream of samples or a device from computing the same, and what to write instead. It is
   * told before anything runs where the result goes on to a step with {@linkcode StepDefinition.deploys}.
   */
  readonly notLive?: (params: z.output<S>) => LiveLimit[];
  /** Whether the result is made for a stream or a device; a function names the targets. */
  readonly deploys?: true | ((params: z.output<S>) => readonly string[]);
  /**
   * `"recording"` where the result for each recording follows from that recording alone (and from whole inputs, such as
   * a model): the engine then runs the step once for each shard of its inputs, and only for those that changed. A
   * function says it by parameters; undefined is no mapping.
   */
  readonly map?: "recording" | ((params: z.output<S>) => MapRule | undefined);
  /**
   * Called when all shards are made: what only all of them together show, by output port, which the type's reader joins
   * with them; a whole value may be written beside them. Undefined where they do not fit together without being made together; the step then runs once on everything.
   */
  readonly merge?: (
    context: MergeContext<I, O, z.output<S>>,
  ) => Promise<{ [K in keyof O]?: Json } | undefined>;
  readonly run: (
    context: StepContext<I, z.output<S>>,
  ) => Promise<Outputs<O>>;
}

/** Finds step definitions; the only thing that workflow and engine know about steps. */
export interface StepRegistry {
  /** All built-in `uses:` words. */
  readonly names: readonly string[];
  /** The module that defines `uses`, as a file URL; undefined for an unknown word. */
  moduleOf(uses: string): string | undefined;
  /** Loads a definition (cheap: step modules import heavy science only inside `run`). */
  load(uses: string): Promise<StepDefinition<any, any, any>>;
}

/** A port spec with the shorthand (a bare type) spelled out. */
export function portOf(spec: ArtifactType<any> | Port<any, any>): Port<any, Arity> {
  return "arity" in spec ? spec : { type: spec, arity: "one" };
}
