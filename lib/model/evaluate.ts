/** Runs an encoder over windows in batches, in their order. */
import type { Model } from "../artifacts/model.ts";
import type { Windows } from "../artifacts/windows.ts";
import type { Session } from "../onnx/runtime.ts";
import { gatherWindows } from "../signal/window/batch.ts";
import { type Encoded, runEncoder } from "./run_encoder.ts";

/**
 * Encodes the windows `rows`; memory beyond the result is one batch, whatever the number of windows.
 *
 * @param onBatch Called with the number of windows done.
 */
export async function encodeWindows(
  session: Session,
  model: Pick<Model, "architecture" | "scaler" | "batch">,
  windows: Windows,
  rows: ArrayLike<number>,
  options: {
    batch?: number;
    onBatch?: (done: number) => void;
    signal?: AbortSignal;
    /** Changes the scaled input of a batch in place before it is encoded. */
    perturb?: (input: Float32Array) => void;
  } = {},
): Promise<Encoded> {
  const { input, latent, classes } = model.architecture;
  const width = input[0] * input[1] * input[2];
  const wanted = options.batch ?? 256;
  // Runs of a fixed size are filled up only at the very end.
  const batch = model.batch === undefined ? wanted : Math.ceil(wanted / model.batch) * model.batch;
  const latents = new Float32Array(rows.length * latent);
  const logits = new Float32Array(rows.length * classes);
  const buffer = new Float32Array(Math.min(batch, rows.length) * width);
  for (let from = 0; from < rows.length; from += batch) {
    options.signal?.throwIfAborted();
    const some = Array.prototype.slice.call(rows, from, from + batch) as number[];
    gatherWindows(windows, some, model.scaler, buffer);
    const data = buffer.subarray(0, some.length * width);
    options.perturb?.(data);
    const out = await runEncoder(session, model, data);
    latents.set(out.latents, from * latent);
    logits.set(out.logits, from * classes);
    options.onBatch?.(from + some.length);
  }
  return { latents, logits };
}

/** Index of the largest logit of each row. */
export function argmaxRows(logits: Float32Array | Float64Array, classes: number): Int32Array {
  const best = new Int32Array(logits.length / classes);
  for (let i = 0; i < best.length; i++) {
    for (let c = 1; c < classes; c++) {
      if (logits[i * classes + c] > logits[i * classes + best[i]]) best[i] = c;
    }
  }
  return best;
}
