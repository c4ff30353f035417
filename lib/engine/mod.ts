/**
 * The engine's door: it takes a checked {@linkcode Workplan}, runs what changed and keeps every result with the
 * reason why it was made. It knows no step by name and no science.
 */
export type { EngineEvent, EventSink, Outcome, RunStatus } from "./event.ts";
export type { FailureKind } from "./step_error.ts";
export type {
  CacheEntry,
  Change,
  CheckReport,
  Engine,
  EngineOptions,
  FailedStart,
  GcItem,
  GcOptions,
  GcReport,
  ListOptions,
  OutputRef,
  PlannedTask,
  RunDiff,
  RunOptions,
  RunRecord,
  RunResult,
  Selection,
  StoredAction,
  TaskResult,
  VerifyReport,
  Why,
} from "./types.ts";
export { openEngine } from "./open_engine.ts";
