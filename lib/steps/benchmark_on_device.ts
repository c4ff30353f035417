/**
 * `benchmark-on-device`: golden windows, then latency, on the device target that `target:` names. Which targets there
 * are, and what each needs, stands in `lib/device/targets.ts`; this file only turns parameters into a measurement.
 */
import { z } from "zod";
import { Benchmark } from "../artifacts/benchmark.ts";
import { OnnxBundle } from "../artifacts/onnx_bundle.ts";
import { Hef } from "../artifacts/hef.ts";
import { chooseTarget, targets } from "../device/targets.ts";
import { defineStep, optional } from "./define.ts";
import { camelKeys } from "../text/camel_keys.ts";

const params = z.strictObject({
  target: z.union([z.literal("none"), ...targets.map(({ address }) => address)]).default("local").describe(
    `${targets.map(({ usage }) => usage).join(", ")}, or \`none\` while there is no device yet.`,
  ),
  expect_arch: z.enum(["HAILO8", "HAILO8L"]).default("HAILO8").describe(
    "Architecture that the device must report.",
  ),
  iterations: z.int().min(20).default(2000).describe("Timed windows a launch, back to back."),
  warmup: z.int().min(0).default(100).describe(
    "Windows discarded before timing, at least this many and one second.",
  ),
  launches: z.int().min(1).max(20).default(3).describe("Independent starts of the runtime."),
  modes: z.array(z.enum(["back-to-back", "paced"])).min(1).default(["back-to-back", "paced"]).describe(
    "How windows arrive: each after the last, which gives `latency_*`, or one a period, which gives `paced_latency_*`.",
  ),
  paced_hz: z.number().positive().max(1000).optional().describe(
    "Windows per second when paced; default: the rate at which the workflow predicts, sampling rate / hop.",
  ),
  paced_iterations: z.int().min(20).default(50).describe("Timed windows a launch when paced, at most."),
  paced_seconds: z.number().positive().default(10).describe(
    "Time for all paced loops; at a low rate fewer windows are timed, and n says how many.",
  ),
  max_seconds: z.number().positive().default(6).describe("Time for all back-to-back loops on this machine."),
  core_seconds: z.int().min(1).default(5).describe(
    "Seconds of each phase of `hailortcli benchmark` on the device.",
  ),
  max_abs_error: z.number().positive().optional().describe(
    "Largest difference at the cut; default: the bundle's own on float32, 1 (one code) on a quantised device, whose rare peaks are clipped.",
  ),
  min_code_agreement: z.number().min(0).max(1).optional().describe(
    "Share of golden windows whose code a quantised device must reproduce; default: what the int8 estimate reaches on " +
      "them, some of which lie close to a boundary on purpose, less an eighth.",
  ),
  budget_p95_ms: z.number().positive().optional().describe(
    "p95, back to back, that the measurement is compared with.",
  ),
  measure_power: z.enum(["auto", "off"]).default("auto").describe(
    "Whether to ask the board for its power.",
  ),
  on_device_missing: z.enum(["skip", "fail"]).default("skip").describe(
    "Whether an absent device skips the measurement or fails the step.",
  ),
  timeout: z.number().positive().default(300).describe("Seconds for each conversation with the device."),
  keep_remote: z.boolean().default(false).describe("Leave the run's folder on the device."),
});

export default defineStep({
  type: "benchmark-on-device",
  summary: "Check golden windows, then measure latency on this machine or on a device",
  inputs: { bundle: OnnxBundle, hef: optional(Hef) },
  params,
  outputs: { benchmark: Benchmark },
  resources: { exclusive: true },
  usualSeconds: 4,
  measures: true,
  permissions: (params) => {
    const chosen = chooseTarget(params.target);
    return chosen?.target.permissions(chosen.address) ?? {};
  },
  files: (params) => {
    const chosen = chooseTarget(params.target);
    const programs = chosen?.target.programs(chosen.address) ?? null;
    return programs === null ? [] : [{ name: "device", pattern: programs }];
  },
  check: (params) => {
    const chosen = chooseTarget(params.target);
    return (chosen?.target.addressProblems(chosen.address) ?? []).map(({ field, message }) => ({
      path: ["target", field],
      message,
    }));
  },
  // The numbers belong to the machine they were measured on; another machine, or a device that has come back, measures
  // again.
  environment: async ({ target, expect_arch }) => {
    const chosen = chooseTarget(target);
    return await chosen?.target.probe(chosen.address, expect_arch) ?? {};
  },
  async run({ params, inputDirs, files, out, log, warn, progress, signal }) {
    const { benchmarkMetrics, describeHeadline } = await import("../device/benchmark_report.ts");
    const { measure } = await import("../device/measure.ts");
    const dir = out("benchmark");
    const report = await measure(chooseTarget(params.target), {
      bundle: inputDirs.bundle!,
      compiled: inputDirs.hef,
      programs: files.device ?? [],
      ...camelKeys(params),
      architecture: params.expect_arch,
      measurePower: params.measure_power === "auto",
      signal,
      progress: (message, fraction) => progress({ message, fraction }),
    }, dir);
    if (report.reason !== undefined) warn(`not measured: ${report.reason.code}: ${report.reason.message}`);
    report.warnings.forEach(warn);
    const said = describeHeadline(report);
    if (said !== undefined) log(said);
    const { status, origin, kind, device } = report;
    // A copy for whoever lists artifacts; judges and reports read `metrics.json`. A header has no room for an origin,
    // so the times of a stand-in stay out of it.
    const numbers = origin === "measured" ? Object.entries(benchmarkMetrics(report).metrics) : [];
    const meta = {
      status,
      origin,
      kind,
      device,
      reason: report.reason?.code ?? null,
      ...Object.fromEntries(numbers.map(([name, { value }]) => [name, value])),
    };
    return { benchmark: { dir, header: { type: "Benchmark", version: 1, meta } } };
  },
});
