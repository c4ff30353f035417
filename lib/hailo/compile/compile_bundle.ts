/** From an OnnxBundle to a Hef directory: check everything, then compile where a compiler is installed. */
import { join } from "node:path";
import { type CompileReport, hefFiles } from "../../artifacts/hef.ts";
import { bundleFiles, type HostHeadFile } from "../../artifacts/onnx_bundle.ts";
import { decodeNpy } from "../../artifacts/npy.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import { InputError } from "../../errors.ts";
import { decodeModel } from "../../onnx/decode.ts";
import { readBundle } from "../bundle.ts";
import { type Calibration, checkCalibration } from "./calibration.ts";
import { type Compiled, compileHef, type CompileOptions, qualityFindings } from "./run_compiler.ts";
import { compiledReport, type ReportBase, skippedReport } from "./compile_report.ts";
import { type Finding, HailoError, throwErrors } from "../error.ts";
import { decodeHef } from "./decode_hef.ts";
import { boundsOf, checkHef, type HefExpectation } from "./hef_check.ts";
import { estimateWithHef } from "./hef_estimate.ts";
import { checkSidecar, readSidecar } from "./hef_sidecar.ts";
import { modelScript, type ScriptOptions } from "./model_script.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { probeSdk, type SdkOptions } from "./probe_sdk.ts";
import { type Stage, toolFacts } from "./tool_log.ts";

/** What to compile and how. */
export interface BundleCompilation {
  /** The bundle's directory. */
  bundle: string;
  /** Receives the files of a Hef; see {@linkcode hefFiles}. */
  dir: string;
  /** A directory that does not exist yet. */
  scratch: string;
  arch: "hailo8" | "hailo8l";
  netName: string;
  endNodes?: string[];
  script: Omit<ScriptOptions, "outputLayers" | "clipping" | "calibsetSize"> & { calibsetSize?: number };
  minCalibration: number;
  randomCalibration: boolean;
  /** A HEF compiled elsewhere from this bundle: it is checked instead of compiled; and what says so, see {@linkcode readSidecar}. */
  givenHef?: string;
  givenSidecar?: string;
  requireLevel: boolean;
  onSdkMissing: "skip" | "fail";
  sdk: SdkOptions;
  /** Seconds. */
  timeouts: Record<Stage, number>;
  env?: Record<string, string>;
  signal?: AbortSignal;
  log?: (line: string) => void;
}

/**
 * Checks and, where the SDK is there, compiles.
 *
 * @returns The report with status compiled, compiled-with-warnings or skipped-no-sdk.
 * @throws {HailoError} for anything that makes a HEF impossible or wrong.
 */
export async function compileBundle(task: BundleCompilation): Promise<CompileReport> {
  const { dir } = task;
  const checked = await check(task);
  await writeJson(join(dir, hefFiles.preflight), checked.preflight);
  await Deno.copyFile(join(task.bundle, bundleFiles.calibration), join(dir, hefFiles.calibration));
  const script = { ...task.script, calibsetSize: task.script.calibsetSize ?? checked.calibration.n };
  const planned = modelScript({
    ...script,
    outputLayers: checked.endNodes.map((_, i) => `output_layer${i + 1}`),
  });
  await Deno.writeTextFile(join(dir, hefFiles.script), planned);
  if (task.givenHef !== undefined) {
    return await finish(task, checked, await givenHef(task, checked, script), null);
  }

  const sdk = await probeSdk(task.sdk, task.env);
  if (!sdk.found) {
    const wrong = sdk.finding.code !== "SDK_MISSING";
    if (wrong || task.onSdkMissing === "fail") {
      throwErrors("Cannot compile:", [{ ...sdk.finding, severity: "error" }]);
    }
    const report = skippedReport(checked.base, sdk.finding);
    await writeJson(join(dir, hefFiles.report), report);
    return report;
  }
  task.log?.(`Dataflow Compiler ${sdk.version}`);
  await Deno.mkdir(task.scratch, { recursive: true });
  const compiled = await compileHef({
    program: task.sdk.program,
    arch: task.arch,
    netName: task.netName,
    deviceOnnx: join(task.bundle, bundleFiles.device),
    calibration: join(task.bundle, bundleFiles.calibration),
    inputName: checked.preflight.input!.name,
    endNodes: checked.endNodes,
    expected: checked.expected,
    script,
    randomCalibration: task.randomCalibration,
    scratch: task.scratch,
    timeouts: task.timeouts,
    env: task.env,
    signal: task.signal,
    log: task.log,
  });
  return await finish(task, checked, compiled, sdk.version);
}

/** A HEF that was compiled by hand, held to what is said of it and to what one compiled here is held to. */
async function givenHef(
  task: BundleCompilation,
  { expected, base, endNodes }: Checked,
  script: CompileOptions["script"],
): Promise<Compiled> {
  const bytes = await Deno.readFile(task.givenHef!);
  const hef = decodeHef(bytes);
  const sidecar = await readSidecar(task.givenSidecar);
  const facts = toolFacts(Object.values(sidecar.logs).join("\n"));
  const findings = [
    ...checkSidecar(sidecar, {
      hef: await sha256(bytes),
      deviceOnnx: base.deviceOnnx.sha256,
      calibration: base.calibration.sha256,
      endNodes,
    }),
    ...checkHef(hef, expected),
    ...qualityFindings({ script, randomCalibration: false }, facts),
  ];
  return { bytes, hef, script: sidecar.script, stages: [], logs: sidecar.logs, facts, findings };
}

/** Writes HEF, report and estimate; a HEF that does not fit is an error. */
async function finish(
  task: BundleCompilation,
  checked: Checked,
  compiled: Compiled,
  sdkVersion: string | null,
): Promise<CompileReport> {
  const { dir } = task;
  await Deno.writeTextFile(join(dir, hefFiles.script), compiled.script);
  for (const [stage, text] of Object.entries(compiled.logs)) {
    await Deno.writeTextFile(join(dir, hefFiles.logs[stage as Stage]), text);
  }
  const hash = await sha256(compiled.bytes);
  const report = compiledReport(
    checked.base,
    compiled,
    sdkVersion ?? compiled.hef.sdkVersion,
    hash,
    task.requireLevel,
  );
  throwErrors("Cannot use the compiled HEF:", report.findings);
  const name = task.randomCalibration ? hefFiles.randomHef : hefFiles.hef;
  await Deno.writeFile(join(dir, name), compiled.bytes);
  await writeJson(join(dir, hefFiles.report), report);
  const origin = report.origin === "simulated" ? "simulated" : "estimated";
  const estimate = await estimateWithHef(task.bundle, compiled.hef, checked.head, origin);
  if (estimate !== null) await writeJson(join(dir, hefFiles.int8), estimate);
  return report;
}

interface Checked {
  preflight: Preflight;
  calibration: Calibration;
  endNodes: string[];
  head: HostHeadFile;
  expected: HefExpectation;
  base: ReportBase;
}

async function check(task: BundleCompilation): Promise<Checked> {
  const onnx = await Deno.readFile(join(task.bundle, bundleFiles.device));
  const graph = preflight(decode(onnx), task.endNodes);
  throwErrors("Cannot compile the device graph:", graph.findings);
  const bundle = await readBundle(task.bundle);
  const npy = await Deno.readFile(join(task.bundle, bundleFiles.calibration));
  const calibration = checkCalibration(
    decodeNpy(npy, bundleFiles.calibration),
    graph.input!.shape,
    task.minCalibration,
  );
  throwErrors("Cannot calibrate:", calibration.findings);
  const endNodes = task.endNodes ?? graph.outputs.map((o) => o.node);
  const { levels, front } = bundle.head.facts;
  const outputs = endNodes.map((node) => {
    const [, features = bundle.head.dimensions, rows = 1, columns = 1] = graph.outputs.find((o) =>
      o.node === node
    )?.shape ?? [];
    return { node, shape: [rows, columns, features] as const };
  });
  const findings: Finding[] = [...graph.findings, ...calibration.findings];
  return {
    preflight: graph,
    calibration,
    endNodes,
    head: bundle.head.facts,
    expected: {
      arch: task.arch,
      input: graph.input!.shape,
      outputs,
      calibration: calibration.range,
      bounds: levels === null || front !== undefined ? null : boundsOf(levels),
    },
    base: {
      arch: task.arch,
      netName: task.netName,
      endNodes,
      findings,
      calibration: { n: calibration.n, sha256: await sha256(npy), range: calibration.range },
      deviceOnnx: { sha256: await sha256(onnx) },
    },
  };
}

function decode(bytes: Uint8Array) {
  try {
    return decodeModel(bytes, bundleFiles.device);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new HailoError("PREFLIGHT_UNREADABLE", cause.message, {}, { cause });
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value, null, 1) + "\n");
}
