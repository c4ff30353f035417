/** Lineage: how the artifacts that a step takes were made, as the engine hands it to a step that asks for it. */
import type { Json } from "./artifact.ts";

/** One task on the way to a step's inputs. */
export interface LineageTask {
  /** Step id, and its matrix cell in brackets where there is one. */
  id: string;
  step: string;
  cell: Record<string, Json>;
  /** The word after `uses:`. */
  uses: string;
  /** Ids of the tasks whose outputs it takes. */
  from: readonly string[];
  /** Action key: SHA-256 over all that its result depends on. */
  key: string;
  /** Output artifacts by port; `id` is the SHA-256 of the content. Empty for the task that asks. */
  outputs: Record<string, { type: string; id: string }>;
  /** What its result was made from and when; absent where the store holds no record of it, or it is being made. */
  made?: {
    /** ISO 8601. */
    at: string;
    seconds: number;
    /** After defaults; values of environment variables are masked. */
    params: Json;
    seed?: number;
    /** Hash over the step's modules and locked packages. */
    code: string;
    /** Files outside the store by request: how many, and one SHA-256 over their paths and contents. */
    files: Record<string, { count: number; digest: string }>;
    /** Names of files by request that it was made without, because it failed on them; `count` leaves them out. */
    missing?: Record<string, string[]>;
    /** Further facts, such as the version of a tool. */
    environment: Record<string, Json>;
  };
}

/** All tasks that led to a step's inputs, and where and when the step ran. */
export interface Lineage {
  /** In an order in which every task comes after those it takes from; the one that asks is the last. */
  tasks: LineageTask[];
  workflow: { name: string; file: string };
  /** The run in which the step ran; ISO 8601. */
  run: { id: string; started: string };
  /** Version of Motiflow. */
  program: string;
  runtime: { deno: string; os: string; arch: string };
  /** Locked packages that the code of these tasks reaches, as `name@version`. */
  packages: string[];
  /** State of the project's Git repository; absent where there is none. */
  commit?: {
    id: string;
    /** Tracked files that differ from the commit. */
    changed: number;
    /** Files that no commit holds and that are not ignored, without Motiflow's own folder. */
    untracked: number;
  };
}
