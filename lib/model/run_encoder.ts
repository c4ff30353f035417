/** Runs an encoder on windows, as many at a time as its file takes. */
import type { Model } from "../artifacts/model.ts";
import type { Session } from "../onnx/runtime.ts";

/** What the encoder says of each window. */
export interface Encoded {
  /** float32 `[n, d]`. */
  latents: Float32Array;
  /** float32 `[n, classes]`; empty without head. */
  logits: Float32Array;
}

/**
 * Encodes scaled windows. Where the file takes a fixed number of them, the last run is filled up with zeros.
 *
 * @param windows float32 `[n, C, S, L]`.
 */
export async function runEncoder(
  session: Session,
  { architecture: { input, latent, classes }, batch }: Pick<Model, "architecture" | "batch">,
  windows: Float32Array,
): Promise<Encoded> {
  const width = input[0] * input[1] * input[2];
  const n = windows.length / width;
  const most = batch ?? n;
  const latents = new Float32Array(n * latent);
  const logits = new Float32Array(n * classes);
  for (let from = 0; from < n; from += most) {
    const some = Math.min(most, n - from);
    let data = windows.subarray(from * width, (from + some) * width);
    if (some < most) {
      const filled = new Float32Array(most * width);
      filled.set(data);
      data = filled;
    }
    const out = await session.run({ window: { data, shape: [most, ...input] } });
    latents.set((out.latent.data as Float32Array).subarray(0, some * latent), from * latent);
    if (classes > 0) {
      logits.set((out.logits.data as Float32Array).subarray(0, some * classes), from * classes);
    }
  }
  return { latents, logits };
}
