/** Hef: a Hailo executable, or why there is none. */
import { z } from "zod";
import { directoryType, type Json } from "./artifact.ts";
import { freeObject, objectOf, readJson, readJsonIfThere } from "./read_json.ts";

/** Names of a Hef's files. */
export const hefFiles = {
  /** The executable; only where it was compiled. */
  hef: "model.hef",
  /** A trial with random calibration, which nothing downstream takes for the executable. */
  randomHef: "model.random-calib.hef",
  /** Whether it was compiled, by what, or why not: {@linkcode CompileReport}. */
  report: "compile_report.json",
  /** What the check of the graph found: {@linkcode Preflight}. */
  preflight: "preflight.json",
  /** The compiler's model script. */
  script: "model_script.alls",
  /** float32 NHWC, training windows only, as in the bundle. */
  calibration: "calibration.npy",
  /** Estimate of 8-bit arithmetic with the ranges of the executable. */
  int8: "int8_estimate_hef.json",
  /** What the compiler's stages printed. */
  logs: { parse: "parser.log", optimize: "optimize.log", compile: "compiler.log" },
} as const;

/** Files: see {@linkcode hefFiles}. */
export const Hef = directoryType("Hef", "A Hailo executable, or why there is none");

/** One thing a check found. */
export interface Finding<Code extends string = string> {
  /** One of `lib/hailo/error.ts`. */
  code: Code;
  /** An error stops the step; a warning only makes the result unfit to publish or worth a look. */
  severity: "error" | "warning";
  message: string;
  /** What to do, in general. */
  remedy: string;
  /** Node, operator, tensor: whatever the message names. */
  details: { [key: string]: Json };
}

/** Extremes and the central range of a set of values. */
export interface ValueRange {
  min: number;
  max: number;
  low: number;
  high: number;
}

/** What became of a compilation. */
export type CompileStatus = "compiled" | "compiled-with-warnings" | "skipped-no-sdk" | "failed";

/** The content of `compile_report.json`. */
export interface CompileReport {
  schema: 1;
  status: CompileStatus;
  /** `simulated` when a stand-in made the HEF; without HEF nothing was made. */
  origin: "measured" | "simulated" | null;
  /** Only a real HEF, calibrated on enough real windows at the level asked for, with fitting ranges. */
  publishable: boolean;
  arch: string;
  netName: string;
  endNodes: string[];
  /** Version of the compiler that made the HEF. */
  sdk: string | null;
  /** `given`: compiled elsewhere and checked here. */
  source: "compiled" | "given" | null;
  findings: Finding[];
  /** Windows, their SHA-256, extremes and the central 99.8 % of their values. */
  calibration: { n: number; sha256: string; range: ValueRange | null };
  deviceOnnx: { sha256: string };
  hef: { [key: string]: Json } | null;
  stages: { [key: string]: Json }[];
  facts: { [key: string]: Json } | null;
}

/** The content of `preflight.json`, as far as others than the compiler read it. */
export interface PreflightFacts {
  ok: boolean;
  findings: Finding[];
  parameters: number;
  macs: number;
  /** Nodes by operator. */
  operators: { [operator: string]: number };
}

const finding = objectOf<Finding>({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  remedy: z.string(),
  details: freeObject,
});

/** `compile_report.json`. */
const compileReportSchema = () =>
  objectOf<CompileReport>({
    schema: z.literal(1),
    status: z.enum(["compiled", "compiled-with-warnings", "skipped-no-sdk", "failed"]),
    origin: z.enum(["measured", "simulated"]).nullable(),
    publishable: z.boolean(),
    arch: z.string(),
    netName: z.string(),
    endNodes: z.array(z.string()),
    sdk: z.string().nullable(),
    source: z.enum(["compiled", "given"]).nullable(),
    findings: z.array(finding),
    calibration: z.object({
      n: z.int().min(0),
      sha256: z.string(),
      range: objectOf<ValueRange>({ min: z.number(), max: z.number(), low: z.number(), high: z.number() })
        .nullable(),
    }),
    deviceOnnx: z.object({ sha256: z.string() }),
    hef: freeObject.nullable(),
    stages: z.array(freeObject),
    facts: freeObject.nullable(),
  });

const preflightSchema = () =>
  objectOf<PreflightFacts>({
    ok: z.boolean(),
    findings: z.array(finding),
    parameters: z.number(),
    macs: z.number(),
    operators: z.record(z.string(), z.number()),
  });

/** Reads `compile_report.json` of the Hef in `dir`. @throws {InputError} */
export async function readCompileReport(dir: string): Promise<CompileReport> {
  return await readJson(dir, hefFiles.report, compileReportSchema, "Hef");
}

/** Reads `preflight.json` of the Hef in `dir`; `undefined` where there is none. @throws {InputError} */
export async function readPreflight(dir: string): Promise<PreflightFacts | undefined> {
  return await readJsonIfThere(dir, hefFiles.preflight, preflightSchema, "Hef");
}
