/**
 * Motiflow's public API: artifacts and how they lie on disk, steps as functions, workflows and their engine, figures and
 * reports.
 *
 * @module
 */
export * from "./basics.ts";

export { type CallOptions, callStep } from "./steps/call.ts";
export { registry } from "./steps/registry.ts";
export * as steps from "./steps/all.ts";
export { loadWorkflow } from "./workflow/load.ts";
export { openEngine } from "./engine/mod.ts";

export { type Prediction, StreamingClassifier } from "./stream/classifier.ts";
export { openEncoder } from "./stream/open_encoder.ts";

export { renderHtml } from "./report/html.ts";
export { executeNotebook, readNotebook, writeNotebook } from "./report/notebook.ts";
export { Figure, Plot, plot } from "./report/plot.ts";
export { OpenRun, openRun as open, type ReadOptions } from "./research/open_run.ts";
export { show, type ShownValue } from "./research/show.ts";
export { type Source, Sources } from "./report/sources.ts";
export {
  boutDurations,
  codeUsage,
  confusionMatrix,
  ethogram,
  ethogramDetail,
  learningCurves,
  metricForest,
  metricTable,
  reliabilityDiagram,
  signals,
  subjectAccuracy,
  timeBudget,
  transitionMatrix,
} from "./report/figures/mod.ts";
export { facts, note, table } from "./report/table.ts";
