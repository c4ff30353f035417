/**
 * Steps that drive a compiler or a device, whose effects their own tests show on stand-ins, and the package, which is made
 * of files alone.
 */
import benchmark from "../../../lib/steps/benchmark_on_device.ts";
import compile from "../../../lib/steps/compile_hailo.ts";
import packageStep from "../../../lib/steps/package.ts";
import { sampleBundle } from "../../hailo/sample_bundle.ts";
import { fileURLToPath } from "node:url";
import { runOnDirectories } from "../hailo_steps.ts";
import { pair, type Tried } from "./trial.ts";

const compiling = (name: string) => ({ file: "tests/hailo/compile/compile_bundle_test.ts", name });
const onStep = (name: string) => ({ file: "tests/steps/compile_hailo_test.ts", name });
const overSsh = (name: string) => ({ file: "tests/hailo/device/benchmark_over_ssh_test.ts", name });
const measuring = (name: string) => ({ file: "tests/steps/benchmark_on_device_test.ts", name });
const pacing = (name: string) => ({ file: "tests/device/pace_test.ts", name });
const lessThanAsked = compiling(
  "compileBundle() warns where the compiler ended well but did less than asked",
);
const stages = compiling("T090 compileBundle() runs the three stages and judges the HEF by its content");
const runsTooLong = compiling("compileBundle() kills a stage that runs too long, and on cancel");
const probed = overSsh(
  "T097 benchmarkOverSsh() probes, checks golden windows, measures, and marks all of a stand-in as simulated",
);
const counted = measuring(
  "T066 T224 T225 T226 T227 T245 T256 T288 benchmark-on-device measures locally: golden windows first, raw samples kept",
);
const timing = "how long something is measured; what comes of it are other times, which no test may compare";

export const tried: Tried[] = [
  {
    step: compile,
    inputs: () => ({}),
    trials: {
      hw_arch: overSsh("benchmarkOverSsh() needs a HEF of the expected architecture"),
      net_name: stages,
      end_nodes: onStep("compile-hailo refuses end nodes that the graph does not end at"),
      optimization_level: lessThanAsked,
      compression_level: lessThanAsked,
      compiler_level: lessThanAsked,
      output_precision: lessThanAsked,
      calibset_size: onStep("compile-hailo says how many calibration windows are too few"),
      min_calibration: onStep("compile-hailo says how many calibration windows are too few"),
      allow_random_calibration: compiling("compileBundle() never publishes a HEF from random calibration"),
      require_requested_level: lessThanAsked,
      hef: compiling("compileBundle() checks a HEF that was compiled elsewhere instead of compiling"),
      on_sdk_missing: onStep("compile-hailo fails when the compiler is required and absent"),
      "sdk.program": onStep("T095 compile-hailo without the compiler ends as skipped-no-sdk, visibly"),
      "sdk.min_version":
        "limits of versions: SDK_TOO_OLD and SDK_WRONG_LINE in tests/hailo/compile/compile_bundle_test.ts",
      "sdk.max_major":
        "limits of versions: SDK_TOO_OLD and SDK_WRONG_LINE in tests/hailo/compile/compile_bundle_test.ts",
      "timeouts.parse": runsTooLong,
      "timeouts.optimize": runsTooLong,
      "timeouts.compile": runsTooLong,
    },
  },
  {
    step: benchmark,
    inputs: () => ({}),
    trials: {
      target: measuring("benchmark-on-device without a device or a HEF says why nothing was measured"),
      expect_arch: overSsh("benchmarkOverSsh() needs a HEF of the expected architecture"),
      iterations: counted,
      warmup: timing,
      launches: probed,
      modes: counted,
      paced_hz: pacing(
        "choosePace() runs at the workflow's own rate, and at another only where a parameter says so",
      ),
      paced_iterations: pacing(
        "choosePace() times as many windows as fit into the time, at least one a launch",
      ),
      paced_seconds: pacing("choosePace() times as many windows as fit into the time, at least one a launch"),
      max_seconds: timing,
      core_seconds: timing,
      max_abs_error: measuring("benchmark-on-device publishes no latency when the ${part} model is wrong"),
      min_code_agreement: measuring(
        "benchmark-on-device publishes no latency when the ${part} model is wrong",
      ),
      budget_p95_ms: measuring("benchmark-on-device compares p95 with a budget"),
      measure_power: probed,
      on_device_missing: overSsh(
        "skippedBenchmark() skips an absent device but never a changed key or a wrong model",
      ),
      timeout: overSsh("benchmarkOverSsh() stops waiting for a device that does not answer, and on cancel"),
      keep_remote: "whether files stay on the device, of which nothing is published",
    },
  },
  {
    step: packageStep,
    inputs: () => ({}),
    run: async (params, out) =>
      await runOnDirectories(packageStep, { bundle: await sampleBundle() }, params, out),
    trials: {
      name: pair("one", "two"),
      version: pair("0.1.0", "0.2.0"),
      license: pair("MIT", "Apache-2.0"),
      license_file: pair(undefined, fileURLToPath(new URL("../../../LICENSE", import.meta.url))),
      targets: pair(["hailo8", "cpu"], ["cpu"]),
      calibration: pair("include", "name"),
      golden: pair("recorded", "simulated"),
    },
  },
];
