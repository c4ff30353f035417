/** Measures a bundle on this machine's CPU with onnxruntime: the same scaling, cut and host head as on a device. */
import { join } from "node:path";
import { openSession } from "../onnx/runtime.ts";
import type { Arrival, BenchmarkReport, SelfTest } from "../artifacts/benchmark.ts";
import { bundleFiles } from "../artifacts/onnx_bundle.ts";
import type { Series } from "./benchmark_report.ts";
import { type DeviceBundle, readBundle } from "../hailo/bundle.ts";
import { HailoError } from "../hailo/error.ts";
import { runLoop } from "./timed_loop.ts";
import { machineFacts, machineState } from "./local_machine.ts";
import { type DevicePart, fullModelError, selfTest } from "./golden_windows.ts";

/** What to measure. */
export interface CpuOptions {
  modes: Arrival[];
  iterations: number;
  warmup: number;
  /** Sessions, each opened afresh. */
  launches: number;
  /** Windows per second when paced; unused without a paced loop. */
  pacedHz: number;
  pacedIterations: number;
  /** Time for all back-to-back loops; later launches are left out, never shortened below 20 windows. */
  maxSeconds: number;
  tolerance?: number;
  signal?: AbortSignal;
  progress?: (message: string, fraction: number) => void;
}

/** Self-test, warm-up and timed loops; batch 1, one thread. */
export async function benchmarkCpu(
  dir: string,
  options: CpuOptions,
): Promise<{ report: BenchmarkReport; series: Series[] }> {
  const bundle = await readBundle(dir);
  const bytes = await Deno.readFile(join(dir, bundleFiles.device));
  const tolerance = { maxAbs: options.tolerance ?? bundle.golden.tolerance, codeAgreement: 1 };
  const before = machineState();
  const series: Series[] = [];
  const warnings: string[] = [];
  let spent = 0; // seconds in back-to-back loops
  const left = () => options.maxSeconds - spent;
  let runtime = "";
  let check;
  for (let launch = 1; launch <= options.launches; launch++) {
    if (launch > 1 && left() <= 0) {
      warnings.push(
        `${
          options.launches - launch + 1
        } of ${options.launches} launches left out after ${options.maxSeconds} s`,
      );
      break;
    }
    const session = await openSession(bytes, { threads: 1 });
    runtime = `${session.provider} ${session.version}`;
    const [output] = session.outputNames;
    const device: DevicePart = async (data) =>
      (await session.run({ [session.inputNames[0]]: { data, shape: bundle.input } }))[output]
        .data as Float32Array;
    try {
      check ??= await checkGolden(bundle, device, tolerance);
      for (const mode of options.modes) {
        const paced = mode === "paced";
        const iterations = paced ? options.pacedIterations : options.iterations;
        const start = performance.now();
        const result = await runLoop(bundle, device, {
          arrival: mode,
          iterations,
          warmup: options.warmup,
          warmupSeconds: paced ? 0 : 1,
          pacedHz: options.pacedHz,
          maxSeconds: Math.max(1, left()),
          signal: options.signal,
          onProgress: (done) =>
            options.progress?.(
              `${mode} · launch ${launch}/${options.launches} · ${done}/${iterations}`,
              (launch - 1 + (paced ? 0.5 : 0) + done / iterations / 2) / options.launches,
            ),
        });
        if (!paced) spent += (performance.now() - start) / 1000;
        series.push({ mode, launch, ...result });
      }
    } finally {
      await session.release();
    }
  }
  return { series, report: localReport(runtime, check!, before, warnings) };
}

/** Device part with host head, and the full model, on the golden windows. */
async function checkGolden(
  bundle: DeviceBundle,
  device: DevicePart,
  tolerance: SelfTest["tolerance"],
): Promise<SelfTest> {
  const check = await selfTest(bundle, device, tolerance);
  const session = await openSession(await Deno.readFile(join(bundle.dir, bundleFiles.full)), { threads: 1 });
  const output = session.outputNames.includes("predictions") ? "predictions" : "latent";
  const full: DevicePart = async (data) =>
    (await session.run({ [session.inputNames[0]]: { data, shape: bundle.input } }, [output]))[output]
      .data as Float32Array;
  try {
    check.fullMaxAbsError = await fullModelError(bundle, full);
  } finally {
    await session.release();
  }
  if (check.passed && (check.fullMaxAbsError ?? 0) <= tolerance.maxAbs) return check;
  const { maxAbsError, codeAgreement, fullMaxAbsError } = check;
  throw new HailoError(
    "SELFTEST_FAILED",
    `largest difference ${maxAbsError} at the cut and ${fullMaxAbsError ?? "none"} in the full model, ` +
      `code agreement ${codeAgreement ?? "not applicable"}`,
    { maxAbsError, codeAgreement, fullMaxAbsError },
  );
}

function localReport(
  runtime: string,
  selftest: BenchmarkReport["selftest"],
  before: ReturnType<typeof machineState>,
  warnings: string[],
): BenchmarkReport {
  const facts = machineFacts();
  const after = machineState();
  const busy = before.load > facts.cores
    ? [
      `load average ${
        before.load.toFixed(1)
      } on ${facts.cores} cores at the start: the times hold waiting for others`,
    ]
    : [];
  return {
    schema: 1,
    origin: "measured",
    status: "measured",
    kind: "local",
    device: `${facts.cpu} (${runtime}, 1 thread)`,
    target: {
      ...facts,
      kernel: before.kernel,
      deno: before.deno,
      runtime,
      launchKind: "session",
    },
    hef: null,
    selftest,
    core: null,
    endToEnd: [],
    power: null,
    powerReason: "a CPU measurement has no power sensor of its own",
    thermal: { loadBefore: before.load, loadAfter: after.load },
    rawSamples: null,
    warnings: [...warnings, ...busy],
  };
}
