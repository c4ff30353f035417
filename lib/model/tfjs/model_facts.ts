/** What a `model.json` that Motiflow wrote says beside its layers, under `userDefinedMetadata.motiflow`. */
import { z } from "zod";
import { type ChannelFilter, channelFilterSchema } from "../../artifacts/channel_filter.ts";
import { checkJson, objectOf } from "../../artifacts/read_json.ts";

/** Facts of the input and the latent. */
export interface SavedModelFacts {
  sensors: string[];
  channels: string[];
  units: string[];
  /** Samples per second, 0 for any. */
  rate: number;
  /** Samples at either end of the window that lie around what is classified. */
  context?: number;
  filters?: ChannelFilter[];
  /** The network takes `(x − center) · scale`, `[sensors][channels]`. */
  scaler: { center: number[][]; scale: number[][] };
  /** FSQ levels of the latent, or null. */
  levels: number[] | null;
}

const texts = z.array(z.string());
const matrix = z.array(z.array(z.number()));

const factsSchema = () =>
  objectOf<SavedModelFacts>({
    sensors: texts,
    channels: texts,
    units: texts,
    rate: z.number().min(0),
    context: z.int().min(0).optional(),
    filters: z.array(channelFilterSchema()).optional(),
    scaler: z.object({ center: matrix, scale: matrix }),
    levels: z.array(z.int().min(3)).min(1).nullable(),
  });

/** The facts in what somebody says of a model; empty where somebody else saved it. @throws {InputError} */
export function readFacts(metadata: Record<string, unknown>, file: string): Partial<SavedModelFacts> {
  const { motiflow } = metadata;
  if (motiflow === undefined) return {};
  return checkJson(motiflow, factsSchema, "model", file, "userDefinedMetadata.motiflow");
}
