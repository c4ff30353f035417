/**
 * `compile-hailo`: checks the device graph and its calibration, and makes a HEF where the Dataflow Compiler is installed.
 * It belongs to the Hailo target alone; the work is done in `lib/hailo/compile/`, this file turns parameters into it.
 */
import { join } from "../path.ts";
import { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import { OnnxBundle } from "../artifacts/onnx_bundle.ts";
import { Hef } from "../artifacts/hef.ts";
import { probeSdk } from "../hailo/compile/probe_sdk.ts";
import { hailo8 } from "../hailo/hailo8.ts";
import { toolEnvironment } from "../hailo/process.ts";
import { defineStep } from "./define.ts";
import { camelKeys } from "../text/camel_keys.ts";

const stageTimeout = (what: string, seconds: number) =>
  z.number().positive().default(seconds).describe(`Seconds that ${what} may take.`);

const params = z.strictObject({
  hw_arch: z.enum(["hailo8", "hailo8l"]).default("hailo8").describe("Chip to compile for."),
  net_name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "small letters, digits and _, a letter first").default(
    "motiflow",
  ).describe(
    "Name of the network inside the HEF.",
  ),
  end_nodes: z.array(z.string()).min(1).optional().describe(
    "Node names that must be the outputs; default: the outputs that the graph declares.",
  ),
  optimization_level: z.int().min(0).max(4).default(0).describe(
    "Effort of quantisation; 2 and above train and need a GPU. More is not safely better.",
  ),
  compression_level: z.int().min(0).max(5).default(0).describe("Weight compression; 0 keeps all at 8 bits."),
  compiler_level: z.enum(["default", "max"]).default("default").describe(
    "Effort of the mapping onto the chip.",
  ),
  output_precision: z.enum(["a8_w8", "a16_w16"]).default("a8_w8").describe("Precision of the output layer."),
  calibset_size: z.int().min(1).optional().describe("Calibration windows to use; default: all."),
  min_calibration: z.int().min(1).default(1024).describe(
    "Calibration windows below which the result is not fit to publish.",
  ),
  allow_random_calibration: z.boolean().default(false).describe(
    "Calibrate on random data, to try the tools only; the result is never fit to publish.",
  ),
  require_requested_level: z.boolean().default(true).describe(
    "Whether a level lowered by the compiler makes the result unfit to publish.",
  ),
  hef: z.string().min(1).optional().describe(
    "A HEF compiled elsewhere from this bundle with the package's script, which writes <hef>.json beside it; both are " +
      "checked instead of compiling.",
  ),
  on_sdk_missing: z.enum(["skip", "fail"]).default("skip").describe(
    "Whether a missing Dataflow Compiler skips the compilation or fails the step.",
  ),
  sdk: z.strictObject({
    program: z.string().min(1).default("hailo").describe("Program name or absolute path."),
    min_version: z.string().regex(/^\d+\.\d+\.\d+$/, "a version such as 3.30.0").default("3.30.0").describe(
      "Oldest version accepted.",
    ),
    max_major: z.int().default(3).describe("Newest major version accepted; 3 for Hailo-8."),
  }).prefault({}).describe("The Dataflow Compiler."),
  timeouts: z.strictObject({
    parse: stageTimeout("parsing", 120),
    optimize: stageTimeout("optimisation", 1200),
    compile: stageTimeout("compilation", 1800),
  }).prefault({}).describe("Time limits of the stages."),
});

/** The variables that the compiler sees; nothing else of the environment reaches it. */
const environmentNames = ["PATH", "HOME", "LANG", "CUDA_VISIBLE_DEVICES"];

function sdkOptions({ sdk }: z.output<typeof params>) {
  return { program: sdk.program, minVersion: sdk.min_version, maxMajor: sdk.max_major };
}

export default defineStep({
  type: "compile-hailo",
  summary:
    "Check the device graph and its calibration, and compile it for Hailo-8 where the compiler is installed",
  inputs: { bundle: OnnxBundle },
  params,
  outputs: { hef: Hef },
  files: ({ hef }) =>
    hef === undefined ? [] : [{ name: "hef", pattern: hef }, { name: "sidecar", pattern: `${hef}.json` }],
  permissions: ({ sdk }) => ({ run: [sdk.program], env: environmentNames, ffi: true }),
  // A skipped result must not be reused once a compiler is there, nor a HEF of another version.
  environment: async (params): Promise<Record<string, Json>> => {
    if (params.hef !== undefined) return {};
    const sdk = await probeSdk(sdkOptions(params), toolEnvironment(environmentNames));
    return { dataflow_compiler: sdk.found ? sdk.version : sdk.finding.code };
  },
  async run({ inputDirs, params, files, out, scratch, log, warn, progress, signal }) {
    progress({ message: "checking the device graph" });
    const dir = out("hef");
    const report = await hailo8.compile({
      bundle: inputDirs.bundle!,
      dir,
      scratch: join(scratch, "hailo"),
      arch: params.hw_arch,
      netName: params.net_name,
      endNodes: params.end_nodes,
      script: camelKeys(params),
      minCalibration: params.min_calibration,
      givenHef: files.hef?.[0],
      givenSidecar: files.sidecar?.[0],
      randomCalibration: params.allow_random_calibration,
      requireLevel: params.require_requested_level,
      onSdkMissing: params.on_sdk_missing,
      sdk: sdkOptions(params),
      timeouts: params.timeouts,
      env: toolEnvironment(environmentNames),
      signal,
      log: (line) => {
        log(line);
        progress({ message: line });
      },
    });
    for (const f of report.findings) {
      if (f.severity === "warning") warn(`${f.code}: ${f.message}`);
    }
    if (report.status === "skipped-no-sdk") {
      warn("no HEF was compiled; the graph and the calibration set were checked");
    }
    const { status, origin, publishable, arch } = report;
    return { hef: { dir, header: { type: "Hef", version: 1, meta: { status, origin, publishable, arch } } } };
  },
});
