/** When a device benchmark is skipped with its reason, and when it fails. */
import type { BenchmarkReport } from "../artifacts/benchmark.ts";
import { notMeasured } from "./benchmark_report.ts";
import { type DeviceCode, deviceCodes, HailoError } from "../hailo/error.ts";

/** Never skipped: someone else may be answering, the model is wrong, or the user must change the workflow. */
const alwaysFail: ReadonlySet<string> = new Set([
  "HOST_KEY_CHANGED",
  "SELFTEST_FAILED",
  "TARGET_INVALID",
  "HEF_CORRUPT",
]);

/**
 * The report of a benchmark that could not be done.
 *
 * @param kind Name of the device target.
 * @throws the error itself when it must not be skipped.
 */
export function skippedBenchmark(
  error: unknown,
  onDeviceMissing: "skip" | "fail",
  kind: string,
): BenchmarkReport {
  if (
    !(error instanceof HailoError) || !(Object.hasOwn(deviceCodes, error.code) || error.code === "TIMEOUT")
  ) throw error;
  if (alwaysFail.has(error.code) || onDeviceMissing === "fail") throw error;
  const status = error.code === "NO_HEF" ? "skipped-no-hef" : "skipped-no-device";
  const message = error.message.split("\n", 1)[0].replace(`${error.code}: `, "");
  return notMeasured(kind, status, error.code as DeviceCode, message);
}
