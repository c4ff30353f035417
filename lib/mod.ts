/**
 * Motiflow's public API: artifacts and how they lie on disk, steps as functions, workflows and their engine, figures and
 * reports.
 *
 * @module
 */
export { InputError } from "./errors.ts";
export { Random } from "./random.ts";

export type { ArtifactHeader, ArtifactType, DirectoryValue, Json, Origin } from "./artifacts/artifact.ts";
export { Behaviours, type Bout } from "./artifacts/behaviours.ts";
export { Benchmark } from "./artifacts/benchmark.ts";
export { OnnxBundle } from "./artifacts/onnx_bundle.ts";
export { Package } from "./artifacts/package.ts";
export { Report } from "./artifacts/report.ts";
export { Hef } from "./artifacts/hef.ts";
export { Codes } from "./artifacts/codes.ts";
export { Latents } from "./artifacts/latents.ts";
export { type Interval, type Metric, Metrics } from "./artifacts/metrics.ts";
export { type Architecture, Model } from "./artifacts/model.ts";
export { Motifs } from "./artifacts/motifs.ts";
export { type Recording, Recordings } from "./artifacts/recordings.ts";
export { Part, Split } from "./artifacts/split.ts";
export { Windows } from "./artifacts/windows.ts";

export { type CallOptions, callStep } from "./steps/call.ts";
export { anything, defineStep, many, optional } from "./steps/define.ts";
export { registry } from "./steps/registry.ts";
export * as steps from "./steps/all.ts";
export { loadWorkflow } from "./workflow/load.ts";
export { openEngine } from "./engine/mod.ts";

export { Quantizer } from "./fsq/quantizer.ts";
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
