/**
 * What a device target is: a place where an exported model can be checked, compiled for and timed. A new target is one
 * file with such an object and one line in `targets.ts`; steps, package and report ask the object and know no target by
 * name.
 */
import type { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import type { Arrival, BenchmarkReport } from "../artifacts/benchmark.ts";
import type { CompileReport, Finding } from "../artifacts/hef.ts";
import type { DecodedModel } from "../onnx/decode.ts";
import type { Series } from "./benchmark_report.ts";

/** What a step that talks to the target may do; the same words as a step's own permissions. */
export interface TargetPermissions {
  run?: string[];
  read?: string[];
  env?: string[];
  sys?: string[];
  ffi?: boolean;
}

/** One measurement, in terms that hold for every target; a target leaves out what it has not. */
export interface BenchTask {
  /** Directory of the OnnxBundle. */
  bundle: string;
  /** Directory of what the target's compiler made of it. */
  compiled?: string | undefined;
  /** The target's own files below {@linkcode DeviceTarget.programs}, as the step was given them. */
  programs: readonly string[];
  /** Architecture that the device must report. */
  architecture: string;
  modes: Arrival[];
  /** Timed windows a launch, back to back. */
  iterations: number;
  /** Windows discarded before timing. */
  warmup: number;
  /** Independent starts of the runtime. */
  launches: number;
  /** Windows per second when paced. */
  pacedHz: number;
  /** Timed windows a launch when paced. */
  pacedWindows: number;
  /** Seconds for all back-to-back loops, where the target can stop early. */
  maxSeconds: number;
  /** Seconds of each phase of the vendor's own benchmark. */
  coreSeconds: number;
  /** Largest difference at the cut; the target's own default when left out. */
  maxAbsError?: number | undefined;
  /** Share of golden windows whose code a quantised device must reproduce. */
  minCodeAgreement?: number;
  measurePower: boolean;
  /** Whether files on the device stay. */
  keepRemote: boolean;
  /** Seconds for one conversation. */
  timeout: number;
  signal?: AbortSignal;
  progress?: (message: string, fraction: number) => void;
}

/** The part of a measurement that decides what goes to the device. */
export type UploadTask = Pick<BenchTask, "bundle" | "compiled" | "programs" | "architecture">;

/** What a measurement gives: facts, and times from which everything else is computed. */
export interface Measured {
  /** Without `endToEnd`, `rawSamples` and `budget`: those are computed from the series. */
  report: BenchmarkReport;
  series: Series[];
}

/**
 * A device target.
 *
 * @typeParam Address Where one such device is, as a workflow's `target:` says it.
 * @typeParam Compilation What its compiler needs.
 */
export interface DeviceTarget<Address = unknown, Compilation = unknown> {
  /** Stands as `kind` in a Benchmark; never reused for another meaning. */
  readonly name: string;
  /** How `target:` of a workflow names it, for the help of the step, e.g. `` `local` for this machine's CPU ``. */
  readonly usage: string;
  /** Whether a measurement here counts as one on the device that the model is meant for. */
  readonly deployment: boolean;
  /** What was measured, in words that stand beside every time of this target; `null` where nothing must be said. */
  readonly caveat: string | null;
  /** What `target:` of a workflow holds for this target; each value fits one target only. */
  readonly address: z.ZodType<Address>;
  /** Folder of programs that a measurement sends or runs; they are part of its key. */
  programs(address: Address): string | null;
  /** Folder of scripts and examples that go into every package for this target. */
  readonly templates: string | null;
  permissions(address: Address): TargetPermissions;
  /** Problems of an address that its schema cannot see, by field. */
  addressProblems(address: Address): { field: string; message: string }[];
  /** What speaks against running the device graph here; empty where nothing does. */
  preflight(graph: DecodedModel): Promise<Finding[]>;
  /** Compiles a bundle; `null` where models run as exported. */
  readonly compile: ((task: Compilation) => Promise<CompileReport>) | null;
  /** Facts of the device that belong into the key of a measurement; a code where it cannot be reached. */
  probe(address: Address, architecture: string): Promise<Record<string, Json>>;
  /** What goes to the device for one run, as one archive; `null` where nothing leaves this machine. */
  upload(task: UploadTask): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Golden windows first, then the timed loops.
   *
   * @throws {InputError} with a code when the device is absent, or computes something else than the bundle says.
   */
  bench(address: Address, task: BenchTask): Promise<Measured>;
}
