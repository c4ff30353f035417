/** Measures a HEF on a Hailo-8 over SSH: probe, gate, upload, self-test, vendor's counters, own loops, clean-up. */
import { join } from "node:path";
import type { Arrival, BenchmarkReport, SelfTest } from "../../artifacts/benchmark.ts";
import { hefFiles, readCompileReport } from "../../artifacts/hef.ts";
import type { Series } from "../../device/benchmark_report.ts";
import { type CoreBenchmark, parseCore } from "./hailortcli_counters.ts";
import {
  type Device,
  type DeviceProbe,
  judgeDevice,
  pairingProblem,
  type RemoteRun,
  runFailure,
} from "./judge_probe.ts";
import { throttleBits, throttledDuring } from "./judge_probe.ts";
import { HailoError } from "../error.ts";
import { decodeHef, type Hef } from "../compile/decode_hef.ts";
import { isStandIn } from "../compile/hef_check.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import { Ssh, type SshOptions } from "./ssh.ts";
import { uploadArchive } from "./upload_archive.ts";

/** What to measure and where. */
export interface DeviceOptions {
  ssh: SshOptions;
  bundle: string;
  /** Directory of the Hef artifact. */
  hef: string;
  scripts: readonly { path: string; source: string }[];
  /** Name of the run's folder on the device: `[a-z0-9-]{1,64}`. */
  runName: string;
  expectArch: string;
  modes: Arrival[];
  iterations: number;
  warmup: number;
  warmupSeconds: number;
  launches: number;
  pacedHz: number;
  pacedIterations: number;
  coreSeconds: number;
  tolerance: { maxAbs: number; codeAgreement: number };
  measurePower: boolean;
  keepRemote: boolean;
  progress?: (message: string, fraction: number) => void;
}

/** Facts of a device that belong into the key of a measurement. */
export async function deviceIdentity(
  options: SshOptions,
  expectArch: string,
): Promise<Record<string, string | null>> {
  const ssh = new Ssh(options);
  await ssh.checkLocal();
  const device = judgeDevice(await ssh.ask("probe"), expectArch);
  const serial = device.serial === null ? null : await hashed(device.serial);
  return { architecture: device.architecture, firmware: device.firmware, hailort: device.hailort, serial };
}

/** Runs the whole conversation. Throws {@linkcode HailoError}; the run's folder is removed in every case. */
export async function benchmarkOverSsh(
  options: DeviceOptions,
): Promise<{ report: BenchmarkReport; series: Series[] }> {
  const { progress } = options;
  const { bytes, hef, sdk } = await readHef(options.hef, options.expectArch);
  const ssh = new Ssh(options.ssh);
  await ssh.checkLocal();
  progress?.("ask the device", 0.05);
  const before: DeviceProbe = await ssh.ask("probe");
  const device = judgeDevice(before, options.expectArch);
  const unpaired = pairingProblem(sdk, device.hailort);
  progress?.(unpaired ?? "upload", 0.1);
  const archive = await uploadArchive(options.bundle, bytes, options.scripts);
  try {
    const { bad } = await ssh.ask(
      "receive",
      { run: options.runName, sha256: await sha256(archive) },
      archive,
    );
    if (bad.length > 0) throw new HailoError("UPLOAD_FAILED", `damaged on the device: ${bad.join(", ")}`);
    progress?.("golden windows", 0.2);
    const selftest = await runSelfTest(ssh, options);
    progress?.("hailortcli benchmark", 0.3);
    const core = await runCore(ssh, options);
    const series: Series[] = [];
    const reports: BenchReport[] = [];
    for (let launch = 1; launch <= options.launches; launch++) {
      progress?.(`launch ${launch}/${options.launches}`, 0.4 + 0.5 * (launch - 1) / options.launches);
      const { report, samples } = await runBench(ssh, options, launch);
      reports.push(report);
      series.push(...samples);
    }
    const after: DeviceProbe = await ssh.ask("probe");
    const simulated = device.simulated || isStandIn(hef) || reports.some((r) => r.origin !== "measured");
    return {
      series,
      report: {
        schema: 1,
        origin: simulated ? "simulated" : "measured",
        status: "measured",
        kind: "hailo",
        device: [device.board, before.model].filter((t) => t !== null).join(" on "),
        target: await targetFacts(options, before, device),
        hef: { sha256: await sha256(bytes), sdkVersion: hef.sdkVersion, sdk, contexts: hef.contexts },
        selftest,
        core: { ...core, power: core.power === null ? null : { ...core.power } },
        endToEnd: [],
        power: options.measurePower ? core.power : null,
        ...(core.power !== null && options.measurePower ? {} : {
          powerReason: options.measurePower
            ? "the board has no power sensor"
            : "switched off by measure_power",
        }),
        thermal: thermalFacts(before, after, reports),
        rawSamples: null,
        warnings: [
          ...(unpaired === null ? [] : [unpaired]),
          ...(simulated ? ["SIMULATED – no Hailo hardware: these times are no measurements"] : []),
          ...(throttled(before, after) === true
            ? ["the device was throttled or under-volted during the run"]
            : []),
        ],
      },
    };
  } finally {
    // The signal may be the reason why we are here; cleaning up must still reach the device.
    if (!options.keepRemote) {
      await new Ssh({ ...options.ssh, signal: undefined, timeout: 30 }).ask("clean", { run: options.runName })
        .catch(() => {});
    }
  }
}

/** The HEF of a Hef artifact, for the expected architecture. @throws {HailoError} NO_HEF, HEF_CORRUPT, ARCH_MISMATCH. */
export async function readHef(dir: string, expectArch: string): Promise<{
  bytes: Uint8Array<ArrayBuffer>;
  hef: Hef;
  sdk: string | null;
}> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(join(dir, hefFiles.hef));
  } catch (cause) {
    throw new HailoError("NO_HEF", `the Hef artifact holds no ${hefFiles.hef}`, {}, { cause });
  }
  const report = await readCompileReport(dir);
  const hef = decodeHef(bytes);
  if (hef.architecture !== expectArch) {
    throw new HailoError(
      "ARCH_MISMATCH",
      `the HEF is for ${hef.architecture}, the device is a ${expectArch}`,
    );
  }
  return { bytes, hef, sdk: report.sdk };
}

async function runSelfTest(ssh: Ssh, options: DeviceOptions): Promise<SelfTest> {
  const { tolerance, runName } = options;
  const { run, report }: { run: RemoteRun; report: string | null } = await ssh.ask("selftest", {
    run: runName,
    tolerance: tolerance.maxAbs,
    agreement: tolerance.codeAgreement,
  });
  const result = parseJson("selftest.py", run, report);
  const { device, host_head: head, files } = result;
  if (device === null || device === undefined) {
    throw new HailoError(
      "PYHAILORT_MISSING",
      `the device part did not run: ${result.device_skipped?.join("; ")}`,
    );
  }
  if (!files.passed || !head.passed || !device.passed) {
    throw new HailoError(
      "SELFTEST_FAILED",
      `host part ${head.passed ? "right" : "wrong"}, largest difference ${device.max_abs_error}, ` +
        `code agreement ${device.code_agreement} (needed ${tolerance.maxAbs} and ${tolerance.codeAgreement})`,
      { selftest: result },
    );
  }
  return {
    n: device.n,
    maxAbsError: device.max_abs_error,
    meanAbsError: device.mean_abs_error,
    codeAgreement: device.code_agreement,
    labelAgreement: null,
    fullMaxAbsError: null,
    tolerance,
    passed: true,
  };
}

async function runCore(ssh: Ssh, options: DeviceOptions): Promise<CoreBenchmark> {
  const { run }: { run: RemoteRun } = await ssh.ask("core", {
    run: options.runName,
    core_seconds: options.coreSeconds,
  });
  if (run.rc !== 0) throw runFailure("hailortcli benchmark", run);
  return parseCore(run.out.replaceAll("\r", "\n"));
}

/** What `bench.py` writes, as far as it is used here. */
interface BenchReport {
  origin: "measured" | "simulated";
  selftest: { passed: boolean };
  series: { mode: Arrival; warmup: number; n: number }[];
  temperature?: { before: number | null; after: number | null };
}

async function runBench(ssh: Ssh, options: DeviceOptions, launch: number): Promise<{
  report: BenchReport;
  samples: Series[];
}> {
  const answer: { run: RemoteRun; report: string | null; samples: string | null } = await ssh.ask("bench", {
    run: options.runName,
    launch,
    iterations: options.modes.includes("back-to-back") ? options.iterations : 0,
    warmup: options.warmup,
    warmup_seconds: options.warmupSeconds,
    paced_iterations: options.modes.includes("paced") ? options.pacedIterations : 0,
    paced_hz: options.pacedHz,
    tolerance: options.tolerance.maxAbs,
    agreement: options.tolerance.codeAgreement,
  });
  const report: BenchReport = parseJson("bench.py", answer.run, answer.report);
  if (!report.selftest.passed) {
    throw new HailoError("SELFTEST_FAILED", "golden windows differ in the timed process");
  }
  const all = new Float64Array(Uint8Array.fromBase64(answer.samples ?? "").buffer);
  const rows = report.series.reduce((n, s) => n + s.n, 0);
  if (all.length !== 4 * rows) {
    throw new HailoError("OUTPUT_UNPARSABLE", `bench.py sent ${all.length} values for ${rows} windows`);
  }
  let at = 0;
  const samples = report.series.map(({ mode, warmup, n }) => {
    const part = all.slice(at, at += 4 * n);
    return { mode, launch, warmup, n, samples: part };
  });
  return { report, samples };
}

function parseJson(what: string, run: RemoteRun, text: string | null): any {
  if (run.timeout) throw new HailoError("TIMEOUT", `${what} did not end in time on the device`);
  try {
    if (text !== null) return JSON.parse(text);
  } catch (cause) {
    throw new HailoError("OUTPUT_UNPARSABLE", `${what} wrote no valid JSON`, {}, { cause });
  }
  throw runFailure(what, run.missing ? { ...run, missing: false } : run);
}

async function targetFacts(options: DeviceOptions, probe: DeviceProbe, device: Device) {
  return {
    arch: device.architecture,
    firmware: device.firmware,
    hailort: device.hailort,
    driver: device.driver,
    board: device.board,
    serial: device.serial === null ? null : await hashed(device.serial),
    host: await hashed(options.ssh.target.host), // names of machines stay private
    model: probe.model,
    kernel: probe.kernel,
    os: probe.os,
    python: probe.python,
    governor: probe.governor,
    pcie: device.pcie,
    launchKind: "process",
  };
}

async function hashed(text: string): Promise<string> {
  return (await sha256(new TextEncoder().encode(text))).slice(0, 12);
}

function throttled(before: DeviceProbe, after: DeviceProbe): boolean | null {
  return throttledDuring(throttleBits(before.throttled), throttleBits(after.throttled));
}

function thermalFacts(before: DeviceProbe, after: DeviceProbe, reports: BenchReport[]) {
  const chip = reports.map((r) => r.temperature);
  return {
    piBefore: before.temperature,
    piAfter: after.temperature,
    hailoBefore: chip[0]?.before ?? null,
    hailoAfter: chip.at(-1)?.after ?? null,
    throttledBefore: before.throttled,
    throttledAfter: after.throttled,
    throttled: throttled(before, after),
    loadBefore: before.load,
    loadAfter: after.load,
  };
}
