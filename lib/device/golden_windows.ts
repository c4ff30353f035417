/** Correctness before speed: golden windows must come out as packed, or no latency is published. */
import type { SelfTest } from "../artifacts/benchmark.ts";
import { scaleWindow } from "../hailo/bundle.ts";
import type { DeviceBundle } from "../hailo/bundle.ts";

/** Runs the device part: one scaled window `[C, S, L]` in, what the host head takes out. */
export type DevicePart = (scaled: Float32Array) => Promise<ArrayLike<number>>;

/** Runs all golden windows through scaling, device part and host head. */
export async function selfTest(
  bundle: DeviceBundle,
  device: DevicePart,
  tolerance: SelfTest["tolerance"],
): Promise<SelfTest> {
  const { golden, head, metadata, input } = bundle;
  const size = input[1] * input[2] * input[3];
  const d = head.given;
  const scaled = new Float32Array(size);
  let [max, sum, codes, labels] = [0, 0, 0, 0];
  for (let i = 0; i < golden.n; i++) {
    scaleWindow(golden.inputs.subarray(i * size, (i + 1) * size), metadata.scaler, input[3], scaled);
    const given = await device(scaled);
    const expected = golden.device.subarray(i * d, (i + 1) * d);
    for (let j = 0; j < d; j++) {
      const error = Math.abs(given[j] - expected[j]);
      max = error > max || Number.isNaN(error) ? error : max;
      sum += error;
    }
    const [have, want] = [head.run(given), head.run(expected)];
    if (have.code === (golden.codes === null ? want.code : golden.codes[i])) codes++;
    if (have.label === want.label) labels++;
  }
  const codeAgreement = head.facts.levels === null ? null : codes / golden.n;
  return {
    n: golden.n,
    maxAbsError: max,
    meanAbsError: sum / (golden.n * d),
    codeAgreement,
    labelAgreement: head.facts.layers.length === 0 ? null : labels / golden.n,
    fullMaxAbsError: null,
    tolerance,
    passed: max <= tolerance.maxAbs && (codeAgreement ?? 1) >= tolerance.codeAgreement,
  };
}

/**
 * Largest difference between the full model's output on the raw golden windows and the packed one; `null` when the
 * bundle holds none.
 *
 * @param full Runs `model.full.onnx`: one raw window `[C, S, L]` in, predictions (or latent, without head) out.
 */
export async function fullModelError(bundle: DeviceBundle, full: DevicePart): Promise<number | null> {
  const { golden, input } = bundle;
  if (golden.full === null) return null;
  const size = input[1] * input[2] * input[3];
  const width = golden.full.length / golden.n;
  let worst = 0;
  for (let i = 0; i < golden.n; i++) {
    const values = await full(golden.inputs.subarray(i * size, (i + 1) * size));
    for (let j = 0; j < width; j++) {
      const error = Math.abs(values[j] - golden.full[i * width + j]);
      if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
    }
  }
  return worst;
}
