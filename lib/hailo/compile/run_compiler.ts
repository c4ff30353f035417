/** Runs the Dataflow Compiler: parse, optimise, compile, each its own process, and judges the result by its content. */
import { join } from "node:path";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import { type Finding, finding, HailoError } from "../error.ts";
import { layerOf, readHar } from "./har.ts";
import { decodeHef, type Hef } from "./decode_hef.ts";
import { checkHef, type HefExpectation } from "./hef_check.ts";
import { modelScript, type ScriptOptions } from "./model_script.ts";
import { type Outcome, runProcess } from "../process.ts";
import {
  classifyFailure,
  lastErrors,
  parserRefusals,
  type Stage,
  type ToolFacts,
  toolFacts,
} from "./tool_log.ts";

/** What to compile and how. */
export interface CompileOptions {
  program: string;
  /** `hailo8` or `hailo8l`. */
  arch: string;
  netName: string;
  deviceOnnx: string;
  calibration: string;
  inputName: string;
  endNodes: string[];
  expected: HefExpectation;
  script: Omit<ScriptOptions, "outputLayers" | "clipping">;
  /** Use random calibration data instead; the result is never fit to publish. */
  randomCalibration: boolean;
  /** An empty directory of its own. */
  scratch: string;
  /** Seconds. */
  timeouts: Record<Stage, number>;
  env?: Record<string, string>;
  signal?: AbortSignal;
  log?: (line: string) => void;
}

/** One process as it was run; paths are given relative to the scratch directory. */
export interface StageRecord {
  stage: Stage;
  argv: string[];
  exitCode: number;
  seconds: number;
}

/** What came out. */
export interface Compiled {
  bytes: Uint8Array<ArrayBuffer>;
  hef: Hef;
  script: string;
  stages: StageRecord[];
  /** Logs of the stages that ran. */
  logs: Partial<Record<Stage, string>>;
  facts: ToolFacts;
  findings: Finding[];
}

/** Compiles; throws {@linkcode HailoError} with the log's reason when a stage fails. */
export async function compileHef(options: CompileOptions): Promise<Compiled> {
  const { scratch, netName, arch, endNodes, expected } = options;
  const run = new Run(options);
  const har = join(scratch, `${netName}.har`);
  await run.stage("parse", [
    ...["parser", "onnx", options.deviceOnnx, "--hw-arch", arch, "--net-name", netName, "--har-path", har],
    ...["--tensor-shapes", `${options.inputName}=[${expected.input.join(",")}]`],
    ...["--end-node-names", ...endNodes],
  ]);
  const script = await writeScript(options, har);
  const optimized = join(scratch, `${netName}_optimized.har`);
  await run.stage("optimize", [
    ...["optimize", har, "--hw-arch", arch, "--output-har-path", optimized],
    ...["--model-script", script.path, "--work-dir", join(scratch, "work")],
    ...(options.randomCalibration ? ["--use-random-calib-set"] : ["--calib-set-path", options.calibration]),
  ]);
  const outputs = join(scratch, "hef");
  await Deno.mkdir(outputs);
  await run.stage("compile", ["compiler", optimized, "--hw-arch", arch, "--output-dir", outputs]);
  const bytes = await onlyHef(outputs);
  const hef = decodeHef(bytes);
  const facts = toolFacts(Object.values(run.logs).join("\n"));
  return {
    bytes,
    hef,
    script: script.text,
    stages: run.records,
    logs: run.logs,
    facts,
    findings: [...hefFindings(options, hef), ...qualityFindings(options, facts)],
  };
}

class Run {
  readonly records: StageRecord[] = [];
  readonly logs: Partial<Record<Stage, string>> = {};
  readonly #options: CompileOptions;

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  async stage(stage: Stage, args: string[]): Promise<void> {
    const { program, scratch, timeouts, env, signal, log } = this.#options;
    log?.(`${stage}: ${program} ${args.slice(0, 2).join(" ")}`);
    const outcome = await runProcess({
      program,
      args,
      cwd: scratch,
      timeout: timeouts[stage] * 1000,
      env,
      signal,
    }).catch((cause) => {
      throw new HailoError("TOOL_FAILED", `${stage}: ${program} cannot be started`, { stage }, { cause });
    });
    this.logs[stage] = this.#hidePaths(outcome.text);
    const argv = [program, ...args].map((a) => this.#hidePaths(a));
    this.records.push({ stage, argv, exitCode: outcome.code, seconds: outcome.seconds });
    this.#judge(stage, outcome);
  }

  #judge(stage: Stage, outcome: Outcome): void {
    const { timeouts } = this.#options;
    if (outcome.ended === "timeout") {
      throw new HailoError("TIMEOUT", `${stage} ran for more than ${timeouts[stage]} s`, { stage });
    }
    if (outcome.ended === "cancelled") throw new HailoError("CANCELLED", `${stage} was cancelled`, { stage });
    if (outcome.code === 0) return;
    const { text } = outcome;
    const details = {
      stage,
      exitCode: outcome.code,
      ...(stage === "parse"
        ? { ...parserRefusals(text), items: parserRefusals(text).items.map((i) => ({ ...i })) }
        : {}),
    };
    const message = `${stage} ended with ${outcome.code}: ${this.#hidePaths(lastErrors(text))}`;
    throw new HailoError(classifyFailure(stage, text), message, details);
  }

  /** Results must not depend on where this run happened to work. */
  #hidePaths(text: string): string {
    const { scratch, deviceOnnx, calibration } = this.#options;
    return text.replaceAll(deviceOnnx, bundleFiles.device).replaceAll(calibration, bundleFiles.calibration)
      .replaceAll(`${scratch}/`, "").replaceAll(scratch, ".");
  }
}

/** The script after parsing: now the compiler's layer names are known and the bounded layer can be clipped. */
async function writeScript(options: CompileOptions, har: string): Promise<{ path: string; text: string }> {
  const { endNodes, expected, script, scratch } = options;
  const graph = readHar(await Deno.readFile(har).catch(() => new Uint8Array(0)));
  const layers = graph === null ? [] : endNodes.map((node) => layerOf(graph, node));
  const bounds = expected.bounds;
  const clipping = bounds === null ? [] : layers.filter((name) => name !== undefined).map((layer) => ({
    layer,
    min: Math.min(...bounds.map((b) => b.min)),
    max: Math.max(...bounds.map((b) => b.max)),
  }));
  const outputs = endNodes.map((_, i) => `output_layer${i + 1}`);
  const text = modelScript({ ...script, outputLayers: outputs, clipping });
  const path = join(scratch, "model_script.alls");
  await Deno.writeTextFile(path, text);
  return { path, text };
}

async function onlyHef(dir: string): Promise<Uint8Array<ArrayBuffer>> {
  const names = Array.from(Deno.readDirSync(dir), (e) => e.name).filter((n) => n.endsWith(".hef"));
  if (names.length === 1) return await Deno.readFile(join(dir, names[0]));
  throw new HailoError("HEF_MISSING", `the compiler left ${names.length} HEF files`, { count: names.length });
}

/** Random calibration cannot cover real data; it is allowed for trying the tools, so its ranges are only warned about. */
function hefFindings(options: CompileOptions, hef: Hef): Finding[] {
  return checkHef(hef, options.expected).map((f) =>
    options.randomCalibration && f.code === "HEF_RANGE" ? { ...f, severity: "warning" } : f
  );
}

/** What the compiler's logs say of the quality of its result. */
export function qualityFindings(
  options: Pick<CompileOptions, "script" | "randomCalibration">,
  facts: ToolFacts,
): Finding[] {
  const { script, randomCalibration } = options;
  const found: Finding[] = [];
  if (facts.effectiveLevel !== null && facts.effectiveLevel < script.optimizationLevel) {
    const message = `level ${script.optimizationLevel} was asked for, ${facts.effectiveLevel} was used`;
    found.push(finding("OPTIMIZE_LEVEL_REDUCED", message, { effective: facts.effectiveLevel }, "warning"));
  }
  if (randomCalibration) {
    found.push(finding("CALIB_RANDOM", "calibrated on random data", {}, "warning"));
  } else if (facts.calibrationUsed !== null && facts.calibrationUsed < script.calibsetSize) {
    const message =
      `${script.calibsetSize} calibration windows were given, ${facts.calibrationUsed} were used`;
    found.push(finding("CALIB_TOO_FEW", message, { used: facts.calibrationUsed }, "warning"));
  }
  return found;
}
