/** Everything that a package says about itself, gathered from the artifacts once; documents only render it. */
import type { Origin } from "../../artifacts/artifact.ts";
import { type BenchmarkReport, headline, readBenchmark } from "../../artifacts/benchmark.ts";
import { type CompileReport, readCompileReport } from "../../artifacts/hef.ts";
import {
  type HostFront,
  type ModelMetadata,
  readInt8Estimate,
  readModelMetadata,
  readParity,
} from "../../artifacts/onnx_bundle.ts";
import type { Behaviours } from "../../artifacts/behaviours.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Model } from "../../artifacts/model.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import type { DeviceTarget } from "../../device/target.ts";
import { headlines } from "../../metrics/catalogue.ts";
import { type Golden, readBundle } from "../bundle.ts";
import type { HostHead } from "../host_head.ts";
import { number } from "../../text/numbers.ts";
import type { CFacts } from "./c/write_c.ts";
import { type TargetName, usualTargets } from "./targets.ts";

/** What a device target says of its measurements. */
export type MeasuredOn = Pick<DeviceTarget, "deployment" | "caveat">;

/** What the package is made from. */
export interface PackageSources {
  name: string;
  version: string;
  license: string;
  /** Path of the text of the model's licence. */
  licenseFile?: string;
  /** `auto` packs the calibration set where its data are simulated. */
  calibration?: "auto" | "include" | "name";
  /** `auto` packs recorded golden windows where the data are simulated. */
  golden?: "auto" | "recorded" | "simulated";
  /** What it is for; the usual targets by default. */
  targets?: readonly TargetName[];
  bundle: string;
  hef?: string;
  benchmark?: string;
  metrics?: Metrics;
  behaviours?: Behaviours;
  motifs?: Motifs;
  model?: Model;
  /** Directory of the model artifact. */
  modelDir?: string;
  /** Finds the device target that a benchmark names; a package asks it and knows none by name. */
  targetNamed: (name: string) => MeasuredOn | undefined;
}

/** Whether there is a HEF in the package. */
export interface HefStatus {
  hef: "compiled" | "stand-in" | "not-compiled";
  reason: string | null;
}

export interface PackageFacts {
  name: string;
  version: string;
  license: string;
  /** Whether the calibration set is in the package. */
  calibrationIncluded: boolean;
  metadata: ModelMetadata;
  parity: { n: number; max_abs_difference: number; codes_identical: boolean } | null;
  /** Estimates of 8-bit arithmetic, `null` without them. */
  int8: { weights: string; n: number; code_agreement: number | null }[] | null;
  /** The host part on the golden windows, computed while packing. */
  golden: {
    n: number;
    wrongCodes: number;
    /** Whether they were cut from the recordings, or simulated. */
    recorded: boolean;
  };
  /** What the host computes of the device's feature maps; `null` where the device part ends at the bounded latent. */
  front: HostFront | null;
  targets: readonly TargetName[];
  /** What was found about the C form while packing; `null` without that target. */
  c: CFacts | null;
  /** Paths of the examples. */
  examples: string[];
  compile: CompileReport | null;
  status: HefStatus & { latency: "measured" | "simulated" | "not-measured"; latencyReason: string | null };
  benchmark: BenchmarkReport | null;
  /** Where the benchmark was measured; `null` without one. */
  measuredOn: MeasuredOn | null;
  metrics: Metrics | null;
  behaviours: Behaviours | null;
  motifs: Motifs | null;
  model: Model | null;
  /** Where the training data come from; `null` when nothing says so. */
  dataOrigin: Origin | null;
}

/** A benchmark of a target that this program does not have. */
const unknownTarget: MeasuredOn = {
  deployment: false,
  caveat: "a target that this program does not know",
};

/** Reads the sources. */
export async function packageFacts(
  sources: PackageSources,
  examples: readonly string[],
): Promise<PackageFacts> {
  const metadata = await readModelMetadata(sources.bundle);
  const compile = sources.hef === undefined ? null : await readCompileReport(sources.hef);
  const benchmark = sources.benchmark === undefined ? null : await readBenchmark(sources.benchmark);
  const measuredOn = benchmark === null ? null : sources.targetNamed(benchmark.kind) ?? unknownTarget;
  const dataOrigin = originOf(sources, metadata);
  const { calibration = "auto", golden = "auto" } = sources;
  const { head, golden: windows } = await readBundle(sources.bundle);
  return {
    name: sources.name,
    version: sources.version,
    license: sources.license,
    calibrationIncluded: calibration === "include" || calibration === "auto" && dataOrigin === "simulated",
    metadata,
    parity: await readParity(sources.bundle) ?? null,
    int8: (await readInt8Estimate(sources.bundle))?.variants ?? null,
    golden: {
      ...goldenFacts(head, windows),
      recorded: golden === "recorded" || golden === "auto" && dataOrigin === "simulated",
    },
    front: head.facts.front ?? null,
    targets: sources.targets ?? usualTargets,
    c: null,
    examples: [...examples],
    compile,
    status: { ...hefStatus(compile), ...latencyStatus(benchmark, measuredOn) },
    benchmark,
    measuredOn,
    metrics: sources.metrics ?? null,
    behaviours: sources.behaviours ?? null,
    motifs: sources.motifs ?? null,
    model: sources.model ?? null,
    dataOrigin,
  };
}

function goldenFacts(head: HostHead, golden: Golden): { n: number; wrongCodes: number } {
  const d = head.given;
  let wrongCodes = 0;
  golden.codes?.forEach((code, i) => {
    if (head.run(golden.device.subarray(i * d, (i + 1) * d)).code !== code) wrongCodes++;
  });
  return { n: golden.n, wrongCodes };
}

function hefStatus(compile: CompileReport | null): HefStatus {
  if (compile === null) {
    return { hef: "not-compiled", reason: "no compile-hailo step was part of the workflow" };
  }
  if (compile.hef === null) {
    const cause = compile.findings.findLast((f) => f.code.startsWith("SDK_"));
    return {
      hef: "not-compiled",
      reason: cause === undefined ? compile.status : `${cause.code}: ${cause.message}`,
    };
  }
  if (compile.origin === "simulated") {
    return { hef: "stand-in", reason: "made by a stand-in, no device can load it" };
  }
  if (compile.findings.some((f) => f.code === "CALIB_RANDOM")) {
    return { hef: "not-compiled", reason: "only a trial with random calibration was compiled" };
  }
  return { hef: "compiled", reason: compile.publishable ? null : "compiled, but not fit to publish" };
}

function latencyStatus(benchmark: BenchmarkReport | null, measuredOn: MeasuredOn | null): {
  latency: PackageFacts["status"]["latency"];
  latencyReason: string | null;
} {
  if (benchmark === null) {
    return { latency: "not-measured", latencyReason: "no benchmark-on-device step was part of the workflow" };
  }
  if (headline(benchmark) === undefined) {
    const { reason } = benchmark;
    return {
      latency: "not-measured",
      latencyReason: reason === undefined
        ? "no windows were timed back to back"
        : `${reason.code}: ${reason.message}`,
    };
  }
  const simulated = benchmark.origin === "simulated";
  return {
    latency: simulated ? "simulated" : "measured",
    latencyReason: simulated
      ? "made by a stand-in"
      : typeof measuredOn?.caveat === "string"
      ? `on ${measuredOn.caveat}`
      : null,
  };
}

function originOf(sources: PackageSources, metadata: ModelMetadata): Origin | null {
  const found = sources.model?.training.origin ?? metadata.training?.origin ?? sources.behaviours?.origin;
  if (found !== undefined) return found;
  const metrics = Object.values(sources.metrics?.metrics ?? {});
  return metrics.length > 0 && metrics.every((m) => m.origin === "simulated") ? "simulated" : null;
}

/** The metrics that a card quotes, in this order, where they exist: the headlines of scores and codes. */
export const quoted: readonly string[] = headlines
  .filter(({ group }) => ["Classification", "Calibration", "Codes"].includes(group))
  .flatMap(({ name, rank, baseline }) => rank === 1 && baseline !== undefined ? [name, baseline] : [name]);

/** A metric with its interval, n and origin, in one line. */
export function describeMetric(metric: Metric): string {
  if (metric.value === null) return `undefined (${metric.note ?? "no reason given"})`;
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const interval = metric.interval === undefined
    ? ""
    : `, ${(metric.interval.level * 100).toFixed(1)} % interval ${number(metric.interval.lower)} to ${
      number(metric.interval.upper)
    } (${metric.interval.method})`;
  return `${number(metric.value)}${unit}${interval}, n = ${metric.n} ${metric.of}, ${metric.origin}`;
}
