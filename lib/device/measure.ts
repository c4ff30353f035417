/** One measurement on any target, from its pace to its files: the part that no target does for itself. */
import type { BenchmarkReport } from "../artifacts/benchmark.ts";
import { readMetadata } from "../hailo/bundle.ts";
import { HailoError } from "../hailo/error.ts";
import { writeBenchmark } from "./benchmark_report.ts";
import { skippedBenchmark } from "./benchmark_skipped.ts";
import { choosePace } from "./pace.ts";
import type { BenchTask, Measured } from "./target.ts";
import type { ChosenTarget } from "./targets.ts";

/** What to measure; rate and number of the paced windows are asked for and decided here. */
export interface Measurement extends Omit<BenchTask, "pacedHz" | "pacedWindows"> {
  /** Windows per second when paced; the workflow's own rate when left out. */
  pacedHz?: number | undefined;
  /** Timed windows a launch when paced, at most. */
  pacedIterations: number;
  /** Seconds for all paced loops. */
  pacedSeconds: number;
  /** p95 that the measurement is compared with. */
  budgetP95Ms?: number | undefined;
  onDeviceMissing: "skip" | "fail";
}

/**
 * Measures and writes the Benchmark's files into `dir`.
 *
 * @param chosen `undefined` while there is no device yet.
 * @throws {InputError} when the device computes wrong values, or is absent and must not be.
 */
export async function measure(
  chosen: ChosenTarget | undefined,
  measurement: Measurement,
  dir: string,
): Promise<BenchmarkReport> {
  const { report, series } = await run(chosen, measurement);
  return await writeBenchmark(dir, report, series, measurement.budgetP95Ms);
}

async function run(chosen: ChosenTarget | undefined, measurement: Measurement): Promise<Measured> {
  const { pacedHz, pacedIterations, pacedSeconds, onDeviceMissing } = measurement;
  try {
    if (chosen === undefined) throw new HailoError("NO_TARGET_CONFIGURED", "target is none");
    const pace = choosePace(await readMetadata(measurement.bundle), {
      modes: measurement.modes,
      hz: pacedHz,
      windows: pacedIterations,
      launches: measurement.launches,
      seconds: pacedSeconds,
    });
    const { report, series } = await chosen.target.bench(chosen.address, {
      ...measurement,
      modes: pace.modes,
      pacedHz: pace.paced?.hz ?? 1,
      pacedWindows: pace.windows,
    });
    return {
      series,
      report: {
        ...report,
        ...(pace.paced === undefined ? {} : { paced: pace.paced }),
        warnings: [...report.warnings, ...pace.warnings],
      },
    };
  } catch (error) {
    return {
      report: skippedBenchmark(error, onDeviceMissing, chosen?.target.name ?? "none"),
      series: [],
    };
  }
}
