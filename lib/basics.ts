/**
 * What most steps of users take of the public API: artifacts, and how a step is defined. A step that names nothing else of
 * `motiflow` finds this module under that name, because each of its tasks runs in a fresh worker, and the whole API takes
 * that worker seven times as long to load: 880 and 130 ms of processor time, a bare worker 45 (10 workers each, in turn).
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
export { anything, defineStep, many, optional } from "./steps/define.ts";
export { Quantizer } from "./fsq/quantizer.ts";
