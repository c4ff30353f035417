/** The int8 estimate again, with the scales that a compiled file really uses at its input and output. */
import type { NpyArray } from "../../artifacts/npy.ts";
import type { HostHeadFile } from "../../artifacts/onnx_bundle.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { replaceInitializers } from "../../onnx/edit.ts";
import { openSession } from "../../onnx/runtime.ts";
import { boundedFrom } from "./host_front.ts";
import type { Scale } from "./int8_scales.ts";

/** Scales of a compiled file, e.g. of the streams of a HEF. */
export interface CompiledScales {
  window: Scale;
  /** Of what leaves the device. */
  cut: Scale;
}

/** The device part with 8-bit arithmetic against the float device part, on calibration windows. */
export interface RescaledEstimate {
  n: number;
  /** Share of input values that the compiled input scale cuts off. */
  input_clipped: number;
  max_abs_error: number;
  mean_abs_error: number;
  snr_db: number | null;
  /** Share of windows with the same code; `null` without quantiser. */
  code_agreement: number | null;
  /** Whether the compiled output scale can hold every level of every dimension; `null` without quantiser. */
  levels_reachable: boolean | null;
}

/** Puts the scales of a compiled file into `model.qdq.onnx`. */
export function rescaleQdq(
  qdq: Uint8Array,
  scales: CompiledScales,
  { front, levels }: Pick<HostHeadFile, "front" | "levels">,
): Uint8Array<ArrayBuffer> {
  const cut = front !== undefined ? "maps" : levels === null ? "projection" : "fsq.bounded";
  const values = (name: string, { scale, zeroPoint }: Scale) => ({
    [`${name}.scale`]: new Float32Array([scale]),
    [`${name}.zero_point`]: new Uint8Array([zeroPoint]),
  });
  return replaceInitializers(qdq, { ...values("window", scales.window), ...values(cut, scales.cut) });
}

/**
 * Compares the rescaled estimate with the float device part.
 *
 * @param calibration float32 NHWC `[n, S, L, C]`, scaled, as in the bundle.
 */
export async function estimateRescaled(
  files: { qdq: Uint8Array; device: Uint8Array },
  scales: CompiledScales,
  head: HostHeadFile,
  calibration: NpyArray<Float32Array>,
  limit = 256,
): Promise<RescaledEstimate> {
  const [total, sensors, length, channels] = calibration.shape;
  const n = Math.min(total, limit);
  const size = sensors * length * channels;
  const { levels } = head;
  const quantizer = levels === null ? undefined : new Quantizer(levels);
  const boundedOf = boundedFrom(head);
  const float = await openSession(files.device);
  const int8 = await openSession(rescaleQdq(files.qdq, scales, head), { optimization: "basic" })
    .catch(async (error) => {
      await float.release();
      throw error;
    });
  const window = new Float32Array(size);
  const shape = [1, channels, sensors, length];
  let [worst, sum, count, signal, noise, same, cut] = [0, 0, 0, 0, 0, 0, 0];
  const { scale, zeroPoint } = scales.window;
  const [low, high] = [(-0.5 - zeroPoint) * scale, (255.5 - zeroPoint) * scale];
  try {
    for (let i = 0; i < n; i++) {
      const nhwc = calibration.data.subarray(i * size, (i + 1) * size);
      for (let p = 0, k = 0; p < sensors * length; p++) {
        for (let c = 0; c < channels; c++, k++) window[c * sensors * length + p] = nhwc[k];
      }
      for (const v of nhwc) cut += Number(v < low || v > high);
      const feeds = { window: { data: window, shape } };
      const expected = boundedOf(Object.values(await float.run(feeds))[0].data as Float32Array);
      const got = (await int8.run(feeds, ["bounded"])).bounded.data as Float32Array;
      for (let j = 0; j < expected.length; j++) {
        const error = Math.abs(got[j] - expected[j]);
        worst = Math.max(worst, error);
        sum += error;
        signal += expected[j] ** 2;
        noise += error ** 2;
      }
      count += expected.length;
      same += Number(quantizer?.codeOfBounded(expected) === quantizer?.codeOfBounded(got));
    }
  } finally {
    await float.release();
    await int8.release();
  }
  return {
    n,
    input_clipped: cut / (n * size),
    max_abs_error: worst,
    mean_abs_error: sum / count,
    snr_db: noise === 0 ? null : 10 * Math.log10(signal / noise),
    code_agreement: quantizer === undefined ? null : same / n,
    levels_reachable: quantizer === undefined
      ? null
      : head.front !== undefined || reachable(quantizer, scales.cut),
  };
}

/** The outermost levels round correctly only if the scale reaches beyond their inner boundary. */
function reachable(quantizer: Quantizer, { scale, zeroPoint }: Scale): boolean {
  const [low, high] = [(0 - zeroPoint) * scale, (255 - zeroPoint) * scale];
  return quantizer.constants.every(({ level, halfWidth }) =>
    low < -halfWidth + 0.5 && high > level - 1 - halfWidth - 0.5
  );
}
