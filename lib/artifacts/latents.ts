/** Latents: what the encoder says of each window, before quantisation. */
import { join } from "node:path";
import type { ArtifactType, Json } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";

export interface Latents {
  /** float32 `[N, d]`, before the bound. */
  latents: Float32Array;
  dimensions: number;
  /** float32 `[N, classes]`, raw (temperature not applied); absent for an encoder without head. */
  logits?: Float32Array;
  /** Class names in the order of the logits. */
  classes: string[];
  /** Divide the logits by this before the softmax; the model's own temperature when absent. */
  temperature?: number;
  /** Where they were computed: runtime, its version, threads. */
  details: { [key: string]: Json };
}

/** Files: `latents.npy`, `logits.npy` where the model has a head. */
export const Latents: ArtifactType<Latents> = {
  name: "Latents",
  version: 1,
  summary: "Latent vectors of windows before quantisation",
  async write(dir, { latents, dimensions, logits, classes, temperature, details }) {
    const n = latents.length / dimensions;
    await writeNpy(join(dir, "latents.npy"), latents, [n, dimensions]);
    if (logits !== undefined) await writeNpy(join(dir, "logits.npy"), logits, [n, classes.length]);
    await writeHeader(dir, {
      type: "Latents",
      version: 1,
      meta: {
        windows: n,
        dimensions,
        classes,
        ...(temperature === undefined ? {} : { temperature }),
        details,
      },
    });
  },
  async read(dir) {
    const { meta } = await readHeader(dir, "Latents", 1);
    const classes = meta.classes as string[];
    const value: Latents = {
      latents: (await readNpy(join(dir, "latents.npy"), Float32Array)).data,
      dimensions: meta.dimensions as number,
      classes,
      ...(meta.temperature === undefined ? {} : { temperature: meta.temperature as number }),
      details: meta.details as { [key: string]: Json },
    };
    if (classes.length > 0) value.logits = (await readNpy(join(dir, "logits.npy"), Float32Array)).data;
    return value;
  },
};
