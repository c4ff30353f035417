/** What a run is made of. */
import type { Workplan } from "../../workflow/workplan.ts";
import type { EngineEvent } from "../event.ts";
import type { Executor } from "../executors/executor.ts";
import type { RunOptions } from "../types.ts";
import type { Planner } from "./planner.ts";
import type { EnvHasher } from "../key/env_hash.ts";
import type { StatCache } from "../key/stat_cache.ts";
import type { Store } from "../store/store.ts";

export interface RunParts {
  workplan: Workplan;
  planner: Planner;
  store: Store;
  cache: StatCache;
  env: EnvHasher;
  options: RunOptions;
  emit: (event: EngineEvent) => void;
  executor?: (folder: string, jobs: number) => Executor;
  motiflow: string;
}
