/** The compiler's model script (`.alls`): one command a line, and it replaces all defaults, so it is written whole. */

/** What the script decides. */
export interface ScriptOptions {
  /** 0 to 4; above 0 the compiler needs a GPU and 1024 windows, and trains. */
  optimizationLevel: number;
  /** 0 to 5. */
  compressionLevel: number;
  /** Number of calibration windows to use; the compiler's own default is only 64. */
  calibsetSize: number;
  compilerLevel: "default" | "max";
  outputPrecision: "a8_w8" | "a16_w16";
  /** Names of the output layers in the compiler's own graph; known after parsing, `output_layer<i>` before. */
  outputLayers: string[];
  /** Layers whose output range is known analytically, by the compiler's own layer names. */
  clipping?: { layer: string; min: number; max: number }[];
}

/**
 * Writes the script.
 *
 * ```ts
 * import { modelScript } from "./model_script.ts";
 * import assert from "node:assert/strict";
 * const text = modelScript({
 *   optimizationLevel: 0, compressionLevel: 0, calibsetSize: 1024, compilerLevel: "default",
 *   outputPrecision: "a8_w8", outputLayers: ["output_layer1"],
 * });
 * assert.match(text, /^model_optimization_config\(calibration, batch_size=8, calibset_size=1024\)$/m);
 * ```
 */
export function modelScript(options: ScriptOptions): string {
  const { optimizationLevel, compressionLevel } = options;
  const lines = [
    `model_optimization_flavor(optimization_level=${optimizationLevel}, compression_level=${compressionLevel})`,
    `model_optimization_config(calibration, batch_size=8, calibset_size=${options.calibsetSize})`,
    ...(options.clipping ?? []).map(({ layer, min, max }) =>
      `pre_quantization_optimization(activation_clipping, layers=[${layer}], mode=manual, ` +
      `clipping_values=[${min}, ${max}])`
    ),
    "post_quantization_optimization(bias_correction, policy=enabled)",
    // Fine-tuning is training: it has made networks worse with a clean exit, so it is asked for by level only.
    `post_quantization_optimization(finetune, policy=${optimizationLevel >= 2 ? "enabled" : "disabled"})`,
  ];
  if (options.outputPrecision !== "a8_w8") {
    for (const layer of options.outputLayers) {
      lines.push(`quantization_param(${layer}, precision_mode=${options.outputPrecision})`);
    }
  }
  if (options.compilerLevel === "max") lines.push("performance_param(compiler_optimization_level=max)");
  return lines.join("\n") + "\n";
}
