/** Latents: what the encoder says of each window, before quantisation. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Json, Origin } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { checkJson, freeObject, objectOf } from "./read_json.ts";
import { common, shardedRows } from "./shards.ts";

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
  /** What the recordings are; absent for latents that were imported. */
  origin?: Extract<Origin, "measured" | "simulated">;
  /** Where they were computed: runtime, its version, threads. */
  details: { [key: string]: Json };
}

const metaSchema = () =>
  objectOf<Omit<Latents, "latents" | "logits">>({
    dimensions: z.int().min(1),
    classes: z.array(z.string()),
    temperature: z.number().optional(),
    origin: z.enum(["measured", "simulated"]).optional(),
    details: freeObject,
  });

/** Files: `latents.npy`, `logits.npy` where the model has a head. */
export const Latents: ArtifactType<Latents> = shardedRows(
  {
    name: "Latents",
    version: 1,
    summary: "Latent vectors of windows before quantisation",
    async write(dir, { latents, dimensions, logits, classes, temperature, origin, details }) {
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
          ...(origin === undefined ? {} : { origin }),
          details,
        },
      });
    },
    async read(dir) {
      const { meta } = await readHeader(dir, "Latents", 1);
      const facts = checkJson(meta, metaSchema, "Latents", join(dir, "artifact.json"), "meta");
      const { dimensions, classes, temperature, origin, details } = facts;
      const { data: latents, shape } = await readNpy(join(dir, "latents.npy"), Float32Array, [
        null,
        dimensions,
      ]);
      const value: Latents = {
        latents,
        dimensions,
        classes,
        ...(temperature === undefined ? {} : { temperature }),
        ...(origin === undefined ? {} : { origin }),
        details,
      };
      if (classes.length > 0) {
        value.logits =
          (await readNpy(join(dir, "logits.npy"), Float32Array, [shape[0]!, classes.length])).data;
      }
      return value;
    },
  },
  ["latents", "logits"],
  (rows, shards, _windows, dir) => {
    common(
      shards,
      ({ dimensions, classes, temperature }) => [dimensions, classes, temperature],
      "dimensions and classes",
      dir,
    );
    return { ...shards[0]!, ...rows };
  },
);
