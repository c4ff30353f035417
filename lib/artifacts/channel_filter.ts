/** Channels that a filter makes of others: part of what a model was trained on, so it travels with data and models. */
import { z } from "zod";
import { objectOf } from "./read_json.ts";

/** A low-pass over some channels of every sensor, whose results are further channels. */
export interface ChannelFilter {
  /** Channels that it reads, and those it makes of them, in their order. */
  from: string[];
  to: string[];
  design: "butterworth";
  order: number;
  /** Frequency of −3 dB in one pass, Hz. */
  cutoff: number;
  /** `zero`: forth and back, which needs the future; `causal`: forth only, as a device can. */
  phase: "zero" | "causal";
}

/** Schema of {@linkcode ChannelFilter}. */
export const channelFilterSchema = () =>
  objectOf<ChannelFilter>({
    from: z.array(z.string()),
    to: z.array(z.string()),
    design: z.literal("butterworth"),
    order: z.int().min(1),
    cutoff: z.number().positive(),
    phase: z.enum(["zero", "causal"]),
  });
