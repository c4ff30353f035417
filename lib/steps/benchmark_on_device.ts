import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import { Benchmark } from "../artifacts/benchmark.ts";
import { OnnxBundle } from "../artifacts/bundles.ts";
import { Hef } from "../artifacts/hef.ts";
import { machineFacts, machinePermissions } from "../hailo/device/machine.ts";
import { HailoError } from "../hailo/error.ts";
import { type SshTarget, targetProblems } from "../hailo/device/target.ts";
import { sessionPermissions } from "../onnx/runtime.ts";
import { defineStep, optional, type StepContext } from "./define.ts";

/** The program that answers on a device, and the scripts that it runs there. */
const deviceFolder = fileURLToPath(new URL("../../hailo", import.meta.url));

const sshTarget = z.strictObject({
  host: z.string().describe("Host name or address of the device."),
  user: z.string().describe("User on the device; needs no root."),
  port: z.int().default(22).describe("SSH port."),
  identity_file: z.string().describe("Private key, readable by its owner only."),
  known_hosts_file: z.string().describe("File that holds the device's host key."),
  ssh_config_file: z.string().optional().describe("Configuration file for ssh; none is read without it."),
});

const inputs = { bundle: OnnxBundle, hef: optional(Hef) };

const params = z.strictObject({
  target: z.union([z.enum(["local", "none"]), sshTarget]).default("local").describe(
    "`local` for this machine's CPU, an SSH target with a Hailo-8, or `none` while there is no device yet.",
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
    "How windows arrive: each after the last, or one a period.",
  ),
  paced_hz: z.number().positive().max(1000).default(100).describe("Windows per second when paced."),
  paced_iterations: z.int().min(20).default(50).describe("Timed windows a launch when paced."),
  max_seconds: z.number().positive().default(6).describe("Time for all loops on this machine."),
  core_seconds: z.int().min(1).default(5).describe(
    "Seconds of each phase of `hailortcli benchmark` on the device.",
  ),
  max_abs_error: z.number().positive().optional().describe(
    "Largest difference at the cut; default: the bundle's own on float32, 1 (one code) on a quantised device, whose rare peaks are clipped.",
  ),
  min_code_agreement: z.number().min(0).max(1).default(0.75).describe(
    "Share of golden windows whose code a quantised device must reproduce; some lie close to a boundary on purpose.",
  ),
  budget_p95_ms: z.number().positive().optional().describe("p95 that the measurement is compared with."),
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
  summary: "Check golden windows, then measure latency on this machine or on a Hailo-8 over SSH",
  inputs,
  params,
  outputs: { benchmark: Benchmark },
  resources: { exclusive: true },
  permissions: ({ target }) => ({
    ...sessionPermissions,
    sys: machinePermissions,
    env: environmentNames,
    ...(typeof target === "string" ? {} : {
      run: ["ssh", "ssh-keygen"],
      read: [
        deviceFolder,
        target.identity_file,
        target.known_hosts_file,
        ...(target.ssh_config_file === undefined ? [] : [target.ssh_config_file]),
      ],
    }),
  }),
  files: ({ target }) => typeof target === "string" ? [] : [{ name: "device", pattern: deviceFolder }],
  check: ({ target }) =>
    typeof target === "string" ? [] : targetProblems(target).map(({ field, message }) => ({
      path: ["target", field],
      message,
    })),
  // The numbers belong to the machine they were measured on; another machine, or a device that has come back, measures
  // again.
  environment: async ({ target, expect_arch }): Promise<Record<string, Json>> => {
    if (target === "local") return { machine: { ...machineFacts() } };
    if (target === "none") return {};
    const { deviceIdentity } = await import("../hailo/device/benchmark_device.ts");
    try {
      const options = {
        target,
        agent: await agentText(),
        timeout: 30,
        connectTimeout: 5,
        env: toolEnvironment(),
      };
      return { device: await deviceIdentity(options, expect_arch) };
    } catch (error) {
      if (error instanceof HailoError) return { device: error.code };
      throw error;
    }
  },
  async run(context) {
    const { params, out, log, warn } = context;
    const { benchmarkMetrics, writeBenchmark, headline } = await import("../hailo/device/benchmark.ts");
    const dir = out("benchmark");
    const { report: draft, series } = params.target === "local"
      ? await runLocal(context)
      : await runRemote(context, params.target);
    const report = await writeBenchmark(dir, draft, series, params.budget_p95_ms);
    if (report.reason !== undefined) warn(`not measured: ${report.reason.code}: ${report.reason.message}`);
    report.warnings.forEach(warn);
    const row = headline(report);
    if (row !== undefined) {
      const [p50, p95, p99] = [row.p50, row.p95, row.p99].map((ms) => ms.toFixed(3));
      log(
        `p50 ${p50} · p95 ${p95} · p99 ${p99} ms over ${row.n} windows on ${report.device}, ${report.origin}`,
      );
    }
    const { status, origin, kind, device } = report;
    // Alerts judge the numbers of the header; those of a stand-in must trip none.
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

type Context = StepContext<typeof inputs, z.output<typeof params>>;

async function runLocal({ params, inputDirs, progress, signal }: Context) {
  const { benchmarkLocal } = await import("../hailo/device/benchmark_local.ts");
  return await benchmarkLocal(inputDirs.bundle!, {
    modes: params.modes,
    iterations: params.iterations,
    warmup: params.warmup,
    launches: params.launches,
    pacedHz: params.paced_hz,
    pacedIterations: params.paced_iterations,
    maxSeconds: params.max_seconds,
    tolerance: params.max_abs_error,
    signal,
    progress: (message, fraction) => progress({ message, fraction }),
  });
}

async function runRemote(
  { params, inputDirs, files, progress, signal }: Context,
  target: SshTarget | "none",
) {
  const { benchmarkDevice } = await import("../hailo/device/benchmark_device.ts");
  const { skippedBenchmark } = await import("../hailo/device/benchmark_policy.ts");
  if (target === "none") {
    const error = new HailoError("NO_TARGET_CONFIGURED", "target is none");
    return { report: skippedBenchmark(error, params.on_device_missing), series: [] };
  }
  const scripts = files.device.map((source) => ({
    path: relative(join(deviceFolder, "package"), source),
    source,
  }))
    .filter(({ path }) => path.startsWith("scripts/") && path.endsWith(".py"));
  try {
    if (inputDirs.hef === undefined) throw new HailoError("NO_HEF", "no hef is connected to this step");
    return await benchmarkDevice({
      ssh: { target, agent: await agentText(), timeout: params.timeout, env: toolEnvironment(), signal },
      bundle: inputDirs.bundle!,
      hef: inputDirs.hef,
      scripts,
      // Two runs at once must not share a folder; the name appears in no result.
      runName: `run-${crypto.randomUUID()}`,
      expectArch: params.expect_arch,
      modes: params.modes,
      iterations: params.iterations,
      warmup: params.warmup,
      warmupSeconds: 1,
      launches: params.launches,
      pacedHz: params.paced_hz,
      pacedIterations: params.paced_iterations,
      coreSeconds: params.core_seconds,
      tolerance: { maxAbs: params.max_abs_error ?? 1, codeAgreement: params.min_code_agreement },
      measurePower: params.measure_power === "auto",
      keepRemote: params.keep_remote,
      progress: (message, fraction) => progress({ message, fraction }),
    });
  } catch (error) {
    return { report: skippedBenchmark(error, params.on_device_missing), series: [] };
  }
}

function agentText(): Promise<string> {
  return Deno.readTextFile(join(deviceFolder, "agent.py"));
}

/** Only these variables reach ssh; no agent, no display, no language. */
const environmentNames = ["PATH", "HOME"];

function toolEnvironment(): Record<string, string> {
  return Object.fromEntries(environmentNames.map((name) => [name, Deno.env.get(name) ?? ""]));
}
