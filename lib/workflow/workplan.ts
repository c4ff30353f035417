/**
 * The result of checking a workflow file: every task resolved as far as is possible without running anything.
 * The engine takes this and nothing else.
 */
import type { Json } from "../artifacts/artifact.ts";
import type { Location } from "./diagnostic.ts";
import type { LearnedStep } from "./own/known_step.ts";
import type { FileRequest, Mapping, StepPermissions } from "./step.ts";

/** An output of another task. */
export interface TaskOutput {
  /** {@linkcode Task.id} of the producer. */
  task: string;
  port: string;
}

/** What a cluster is asked for, in Slurm's words; `time` in seconds. */
export interface ClusterPlace {
  partition?: string;
  account?: string;
  qos?: string;
  constraint?: string;
  gres?: string;
  time?: number;
}

/** What is connected to an input port. */
export interface InputBinding {
  /** Whether the step's port takes one artifact or a list of them. */
  arity: "one" | "many";
  sources: TaskOutput[];
}

/** How results may be reused. */
export type CacheRule =
  /** Always. `stated`: the user says so, whatever the step can see. */
  | { mode: "pure"; stated?: true }
  /** `because`: nobody said so, but the step can see what no key holds. */
  | { mode: "never"; because?: string }
  | { mode: "ttl"; seconds: number };

/** One unit of work: a step at one matrix cell. */
export interface Task {
  /** Unique in the plan: the step id, and its cell in brackets where there is one, e.g. `model[fold=0]`. */
  id: string;
  /** Step id as written in the file. */
  step: string;
  /** The word after `uses:`. */
  uses: string;
  /** Module that default-exports the definition, as a file URL. */
  module: string;
  /** Matrix cell; empty outside a matrix. */
  cell: Record<string, Json>;
  /** Parameters after defaults. */
  params: Json;
  /** Present when the step uses randomness; derived from the run seed (`params.seed`, else 0) and the step id. */
  seed?: number;
  inputs: Record<string, InputBinding>;
  /** Artifact type name by output port. */
  outputs: Record<string, string>;
  files: FileRequest[];
  /** How it maps over recordings, where it does. */
  map?: Mapping;
  permissions: StepPermissions;
  /** How results may be reused. */
  cache: CacheRule;
  /** Whether the result is a measurement, which is another each time. */
  measures?: true;
  /** Whether the step is told how its inputs were made. */
  lineage?: true;
  /** Attempts after the first, for transient failures only. */
  retries: number;
  /** Seconds; undefined is unlimited. */
  timeout?: number;
  /** CPU shares, bytes of memory where declared, whether it runs alone, and what else is counted. */
  resources: {
    cpu: number;
    memory?: number;
    exclusive: boolean;
    named: Record<string, number>;
    /** Where a cluster runs it; nothing of it counts on this machine. */
    cluster?: ClusterPlace;
  };
  /** Seconds that a task of its type takes as a rule. */
  usualSeconds?: number;
  /** Folder below the project root that receives a copy of the output. */
  publish?: string;
  /** Where the step stands in the workflow file. */
  location: Location;
}

/** An alert of the workflow file; direction is explicit. */
export interface Alert {
  metric: string;
  below?: number;
  above?: number;
  /** Values that rest on fewer are not judged. */
  min_n?: number;
  /** Sent only when so many runs in a row break the limit. */
  confirm?: number;
  /** How long the same alert is not sent again, as written. */
  cool_down?: string | number;
}

/** A task that is not in the plan, and why. */
export interface SkippedTask {
  id: string;
  step: string;
  reason: string;
}

/** A checked workflow. */
export interface Workplan {
  /** Path as the user gave it. */
  file: string;
  /** Project root: where `.motiflow/` and published folders lie and where relative paths start. */
  root: string;
  name: string;
  description: string;
  /** Parameters after overrides. */
  params: Record<string, Json>;
  /** Environment variables that expressions read; their values are kept out of everything that a run leaves. */
  env?: string[];
  /** In an order in which every task comes after its inputs. */
  tasks: Task[];
  /** Tasks left out because `if` is false, or because what they need is left out. */
  skipped?: SkippedTask[];
  /** The file's text, as taken at the start. */
  source: string;
  /** The files that it includes. */
  fragments?: { file: string; path: string; source: string }[];
  /** The profiles that lie over it. */
  profiles?: string[];
  schedule?: { cron: string; timezone: string };
  alerts: Alert[];
  /** What checking learned of the user's own steps; a run keeps it for the next check. */
  learned?: LearnedStep[];
}
