/** `encode`: runs the encoder over all windows. */
import { z } from "zod";
import { Latents } from "../artifacts/latents.ts";
import { Model } from "../artifacts/model.ts";
import { Windows } from "../artifacts/windows.ts";
import { defineStep } from "./define.ts";

export default defineStep({
  type: "encode",
  summary: "Compute the latent vector and logits of each window",
  inputs: { windows: Windows, model: Model },
  params: z.strictObject({
    batch: z.int().min(1).max(65_536).default(256).describe(
      "Windows per run of the encoder; changes memory and speed, never the codes.",
    ),
    provider: z.enum(["auto", "onnxruntime-node", "onnxruntime-web"]).default("auto").describe(
      "ONNX runtime; auto takes the native one where it loads.",
    ),
  }),
  outputs: { latents: Latents },
  permissions: { ffi: true },
  map: "recording",
  async run({ inputs, params, threads, progress, signal, warn }) {
    const { fitWindows } = await import("../model/fit.ts");
    const { encodeWindows } = await import("../model/evaluate.ts");
    const { openSession } = await import("../onnx/runtime.ts");
    const { model } = inputs;
    const { windows, notes } = fitWindows(model, inputs.windows);
    notes.forEach(warn);
    const provider = params.provider === "auto" ? undefined : params.provider;
    const session = await openSession(model.onnx, { threads, provider });
    const n = windows.start.length;
    try {
      const { latents, logits } = await encodeWindows(
        session,
        model,
        windows,
        Int32Array.from({ length: n }, (_, i) => i),
        {
          batch: params.batch,
          signal,
          onBatch: (done) => progress({ fraction: done / n, message: `encode ${done}/${n} windows` }),
        },
      );
      const { classes, latent } = model.architecture;
      return {
        latents: {
          latents,
          dimensions: latent,
          ...(classes > 0 ? { logits } : {}),
          classes: classes > 0 ? model.labels : [],
          origin: windows.recordings.origin,
          details: { provider: session.provider, version: session.version, batch: params.batch },
        },
      };
    } finally {
      await session.release();
    }
  },
});
