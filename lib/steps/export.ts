/** `export`: a model as ONNX files for hosts and devices, with self-test and parity proof. */
import { z } from "zod";
import { OnnxBundle } from "../artifacts/onnx_bundle.ts";
import { Model } from "../artifacts/model.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "export",
  summary: "Write a model as ONNX files with self-test, calibration data and parity proof",
  inputs: { model: Model, windows: Windows, split: optional(Split) },
  params: z.strictObject({
    parity_windows: z.int().min(1).default(128).describe(
      "Windows on which the exported files must agree with the trained network; the export fails if they do not.",
    ),
    calibration_windows: z.int().min(1).max(8192).default(1024).describe(
      "Training windows, at most, that the compiler and the int8 estimate take ranges from.",
    ),
    selftest_windows: z.int().min(16).max(1024).default(24).describe(
      "Golden windows with expected outputs: some of each class and some close to a rounding boundary.",
    ),
    int8_windows: z.int().min(1).default(4000).describe(
      "Windows, at most, of the int8 estimate; of the test part where a split is connected.",
    ),
    tfjs: z.boolean().default(false).describe(
      "Write the encoder also as model.json of TensorFlow.js: scaled windows in, latent out.",
    ),
  }),
  outputs: { bundle: OnnxBundle },
  usualSeconds: 4,
  deploys: true,
  random: true,
  permissions: { ffi: true },
  async run({ inputs: { model, windows, split }, params, rng, out, progress, log, warn }) {
    const { exportBundle } = await import("../model/export/export.ts");
    const dir = out("bundle");
    const { parity, int8, warnings } = await exportBundle(
      dir,
      model,
      windows,
      split,
      {
        parityWindows: params.parity_windows,
        calibrationWindows: params.calibration_windows,
        selftestWindows: params.selftest_windows,
        int8Windows: params.int8_windows,
        tfjs: params.tfjs,
      },
      rng,
      (fraction, message) => progress({ fraction, message }),
    );
    warnings.forEach(warn);
    log(`parity: largest difference ${parity.max_abs_difference.toExponential(2)} on ${parity.n} windows`);
    return {
      bundle: {
        dir,
        header: {
          type: "OnnxBundle",
          version: 1,
          meta: {
            levels: model.architecture.levels,
            labels: model.labels,
            parameters: model.parameters,
            parity: { n: parity.n, max_abs_difference: parity.max_abs_difference, passed: parity.passed },
            int8: int8.map(({ weights, n, code_agreement, accuracy_int8 }) => ({
              weights,
              n,
              code_agreement,
              accuracy_int8,
            })),
          },
        },
      },
    };
  },
});
