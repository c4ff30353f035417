/** What the compiled scales cost: the bundle's int8 estimate again, with the quantisation that the HEF itself names. */
import { join } from "node:path";
import { bundleFiles, type HostHeadFile } from "../../artifacts/onnx_bundle.ts";
import { readNpy } from "../../artifacts/npy.ts";
import { estimateRescaled, type RescaledEstimate } from "../../model/export/int8_rescale.ts";
import type { Hef, HefStream } from "./decode_hef.ts";

/** `int8_estimate_hef.json`: estimated on CPU with the HEF's scales, never measured on a device. */
export interface HefEstimate extends RescaledEstimate {
  name: "int8-cpu-estimate-hef-scales";
  origin: "estimated" | "simulated";
}

/**
 * Runs the estimate for a HEF of the bundle in `dir`.
 *
 * @returns `null` where the HEF's streams are not one 8-bit input and one 8-bit output, or the bundle has no estimate.
 */
export async function estimateWithHef(
  dir: string,
  hef: Hef,
  head: HostHeadFile,
  origin: HefEstimate["origin"],
): Promise<HefEstimate | null> {
  const [input, ...inputs] = hef.streams.filter((s) => s.direction === "input");
  const [output, ...outputs] = hef.streams.filter((s) => s.direction === "output");
  if (input?.bytes !== 1 || output?.bytes !== 1 || inputs.length + outputs.length > 0) return null;
  const scaleOf = ({ scale, zeroPoint }: HefStream) => ({ scale, zeroPoint: Math.round(zeroPoint) });
  let qdq: Uint8Array;
  try {
    qdq = await Deno.readFile(join(dir, bundleFiles.qdq));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const device = await Deno.readFile(join(dir, bundleFiles.device));
  const calibration = await readNpy(join(dir, bundleFiles.calibration), Float32Array);
  const scales = { window: scaleOf(input), cut: scaleOf(output) };
  const estimate = await estimateRescaled({ qdq, device }, scales, head, calibration);
  return { name: "int8-cpu-estimate-hef-scales", origin, ...estimate };
}
